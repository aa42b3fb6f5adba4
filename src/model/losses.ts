import { SpecError } from "../errors.js";
import { checkKind, isPlain, number, type Open, positive, type Rules } from "./check.js";
import { type CustomLoss, type CustomLossSpec, checkCustomLoss, isCustomLoss } from "./custom-loss.js";
import { type ActivationName, canonical, type LinkName, type LossAlias, type LossName } from "./names.js";
import { FINITE, type ValueRange } from "./value-range.js";

/** A loss of the library as plain data. */
export type NamedLossSpec =
  | { type: "binaryCrossentropy" | "categoricalCrossentropy"; labelSmoothing: number }
  | { type: "huber"; delta: number }
  | { type: "quantile"; q: number }
  | { type: "focal"; gamma: number }
  | {
      type: Exclude<
        LossName,
        "binaryCrossentropy" | "categoricalCrossentropy" | "huber" | "quantile" | "focal"
      >;
    };

/** The loss that training minimises: plain data, except for a custom one. */
export type LossSpec = NamedLossSpec | CustomLossSpec;

/** A name, which takes the default options, a name with its option, or a loss in code. */
export type LossInput =
  | LossName
  | LossAlias
  | (Open<NamedLossSpec> & { type: LossName | LossAlias })
  | CustomLoss;

/** One loss. */
interface LossKind<S> {
  options: Rules<Omit<S, "type">>;
  /** The values that targets may have. */
  targets: ValueRange;
  /** True if the outputs compete for one class: the loss is then averaged over samples only, not over outputs too. */
  isOverClasses: boolean;
  /** The activation that turns logits into what the loss compares. As the last layer's it is fused into the loss. */
  fusedWith?: ActivationName;
  /**
   * Only for losses that take logits: what makes them of Z where another activation ends the network, and of probabilities
   * where Z cannot be read. Outputs that are no probabilities are logits themselves.
   */
  links?: { readonly ofZ: Partial<Record<ActivationName, LinkName>>; readonly ofProbabilities: LinkName };
  /** An output that is no probability decides for its class above this. Only for losses that always classify. */
  threshold?: number;
  /** The option that the kernel takes as a number; 0 if there is none. */
  scalar?(spec: S): number;
  /**
   * The loss in float64 of output a and target y, before it is averaged. For binaryCrossentropy a is the logit, for
   * categoricalCrossentropy the logarithm of the probability.
   */
  value(a: number, y: number, spec: S): number;
}

type Named<N extends LossName> = NamedLossSpec & { type: N };

const PROBABILITY: ValueRange = {
  least: 0,
  most: 1,
  remedy:
    "this loss compares with targets from 0 to 1, so scale y, or end the network in a linear layer such as dense(1) to predict any number",
};

const smoothing = { labelSmoothing: number(0, 0, 1) };

/** The argument of a logarithm, kept above 0. */
const clamped = (a: number): number => Math.max(a, 1e-8);

/** Every loss. */
export const LOSS_KINDS: { readonly [N in LossName]: LossKind<Named<N>> } = {
  meanSquaredError: {
    options: {},
    targets: FINITE,
    isOverClasses: false,
    value: (a, y) => (a - y) ** 2,
  },
  meanAbsoluteError: {
    options: {},
    targets: FINITE,
    isOverClasses: false,
    value: (a, y) => Math.abs(a - y),
  },
  huber: {
    options: { delta: positive(1) },
    targets: FINITE,
    isOverClasses: false,
    scalar: ({ delta }) => delta,
    // e²/2 up to delta, delta·(|e| - delta/2) beyond it.
    value: (a, y, { delta }) => {
      const error = Math.abs(a - y);
      const quadratic = Math.min(error, delta);
      return quadratic * (error - quadratic / 2);
    },
  },
  logCosh: {
    options: {},
    targets: FINITE,
    isOverClasses: false,
    // ln cosh e = |e| + ln(1 + e^(-2|e|)) - ln 2, which does not overflow.
    value: (a, y) => Math.abs(a - y) + Math.log1p(Math.exp(-2 * Math.abs(a - y))) - Math.LN2,
  },
  binaryCrossentropy: {
    options: smoothing,
    targets: PROBABILITY,
    isOverClasses: false,
    fusedWith: "sigmoid",
    links: { ofZ: { softmax: "softmaxLogit" }, ofProbabilities: "logit" },
    threshold: 0,
    // -y·ln σ(z) - (1 - y)·ln(1 - σ(z)) = ln(1 + e^z) - z·y.
    value: (z, y) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - z * y,
  },
  categoricalCrossentropy: {
    options: smoothing,
    targets: PROBABILITY,
    isOverClasses: true,
    fusedWith: "softmax",
    links: { ofZ: { sigmoid: "sigmoidLog" }, ofProbabilities: "log" },
    value: (a, y) => -y * a,
  },
  hinge: {
    options: {},
    targets: { least: -1, most: 1, remedy: "hinge takes targets of -1 and 1 (or 0 and 1)" },
    isOverClasses: false,
    threshold: 0,
    value: (a, y) => Math.max(0, 1 - (y > 0 ? a : -a)),
  },
  poisson: {
    options: {},
    targets: { ...FINITE, least: 0, remedy: "poisson takes counts, finite numbers of at least 0" },
    isOverClasses: false,
    value: (a, y) => a - y * Math.log(clamped(a)),
  },
  klDivergence: {
    options: {},
    targets: PROBABILITY,
    isOverClasses: true,
    fusedWith: "softmax",
    value: (a, y) => (y > 0 ? y * Math.log(y / clamped(a)) : 0),
  },
  quantile: {
    options: { q: positive(0.5, 1) },
    targets: FINITE,
    isOverClasses: false,
    scalar: ({ q }) => q,
    value: (a, y, { q }) => Math.max((1 - q) * (a - y), -q * (a - y)),
  },
  focal: {
    options: { gamma: positive(2) },
    targets: PROBABILITY,
    isOverClasses: false,
    fusedWith: "sigmoid",
    links: { ofZ: { softmax: "softmaxLogit" }, ofProbabilities: "logit" },
    threshold: 0,
    scalar: ({ gamma }) => gamma,
    // (1 - p of the class of y)^γ times binaryCrossentropy.
    value: (z, y, { gamma }) => {
      const p = 1 / (1 + Math.exp(-z));
      const crossEntropy = Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - z * y;
      return clamped(p + y - 2 * p * y) ** gamma * crossEntropy;
    },
  },
};

/** The default loss by the last activation; meanSquaredError for the others. */
const DEFAULTS: Partial<Record<ActivationName, LossName>> = {
  softmax: "categoricalCrossentropy",
  sigmoid: "binaryCrossentropy",
};

/** The part of an entry that custom losses have too. */
type LossTraits = Omit<LossKind<never>, "options" | "scalar" | "value">;

/** A custom loss: its targets may be any finite numbers. */
const CUSTOM: LossTraits = { targets: FINITE, isOverClasses: false };

/** The traits of a loss. */
export function lossKindOf({ type }: LossSpec): LossTraits {
  return type === "custom" ? CUSTOM : namedKindOf({ type });
}

/** The entry of a loss of the library in the table. */
export function namedKindOf({ type }: Pick<NamedLossSpec, "type">): LossKind<NamedLossSpec> {
  return LOSS_KINDS[type] as LossKind<NamedLossSpec>;
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

/**
 * Checks a loss and fills in its defaults.
 * @param last the last activation of the network, from which the default loss follows.
 * @param outputs the outputs of the network.
 * @throws SpecError
 */
export function checkLoss(given: unknown, last: ActivationName, outputs: number): LossSpec {
  if (isCustomLoss(given)) return checkCustomLoss(given);
  const loss = given === undefined ? (DEFAULTS[last] ?? "meanSquaredError") : given;
  const options = typeof loss === "string" ? { type: loss } : loss;
  const named = isPlain(options) ? { ...options, type: canonical(options.type) } : loss;
  const spec = checkKind(
    LOSS_KINDS,
    named,
    "loss",
    '"huber" or { type: "huber", delta: 2 }',
  ) as NamedLossSpec;
  if (isOverClasses(spec) && outputs === 1) {
    throw new SpecError(
      `The loss ${spec.type} needs one unit per class but the last layer has 1: use dense(1, "sigmoid") for two classes.`,
    );
  }
  return spec;
}
