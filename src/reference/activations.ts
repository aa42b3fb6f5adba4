import type { ActivationName } from "../model/names.js";

/** The values of one sample, or of one unit's weights. */
export type Row = ArrayLike<number>;

/** 2/√π · e^(-x²) · Σ 2ⁿ·x^(2n+1) / (1·3·5⋯(2n+1)): terms of one sign, so nothing cancels (A&S 7.1.6). */
function erf(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x);
  let [term, sum] = [x, x];
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** ln(1 + e^z), which overflows nowhere. */
export const softplus = (z: number): number => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));
const elu = (z: number, alpha = 1): number => (z > 0 ? z : alpha * Math.expm1(z));

/** z - ln Σ e^z: the logarithms of softmax. */
export function logSoftmax(z: Row): number[] {
  const values = Array.from(z);
  const top = Math.max(...values);
  const total = values.reduce((sum, value) => sum + Math.exp(value - top), 0);
  return values.map((value) => value - top - Math.log(total));
}

/** f of every activation but softmax, whose outputs depend on one another. */
const FUNCTIONS: Record<Exclude<ActivationName, "softmax">, (z: number) => number> = {
  linear: (z) => z,
  sigmoid,
  hardSigmoid: (z) => Math.min(Math.max(z / 6 + 0.5, 0), 1),
  tanh: (z) => Math.tanh(z),
  relu: (z) => Math.max(z, 0),
  leakyRelu: (z) => Math.max(z, 0.01 * z),
  elu: (z) => elu(z),
  selu: (z) => 1.0507009873554805 * elu(z, 1.6732632423543772),
  gelu: (z) => (z / 2) * (1 + erf(z * Math.SQRT1_2)),
  silu: (z) => z * sigmoid(z),
  softplus,
  softsign: (z) => z / (1 + Math.abs(z)),
  mish: (z) => z * Math.tanh(softplus(z)),
};

/** A = f(Z) of one sample. */
export function activate(name: ActivationName, z: Row): number[] {
  if (name === "softmax") return logSoftmax(z).map(Math.exp);
  return Array.from(z, FUNCTIONS[name]);
}
