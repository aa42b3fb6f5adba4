import { SpecError } from "../errors.js";
import BASIC_LOSSES from "./basic-losses.js";
import { checkOptions, isPlain, type Open } from "./check.js";
import { type CustomLoss, type CustomLossSpec, isCustomLoss } from "./custom-loss.js";
import { KindTable } from "./kinds.js";
import type { LossKind } from "./loss-kind.js";
import type { LossTable, NamedLossSpec } from "./loss-kinds.js";
import { type ActivationName, canonical, LOSSES, type LossAlias, type LossName } from "./names.js";
import { FINITE } from "./value-range.js";

export type { NamedLossSpec } from "./loss-kinds.js";

/** The losses that a network can have. */
export const lossKinds = new KindTable<LossTable>(BASIC_LOSSES);

/** The loss that training minimises: plain data, except for a custom one. */
export type LossSpec = NamedLossSpec | CustomLossSpec;

/** A name, which takes the default options, a name with its option, or a loss in code. */
export type LossInput =
  | LossName
  | LossAlias
  | (Open<NamedLossSpec> & { type: LossName | LossAlias })
  | CustomLoss;

/** The default loss by the last activation; meanSquaredError for the others. */
const DEFAULTS: Partial<Record<ActivationName, LossName>> = {
  softmax: "categoricalCrossentropy",
  sigmoid: "binaryCrossentropy",
};

/** The part of an entry that custom losses have too. */
type LossTraits = Omit<LossKind<never>, "options" | "scalar" | "value">;

/** A custom loss: its targets may be any finite numbers, and it takes its own means. */
const CUSTOM: LossTraits = { targets: FINITE, isOverClasses: false, isOfSamples: true };

/** The traits of a loss. */
export function lossKindOf({ type }: LossSpec): LossTraits {
  return type === "custom" ? CUSTOM : namedKindOf({ type });
}

/** The entry of a loss of the library in the table. */
export function namedKindOf({ type }: Pick<NamedLossSpec, "type">): LossKind<NamedLossSpec> {
  return lossKinds.of(type) as LossKind<NamedLossSpec>;
}

/** The name of a loss, as texts show it. */
export function nameOf(loss: LossSpec): string {
  return loss.type === "custom" ? loss.name : loss.type;
}

/** The share of a target that label smoothing spreads over all outputs. */
export function smoothingOf(loss: LossSpec): number {
  return "labelSmoothing" in loss ? loss.labelSmoothing : 0;
}

/** True if the outputs compete for one class, so that the loss is averaged over samples only. */
export function isOverClasses(loss: LossSpec): boolean {
  return lossKindOf(loss).isOverClasses;
}

/** True if the loss is averaged over samples only, and not over outputs too. */
export function isMeanOverSamples(loss: LossSpec): boolean {
  const { isOverClasses, isOfSamples } = lossKindOf(loss);
  return isOverClasses || isOfSamples === true;
}

type CheckCustom = (given: CustomLoss) => CustomLossSpec;

let checkCustom: CheckCustom = () => {
  throw new SpecError(
    'A loss in code was given, which the Network of "densely" takes and that of "densely/core" does not: give the name of a loss.',
  );
};

/** Takes losses in code, which class Network of densely does. */
export function takeCustomLosses(check: CheckCustom): void {
  checkCustom = check;
}

/**
 * Checks a loss and fills in its defaults.
 * @param last the last activation of the network, from which the default loss follows.
 * @param outputs the outputs of the network.
 * @throws SpecError
 */
export function checkLoss(given: unknown, last: ActivationName, outputs: number): LossSpec {
  if (isCustomLoss(given)) return checkCustom(given);
  const loss = given === undefined ? (DEFAULTS[last] ?? "meanSquaredError") : given;
  const options = typeof loss === "string" ? { type: loss } : loss;
  const named = isPlain(options) ? { ...options, type: canonical(options.type, LOSSES) } : loss;
  const { name, options: own } = lossKinds.check(named, "loss", '"huber" or { type: "huber", delta: 2 }');
  const spec = {
    type: name,
    ...checkOptions<object>(lossKinds.of(name).options, own, name),
  } as NamedLossSpec;
  if (isOverClasses(spec) && outputs === 1) {
    throw new SpecError(
      `The loss ${spec.type} needs one unit per class but the last layer has 1: use dense(1, "sigmoid") for two classes.`,
    );
  }
  if (spec.type === "cosineSimilarity" && outputs === 1) {
    throw new SpecError(
      "The loss cosineSimilarity compares directions, of which the last layer with 1 unit has none: give it more units, or choose meanSquaredError.",
    );
  }
  return spec;
}
