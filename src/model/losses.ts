import { SpecError } from "../errors.js";
import { checkKind, number, positive, type Rules, show } from "./check.js";
import { type ActivationName, canonical, type LossAlias, type LossName } from "./names.js";

/** What training minimises, as plain data. */
export type LossSpec =
  | { type: "binaryCrossentropy" | "categoricalCrossentropy"; labelSmoothing: number }
  | { type: "huber"; delta: number }
  | { type: Exclude<LossName, "binaryCrossentropy" | "categoricalCrossentropy" | "huber"> };

/** A name for all defaults, or a name with its option. */
export type LossInput = LossName | LossAlias | (Partial<LossSpec> & { type: LossName | LossAlias });

const none = {};
const smoothed: Rules<{ labelSmoothing: number }> = { labelSmoothing: number(0, 0, 1) };

const KINDS: Readonly<Record<LossName, Rules<object>>> = {
  meanSquaredError: none,
  meanAbsoluteError: none,
  huber: { delta: positive(1) } satisfies Rules<{ delta: number }>,
  logCosh: none,
  binaryCrossentropy: smoothed,
  categoricalCrossentropy: smoothed,
  hinge: none,
  poisson: none,
  klDivergence: none,
};

const LOSS_OF: Partial<Record<ActivationName, LossName>> = {
  softmax: "categoricalCrossentropy",
  sigmoid: "binaryCrossentropy",
};

/** The activation that turns the logits of a loss into what it compares: as the last one it is folded into the loss. */
export const FOLDED: Partial<Record<LossName, ActivationName>> = {
  binaryCrossentropy: "sigmoid",
  categoricalCrossentropy: "softmax",
  klDivergence: "softmax",
};

/** Whether the loss is one choice between the outputs, so that it is a mean over samples and not over outputs too. */
export function isOverClasses({ type }: LossSpec): boolean {
  return type === "categoricalCrossentropy" || type === "klDivergence";
}

/**
 * Checks a loss and fills in its defaults.
 * @param last the activation of the outputs, from which the default follows.
 * @throws SpecError
 */
export function checkLoss(given: unknown, last: ActivationName, outputs: number): LossSpec {
  const loss = given ?? LOSS_OF[last] ?? "meanSquaredError";
  const options = typeof loss === "string" ? { type: loss } : (loss as { type?: unknown });
  const named = typeof options === "object" && options ? { ...options, type: canonical(options.type) } : loss;
  const example = '"huber" or { type: "huber", delta: 2 }';
  const spec = checkKind(KINDS, named, "loss", example) as LossSpec;
  if (isOverClasses(spec) && outputs === 1) {
    throw new SpecError(
      `The loss ${spec.type} needs one unit a class but the last layer has ${show(outputs)}: use dense(1, "sigmoid") for two classes.`,
    );
  }
  return spec;
}
