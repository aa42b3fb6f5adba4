import { sumByVectors } from "./dots.js";
import type { Layers } from "./layers.js";
import type { Activation } from "./types.js";

/** Units whose sums are taken side by side: the additions of one sum wait for each other. */
const SIDE_BY_SIDE = 4;

/** Inputs from which that is worth the copy of the inputs to float64. */
const MANY_INPUTS = 16;

/** Scratch: inputs of a layer, the places of those that are not 0, and the weighted sums of the layer. */
let values = new Float64Array(64);
let places = new Int32Array(64);
let sums = new Float64Array(64);

function reserve(length: number): void {
  if (length <= values.length) return;
  values = new Float64Array(2 * length);
  places = new Int32Array(2 * length);
  sums = new Float64Array(2 * length);
}

/** Copies inputs to the scratch, and lists those that are not 0. @returns how many these are */
function gather(x: ArrayLike<number>): number {
  let count = 0;
  for (let k = 0; k < x.length; k++) {
    values[k] = x[k];
    places[count] = k;
    if (x[k] !== 0) count++;
  }
  return count;
}

/** Sums of four units at a time. @returns the number of units that have theirs */
function sumSideBySide(
  x: ArrayLike<number>,
  weights: readonly Float32Array[],
  biases: Float32Array,
  units: number,
): number {
  const [value, place] = [values, places];
  const count = gather(x);
  const isSparse = 2 * count < x.length;
  let unit = 0;
  for (; unit + SIDE_BY_SIDE <= units; unit += SIDE_BY_SIDE) {
    const [w0, w1, w2, w3] = [weights[unit], weights[unit + 1], weights[unit + 2], weights[unit + 3]];
    let [z0, z1, z2, z3] = [biases[unit], biases[unit + 1], biases[unit + 2], biases[unit + 3]];
    // The same loop twice: a table of places costs a third of the time.
    if (isSparse) {
      for (let i = 0; i < count; i++) {
        const k = place[i];
        const v = value[k];
        z0 += w0[k] * v;
        z1 += w1[k] * v;
        z2 += w2[k] * v;
        z3 += w3[k] * v;
      }
    } else {
      for (let k = 0; k < w0.length; k++) {
        const v = value[k];
        z0 += w0[k] * v;
        z1 += w1[k] * v;
        z2 += w2[k] * v;
        z3 += w3[k] * v;
      }
    }
    sums[unit] = z0;
    sums[unit + 1] = z1;
    sums[unit + 2] = z2;
    sums[unit + 3] = z3;
  }
  return unit;
}

/** Inputs from which the vectors of the core are faster. */
const WIDE = 96;

/** Sums of several units at a time. @returns the number of units that have theirs */
function sumInGroups(
  x: ArrayLike<number>,
  weights: readonly Float32Array[],
  biases: Float32Array,
  units: number,
): number {
  const summed = x.length < WIDE ? 0 : sumByVectors(x, weights, biases, units, sums);
  return summed || sumSideBySide(x, weights, biases, units);
}

/** z = W·x + b of one layer; in float64, each sum in the order of its inputs, except of wide layers. */
function weightedSums(
  x: ArrayLike<number>,
  weights: readonly Float32Array[],
  biases: Float32Array,
  units: number,
): void {
  let unit = x.length < MANY_INPUTS ? 0 : sumInGroups(x, weights, biases, units);
  for (; unit < units; unit++) {
    const w = weights[unit];
    let z = biases[unit];
    for (let k = 0; k < w.length; k++) z += w[k] * x[k];
    sums[unit] = z;
  }
}

/** a = f(z) of one layer, rounded to float32. */
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
}

/** The outputs for one input, which `outputs` of the network keeps. */
export function forward(network: Layers, input: ArrayLike<number>, activation: Activation): Float32Array {
  const { sizes, outputLayer, weights, biases, outputs } = network;
  const { leakyReluAlpha } = network.trainOpts;
  outputs[0] = input as Float32Array;
  let x = input;
  for (let layer = 1; layer <= outputLayer; layer++) {
    reserve(Math.max(x.length, sizes[layer]));
    weightedSums(x, weights[layer], biases[layer], sizes[layer]);
    activate(activation, leakyReluAlpha, outputs[layer], sizes[layer]);
    x = outputs[layer];
  }
  return outputs[outputLayer];
}
