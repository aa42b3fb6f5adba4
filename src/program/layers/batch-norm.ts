import { Op, PANEL, Statistics } from "../../../assembly/isa.js";
import type { FeatureStep } from "../../formulas/steps.js";
import { alignTo } from "../../machine/align.js";
import { checkOptions, flag, number, type Open, oneOf, positive, type Rules } from "../../model/check.js";
import { exported } from "../../model/exported.js";
import { type FactorOptions, type FactorSpecs, factors } from "./factors.js";
import { ELEMENTWISE, type LayerContext, type LayerKind, type LayerPlan } from "./layer.js";
import { constant, NORMALIZATION, normalize, normalizeGradient, scaleAndShift } from "./normalization.js";

/** Batch normalization as plain data. */
export interface BatchNormSpec extends FactorSpecs<"gamma" | "beta"> {
  type: "batchNorm";
  /** Share of the batch in the running statistics, as in PyTorch. Keras counts the other share. */
  momentum: number;
  /** Added to the variance. */
  epsilon: number;
  /**
   * The running variance: Σ(x - mean)² / (rows - 1) as in PyTorch, or / rows as in Keras and TensorFlow.js. A batch of a single
   * row, of which the first does not exist, is normalized by the running statistics, with "biased" by its own variance of 0.
   */
  variance: "unbiased" | "biased";
  /** False for a frozen layer, which uses its running statistics in training too. */
  trainable: boolean;
}

/** Options of batchNorm; see BatchNormSpec. */
export type BatchNormOptions = Open<Omit<BatchNormSpec, "type" | "rate" | "decay">> &
  FactorOptions<"gamma" | "beta">;

const RULES: Rules<Omit<BatchNormSpec, "type">> = {
  momentum: number(0.1, 0, 1 + Number.EPSILON),
  epsilon: positive(1e-5),
  variance: oneOf("unbiased", ["unbiased", "biased"]),
  trainable: flag(true),
  ...factors("gamma", "beta"),
};

/**
 * Batch normalization (Ioffe and Szegedy, 2015), as torch.nn.BatchNorm1d: N = γ·(X - mean) / √(variance + ε) + β. Mean and
 * variance of each feature are those of the batch in training, and running averages in predictions.
 * @param options momentum 0.1, epsilon 1e-5, variance "unbiased", trainable true, rate 1, decay 1.
 * @throws SpecError for an unknown option or a value out of range.
 */
export const batchNorm = /* @__PURE__ */ exported(
  "batchNorm(options)",
  (options: BatchNormOptions = {}): BatchNormSpec => kind.check(options, "batchNorm"),
);

/** Running statistics for predictions and frozen layers, else those of the batch. Only an update moves the running ones. */
function statisticsOf({ spec }: LayerPlan<BatchNormSpec>, { purpose, training }: LayerContext): Statistics {
  if (!training || !spec.trainable) return Statistics.running;
  return purpose === "train" ? Statistics.batch : Statistics.batchOnly;
}

/** The weights of the rows, of which those of weight 0 do not count, in the place of rates. */
const weightsOf = ({ weighted, w }: LayerContext) => (weighted ? w : undefined);

/** Epsilon, momentum, and what the running variance adds to the rows less one, by which it divides. */
const numbersOf = ({ spec: { epsilon, momentum, variance } }: LayerPlan<BatchNormSpec>) => [
  epsilon,
  momentum,
  Number(variance === "biased"),
];

/** The function in equations. */
const nameOf = (f: Statistics): string => (f === Statistics.running ? "standardised" : "batchNorm");

/** N = γ·(x - mean) / √(variance + ε) + β of one value, with the running statistics of its feature. */
const standardize = (epsilon: number): FeatureStep => ({
  kind: "feature",
  name: "batchNorm",
  fields: ["weight", "bias", "running_mean", "running_var"],
  options: { epsilon },
  formula: (x, v, { add, sub, mul, div, sqrt }) =>
    add(div(mul(v.weight, sub(x, v.running_mean)), sqrt(add(v.running_var, v.epsilon))), v.bias),
});

const kind: LayerKind<BatchNormSpec, "gamma" | "beta" | "mean" | "variance"> = {
  ...NORMALIZATION,
  check: (options, what) => ({ type: "batchNorm", ...checkOptions(RULES, options, what) }),
  describe: () => "batchNorm",
  tensorsOf: (_, features) => {
    const shape = [features];
    return [
      ...scaleAndShift(features),
      { role: "mean", field: "running_mean", shape, init: constant(0), isStatistic: true },
      { role: "variance", field: "running_var", shape, init: constant(1), isStatistic: true },
    ];
  },
  stepsOf: ({ epsilon }) => [standardize(epsilon)],
  // Mean, in two parts, 1 / √(variance + ε), and a sum of squares of every feature.
  memoryOf: (_, features) => ({ ...ELEMENTWISE, savedBytes: 4 * 4 * alignTo(features, PANEL) }),
  forward: (layer, context) => {
    const f = statisticsOf(layer, context);
    const { mean, variance } = layer.parameters;
    const statistics = { f, e: mean, g: variance, rates: weightsOf(context), p: numbersOf(layer) };
    return [{ op: Op.batchNorm, ...statistics, ...normalize(layer, nameOf(f)) }];
  },
  backward: (layer, context) => {
    const f = statisticsOf(layer, context);
    const gradient = normalizeGradient(layer, nameOf(f));
    const p = numbersOf(layer);
    return [{ op: Op.batchNormGradient, f, rates: weightsOf(context), p, ...gradient }];
  },
};

export default kind;
