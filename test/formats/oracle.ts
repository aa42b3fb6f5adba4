/** What a trained network predicts, in float64. */

import { type Stage, stagesOf, type Trained } from "../../src/formats/trained.js";
import type { ActivationName } from "../../src/model/names.js";
import { toRows } from "../helpers.js";

type Row = number[];

/** erf by its series, or near its limits by 1. */
function erf(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x);
  let [sum, term] = [x, x];
  for (let n = 1; Math.abs(term) > 1e-17; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

const softplus = (z: number) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));

const ELEMENTWISE: Record<Exclude<ActivationName, "softmax">, (z: number) => number> = {
  linear: (z) => z,
  sigmoid,
  hardSigmoid: (z) => Math.min(Math.max(z + 3, 0), 6) / 6,
  tanh: Math.tanh,
  relu: (z) => Math.max(z, 0),
  leakyRelu: (z) => (z > 0 ? z : 0.01 * z),
  elu: (z) => (z > 0 ? z : Math.expm1(z)),
  selu: (z) => 1.0507009873554805 * (z > 0 ? z : 1.6732632423543772 * Math.expm1(z)),
  gelu: (z) => 0.5 * z * (1 + erf(z / Math.SQRT2)),
  silu: (z) => z * sigmoid(z),
  softplus,
  softsign: (z) => z / (1 + Math.abs(z)),
  mish: (z) => z * Math.tanh(softplus(z)),
};

function activate(name: ActivationName, z: Row): Row {
  if (name !== "softmax") return z.map(ELEMENTWISE[name]);
  const top = Math.max(...z);
  const powers = z.map((value) => Math.exp(value - top));
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((value) => value / sum);
}

const mean = (x: Row) => x.reduce((a, b) => a + b) / x.length;

function forward({ layer, inputs, params }: Stage, x: Row): Row {
  const { weight = [], bias, running_mean: means = [], running_var: variances = [] } = params;
  const scale = (normal: Row) => normal.map((value, j) => value * weight[j] + (bias?.[j] ?? 0));
  switch (layer.type) {
    case "dense": {
      const z = toRows(weight, inputs).map((row, j) =>
        row.reduce((sum, w, k) => sum + w * x[k], bias?.[j] ?? 0),
      );
      return activate(layer.activation, z);
    }
    case "activation":
      return activate(layer.activation, x);
    case "batchNorm":
      return scale(x.map((value, j) => (value - means[j]) / Math.sqrt(variances[j] + layer.epsilon)));
    case "layerNorm": {
      const centered = x.map((value) => value - mean(x));
      const deviation = Math.sqrt(mean(centered.map((value) => value ** 2)) + layer.epsilon);
      return scale(centered.map((value) => value / deviation));
    }
    default:
      return x;
  }
}

/** The outputs of all rows, one after the other. */
export function predict(network: Trained, x: ArrayLike<number>): number[] {
  const stages = stagesOf(network, "predict");
  return toRows(x, network.spec.inputs).flatMap((row) => stages.reduce((a, stage) => forward(stage, a), row));
}
