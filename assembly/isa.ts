/**
 * The instruction set: what TypeScript and WebAssembly agree on. This is the one file that both compilers
 * read, so it holds plain enums and constants only. The names in Activation and Loss are the public ones.
 */

/** Bytes of one encoded instruction (see op.ts for the fields). */
export const OP_BYTES = 96;

/** Units that stand side by side in memory: a weight matrix is stored in panels of this many units. */
export const PANEL = 8;

export enum Op {
  uniform,
  shuffle,
  gather,
  oneHot,
  dense,
  activate,
  loss,
  cost,
  hits,
  derive,
  weightGradient,
  descend,
  inputGradient,
  sgd,
  adam,
  scatter,
}

/** How the rows of a table are stored. */
export enum Source {
  float32,
  uint8,
}

/** f in A = f(Z). */
export enum Activation {
  linear,
  sigmoid,
  tanh,
  relu,
  softmax,
}

/** What is minimised. The two cross-entropies read logits. */
export enum Loss {
  meanSquaredError,
  binaryCrossentropy,
  categoricalCrossentropy,
}

/** How a prediction counts as right: the largest output, or every output on its side of a threshold. */
export enum Hit {
  largest,
  threshold,
}

/** What a random stream is for. Streams of one seed never overlap. */
export enum Purpose {
  weights,
  shuffle,
}
