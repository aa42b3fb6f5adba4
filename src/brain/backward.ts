import type { Layers } from "./layers.js";
import type { Activation } from "./types.js";

/** Scratch: the errors of a layer in float64. */
let sums = new Float64Array(64);

/** e = Σ δ·w over the units behind, in their order. */
function propagate(weights: readonly Float32Array[], deltas: Float32Array, units: number): void {
  if (units > sums.length) sums = new Float64Array(2 * units);
  sums.fill(0, 0, units);
  for (let k = 0; k < deltas.length; k++) {
    const delta = deltas[k];
    const w = weights[k];
    for (let unit = 0; unit < units; unit++) sums[unit] += delta * w[unit];
  }
}

/** δ = e·f'(z) of one layer, with a = f(z). */
function derive(
  activation: Activation,
  alpha: number,
  a: Float32Array,
  errors: Float32Array,
  deltas: Float32Array,
  units: number,
): void {
  for (let u = 0; u < units; u++) errors[u] = sums[u];
  switch (activation) {
    case "sigmoid":
      for (let u = 0; u < units; u++) deltas[u] = sums[u] * a[u] * (1 - a[u]);
      break;
    case "relu":
      for (let u = 0; u < units; u++) deltas[u] = a[u] > 0 ? sums[u] : 0;
      break;
    case "leaky-relu":
      for (let u = 0; u < units; u++) deltas[u] = a[u] > 0 ? sums[u] : alpha * sums[u];
      break;
    case "tanh":
      for (let u = 0; u < units; u++) deltas[u] = (1 - a[u] * a[u]) * sums[u];
      break;
  }
}

/** Computes `errors` and `deltas` of the last sample that ran forward. */
export function backward(network: Layers, target: ArrayLike<number>, activation: Activation): void {
  const { sizes, outputLayer, weights, outputs, errors, deltas } = network;
  const { leakyReluAlpha } = network.trainOpts;
  for (let layer = outputLayer; layer > 0; layer--) {
    const units = sizes[layer];
    if (layer < outputLayer) propagate(weights[layer + 1], deltas[layer + 1], units);
    else {
      if (units > sums.length) sums = new Float64Array(2 * units);
      for (let u = 0; u < units; u++) sums[u] = target[u] - outputs[layer][u];
    }
    derive(activation, leakyReluAlpha, outputs[layer], errors[layer], deltas[layer], units);
  }
}
