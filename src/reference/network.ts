import type { DenseSpec, LayerSpec } from "../model/layers.js";
import { isOverClasses } from "../model/losses.js";
import { isFolded, type NetworkSpec } from "../model/spec.js";
import type { TensorSpec } from "../model/tensors.js";
import { activate, type Row } from "./activations.js";
import { lossOf } from "./loss.js";

/** The numbers of one layer, by what PyTorch calls them. */
export type LayerValues = Partial<Record<TensorSpec["field"], Float64Array>>;

const mean = (values: Row): number =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

/** [μ, σ²] of some values, the biased variance. */
function moments(values: Row): [number, number] {
  const center = mean(values);
  return [center, mean(Array.from(values, (value) => (value - center) ** 2))];
}

/** W·a + b of one sample. */
function product({ weight = new Float64Array(), bias }: LayerValues, units: number, a: Row): Float64Array {
  const z = new Float64Array(units);
  for (let unit = 0; unit < units; unit++) {
    let sum = bias ? bias[unit] : 0;
    for (let i = 0; i < a.length; i++) sum += weight[unit * a.length + i] * a[i];
    z[unit] = sum;
  }
  return z;
}

/** γ·(x - μ) / √(σ² + ε) + β of one sample; `of` gives μ and σ² for each feature. */
function normalise(
  { weight = new Float64Array(), bias = weight }: LayerValues,
  epsilon: number,
  x: Row,
  of: (feature: number) => [number, number],
): number[] {
  return Array.from(x, (value, j) => {
    const [center, variance] = of(j);
    return (weight[j] * (value - center)) / Math.sqrt(variance + epsilon) + bias[j];
  });
}

/** What one layer makes of a batch; dropout and noise are off. */
function layer(spec: LayerSpec, values: LayerValues, A: Row[], training: boolean): Row[] {
  switch (spec.type) {
    case "dense":
      return A.map((a) => activate(spec.activation, product(values, spec.units, a)));
    case "activation":
      return A.map((a) => activate(spec.activation, a));
    case "layerNorm":
      return A.map((a) => {
        const own = moments(a);
        return normalise(values, spec.epsilon, a, () => own);
      });
    case "batchNorm": {
      const { running_mean = [], running_var = [] } = values;
      const ofBatch = training && spec.trainable;
      const all = Array.from(A[0], (_, j): [number, number] =>
        ofBatch ? moments(A.map((a) => a[j])) : [running_mean[j], running_var[j]],
      );
      return A.map((a) => normalise(values, spec.epsilon, a, (j) => all[j]));
    }
    default:
      return A;
  }
}

/** l1·Σ|w| + l2·Σw². */
function penalty({ l1, l2 }: DenseSpec, { weight = new Float64Array() }: LayerValues): number {
  return weight.reduce((sum, w) => sum + l1 * Math.abs(w) + l2 * w * w, 0);
}

/** What the gradients of a network are those of: the mean loss over all rows, and its penalties. */
export function objective(
  spec: NetworkSpec,
  values: readonly LayerValues[],
  x: Row[],
  y: Row[],
  training: boolean,
): number {
  const last = spec.layers.length - 1;
  let A = x;
  let total = 0;
  spec.layers.forEach((given, i) => {
    // A loss that contains the last activation takes its Z.
    const isBare = i === last && isFolded(spec);
    A = layer(isBare ? ({ ...given, activation: "linear" } as LayerSpec) : given, values[i], A, training);
    if (given.type === "dense" && given.l1 + given.l2 > 0) total += penalty(given, values[i]);
  });
  const share = isOverClasses(spec.loss) ? 1 : A[0].length;
  return total + mean(A.map((a, r) => lossOf(spec, a, y[r]))) / share;
}
