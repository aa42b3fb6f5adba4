import { checkKeys, checkName, checkOptions, isPlain, number, positive, type Rule } from "./check.js";
import { ACTIVATIONS, type ActivationAlias, type ActivationName, canonical } from "./names.js";

/** The activations with a slope that can be chosen. */
export type SlopedName = "leakyRelu" | "elu" | "hardSigmoid";

/** An activation with a slope other than its default. */
export interface SlopedActivation {
  type: SlopedName;
  /** The slope: of leakyRelu below 0, of elu just below 0, of hardSigmoid between 0 and 1. */
  alpha: number;
}

/** An activation as plain data: its name, or its name with its slope. */
export type ActivationChoice = ActivationName | SlopedActivation;

/** An activation as a user may write it. */
export type ActivationInput =
  | ActivationName
  | ActivationAlias
  | { type: ActivationName | ActivationAlias; alpha?: number | undefined };

/** The rules of the slopes, with their defaults, which are those of PyTorch. */
const SLOPES: Readonly<Record<SlopedName, Rule<number> & { fallback: number }>> = {
  leakyRelu: { ...number(0.01), fallback: 0.01 },
  elu: { ...number(1), fallback: 1 },
  hardSigmoid: { ...positive(1 / 6), fallback: 1 / 6 },
};

const isSloped = (name: ActivationName): name is SlopedName => name in SLOPES;

/**
 * Checks an activation: a name, or { type: name, alpha }. A default slope is left out.
 * @throws SpecError for an unknown name, or for an option that the activation does not have.
 */
export function checkActivation(given: unknown): ActivationChoice {
  if (!isPlain(given)) return checkName(canonical(given, ACTIVATIONS), ACTIVATIONS, "activation");
  const { type, ...options } = given;
  const name = checkName(canonical(type, ACTIVATIONS), ACTIVATIONS, "activation");
  if (!isSloped(name)) {
    checkKeys(options, [], name);
    return name;
  }
  const { alpha } = checkOptions({ alpha: SLOPES[name] }, options, name);
  return alpha === SLOPES[name].fallback ? name : { type: name, alpha };
}

/** The name of an activation. */
export const nameOf = (activation: ActivationChoice): ActivationName =>
  typeof activation === "string" ? activation : activation.type;

/** An activation as text: "relu", "leakyRelu 0.3". */
export const describeActivation = (activation: ActivationChoice): string =>
  typeof activation === "string" ? activation : `${activation.type} ${activation.alpha}`;

/** The slope for the kernels. 0 of hardSigmoid stands for its default formula, which divides by 6. */
export function slopeOf(activation: ActivationChoice): number {
  if (typeof activation !== "string") return activation.alpha;
  return activation === "leakyRelu" || activation === "elu" ? SLOPES[activation].fallback : 0;
}
