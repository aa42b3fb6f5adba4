import { FORMULAS } from "../formulas/activations.js";
import { float64 } from "../formulas/float64.js";
import { logSoftmax } from "../formulas/log-softmax.js";
import type { FeatureStep, Field, StatisticField, Step } from "../formulas/steps.js";
import { kindOf } from "../model/layers.js";
import { decidingSpec, type NetworkSpec } from "../model/spec.js";
import type { LayerSpec } from "../program/layers/index.js";
import { mean, meanLoss } from "./loss.js";

/** The values of one sample, or of one feature. */
export type Row = ArrayLike<number>;

/** Parameters and statistics of one layer by PyTorch's names. */
export type LayerValues = Partial<Record<Field, Row>>;

/** In place of parameters that every layer of a kind has. */
const NONE: Row = [];

/** Biased variance. */
function variance(values: Row): number {
  const center = mean(values);
  return mean(Array.from(values, (value) => (value - center) ** 2));
}

/** z = W·a + b of one sample. */
function product({ weight = NONE, bias }: LayerValues, units: number, a: Row): number[] {
  return Array.from({ length: units }, (_, unit) => {
    let sum = bias ? bias[unit] : 0;
    for (let i = 0; i < a.length; i++) sum += weight[unit * a.length + i] * a[i];
    return sum;
  });
}

/** The formula of each feature of one sample. */
function applyFormula({ formula, fields, options }: FeatureStep, values: LayerValues, x: Row): number[] {
  return Array.from(x, (value, j) => {
    const own = Object.fromEntries(fields.map((field) => [field, (values[field] ?? NONE)[j]]));
    return formula(value, { ...own, ...options }, float64);
  });
}

/** γ·(x - μ) / √(σ² + ε) + β with μ and σ² of the sample itself. */
function normalize({ weight = NONE, bias = NONE }: LayerValues, epsilon: number, x: Row): number[] {
  const [center, deviation] = [mean(x), Math.sqrt(variance(x) + epsilon)];
  return Array.from(x, (value, j) => (weight[j] * (value - center)) / deviation + bias[j]);
}

function applyStep(step: Step, values: LayerValues, A: Row[]): Row[] {
  switch (step.kind) {
    case "dense":
      return A.map((a) => product(values, step.units, a));
    case "activation":
      return A.map((a) => Array.from(a, (z) => FORMULAS[step.name](z, float64)));
    case "softmax":
      return A.map((a) => logSoftmax(a).map(Math.exp));
    case "feature":
      return A.map((a) => applyFormula(step, values, a));
    case "layerNorm":
      return A.map((a) => normalize(values, step.epsilon, a));
  }
}

/** The statistic of one feature of a batch, by the name of its running one. */
const STATISTICS: Readonly<Record<StatisticField, (feature: Row) => number>> = {
  running_mean: mean,
  running_var: variance,
};

/** The values of a layer with the statistics of a batch in place of all running ones that it has. */
function withBatchStatistics(values: LayerValues, A: Row[]): LayerValues {
  const features = Array.from(A[0], (_, j) => A.map((a) => a[j]));
  const own = Object.entries(STATISTICS).filter(([field]) => field in values);
  return { ...values, ...Object.fromEntries(own.map(([field, of]) => [field, features.map(of)])) };
}

/** The output of a batch, sample by sample; dropout and noise are off. */
function forwardPass(
  layers: readonly LayerSpec[],
  values: readonly LayerValues[],
  x: Row[],
  training: boolean,
): Row[] {
  return layers.reduce((A, layer, i) => {
    const kind = kindOf(layer);
    // A batch of a single row has no variance, and a frozen layer keeps its running statistics.
    const usesBatch = training && A.length > 1 && kind.isTrained(layer);
    const own = usesBatch ? withBatchStatistics(values[i], A) : values[i];
    return kind.stepsOf(layer).reduce((rows, step) => applyStep(step, own, rows), A);
  }, x);
}

/** Predictions in float64, sample by sample. @param values of each layer. */
export function predict(spec: NetworkSpec, values: readonly LayerValues[], x: Row[]): Row[] {
  return forwardPass(spec.layers, values, x, false);
}

/** l1·Σ|w| + l2·Σw²; 0 for a layer without penalties. */
function penalty(layer: LayerSpec, { weight = NONE }: LayerValues): number {
  if (!("l1" in layer)) return 0;
  const { l1, l2 } = layer;
  return Array.from(weight).reduce((sum, w) => sum + l1 * Math.abs(w) + l2 * w * w, 0);
}

/**
 * The function whose gradients network.gradients computes: the mean loss over all rows plus the penalties of the weights.
 * @param training true for the statistics of the batch in batchNorm, false for the running ones.
 */
export function objective(
  spec: NetworkSpec,
  values: readonly LayerValues[],
  x: Row[],
  y: Row[],
  training: boolean,
): number {
  const outputs = forwardPass(decidingSpec(spec).layers, values, x, training);
  const penalties = spec.layers.map((layer, i) => penalty(layer, values[i]));
  return penalties.reduce((sum, value) => sum + value, meanLoss(spec, outputs, y));
}
