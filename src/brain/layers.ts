import type { TrainingOptions } from "./types.js";

/**
 * The numbers of a network, layer by layer. Index 0 is the layer of the inputs, which has no weights; `weights[l][u][k]`
 * leads to unit u of layer l from unit k of the layer before.
 */
export interface Layers {
  /** Widths of all layers. */
  sizes: number[];
  /** Index of the last layer; -1 before `initialize`. */
  outputLayer: number;
  biases: Float32Array[];
  weights: Float32Array[][];
  /** The outputs of each layer for the last sample. */
  outputs: Float32Array[];
  /** Derivatives of half the squared error for the last sample, negated: by the outputs of a layer, from layer 1 on. */
  errors: Float32Array[];
  /** The same by its weighted sums. */
  deltas: Float32Array[];
  /** The last change of each weight. */
  changes: Float32Array[][];
  /** The moments of adam, and its number of updates. */
  biasChangesLow: Float32Array[];
  biasChangesHigh: Float32Array[];
  changesLow: Float32Array[][];
  changesHigh: Float32Array[][];
  iterations: number;
  trainOpts: TrainingOptions;
}

/** A vector of zeros for each unit of each layer from the first with weights on. */
export function zerosLikeWeights(sizes: readonly number[]): Float32Array[][] {
  const zeros: Float32Array[][] = [];
  for (let layer = 1; layer < sizes.length; layer++) {
    zeros[layer] = Array.from({ length: sizes[layer] }, () => new Float32Array(sizes[layer - 1]));
  }
  return zeros;
}

/** Multiply-adds of one sample through the network. */
export function workOf(sizes: readonly number[]): number {
  let work = 0;
  for (let layer = 1; layer < sizes.length; layer++) work += sizes[layer] * (sizes[layer - 1] + 1);
  return work;
}
