import type { Layers } from "./layers.js";
import type { Activation } from "./types.js";

/** Units whose sums are taken side by side: the additions of one sum wait for each other. */
const SIDE_BY_SIDE = 4;

/** Scratch: the inputs of a layer, and its weighted sums. */
let values = new Float64Array(64);
let sums = new Float64Array(64);

function reserve(length: number): void {
  if (length <= values.length) return;
  values = new Float64Array(2 * length);
  sums = new Float64Array(2 * length);
}

/** z = W·x + b of one layer, in float64, each sum in the order of its inputs. */
function weightedSums(weights: readonly Float32Array[], biases: Float32Array, units: number): void {
  const x = values;
  let unit = 0;
  for (; unit + SIDE_BY_SIDE <= units; unit += SIDE_BY_SIDE) {
    const [w0, w1, w2, w3] = [weights[unit], weights[unit + 1], weights[unit + 2], weights[unit + 3]];
    let [z0, z1, z2, z3] = [biases[unit], biases[unit + 1], biases[unit + 2], biases[unit + 3]];
    for (let k = 0; k < w0.length; k++) {
      const value = x[k];
      z0 += w0[k] * value;
      z1 += w1[k] * value;
      z2 += w2[k] * value;
      z3 += w3[k] * value;
    }
    sums[unit] = z0;
    sums[unit + 1] = z1;
    sums[unit + 2] = z2;
    sums[unit + 3] = z3;
  }
  for (; unit < units; unit++) {
    const w = weights[unit];
    let z = biases[unit];
    for (let k = 0; k < w.length; k++) z += w[k] * x[k];
    sums[unit] = z;
  }
}

/** a = f(z) of one layer, rounded to float32 and kept as the inputs of the next. */
function activate(activation: Activation, alpha: number, a: Float32Array, units: number): void {
  switch (activation) {
    case "sigmoid":
      for (let u = 0; u < units; u++) a[u] = 1 / (1 + Math.exp(-sums[u]));
      break;
    case "relu":
      for (let u = 0; u < units; u++) a[u] = Math.max(sums[u], 0);
      break;
    case "leaky-relu":
      for (let u = 0; u < units; u++) a[u] = Math.max(sums[u], alpha * sums[u]);
      break;
    case "tanh":
      for (let u = 0; u < units; u++) a[u] = Math.tanh(sums[u]);
      break;
  }
  for (let u = 0; u < units; u++) values[u] = a[u];
}

/** The outputs for one input, which `outputs` of the network keeps. */
export function forward(network: Layers, input: ArrayLike<number>, activation: Activation): Float32Array {
  const { sizes, outputLayer, weights, biases, outputs } = network;
  const { leakyReluAlpha } = network.trainOpts;
  outputs[0] = input as Float32Array;
  reserve(input.length);
  for (let k = 0; k < input.length; k++) values[k] = input[k];
  for (let layer = 1; layer <= outputLayer; layer++) {
    reserve(sizes[layer]);
    weightedSums(weights[layer], biases[layer], sizes[layer]);
    activate(activation, leakyReluAlpha, outputs[layer], sizes[layer]);
  }
  return outputs[outputLayer];
}
