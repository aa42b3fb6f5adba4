/**
 * The instruction set: what TypeScript and WebAssembly agree on. This is the one file that both compilers
 * read, so it holds plain enums and constants only. The names in Activation, Loss, and
 * Optimizer are the public ones.
 */

/** Bytes of one encoded instruction (see op.ts for the fields). */
export const OP_BYTES = 104;

/** Units that stand side by side in memory: a weight matrix is stored in panels of this many units. */
export const PANEL = 8;

/** Bytes of scratch in which an instruction that draws random numbers keeps the words at hand. */
export const RANDOM_BYTES = 64;

export enum Op {
  uniform,
  normal,
  orthogonal,
  shuffle,
  gather,
  oneHot,
  smooth,
  weigh,
  dense,
  activate,
  dropout,
  noise,
  batchNorm,
  layerNorm,
  loss,
  cost,
  hits,
  confuse,
  deviate,
  scatter,
  derive,
  batchNormGradient,
  layerNormGradient,
  weightGradient,
  descend,
  inputGradient,
  penalize,
  clipNorm,
  clipValue,
  update,
  maxNorm,
  dot,
  combine,
  tiny,
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
  hardSigmoid,
  tanh,
  relu,
  leakyRelu,
  elu,
  selu,
  gelu,
  silu,
  softplus,
  softsign,
  mish,
  softmax,
}

/** What is minimised. The two cross-entropies read logits, the others outputs. */
export enum Loss {
  meanSquaredError,
  meanAbsoluteError,
  huber,
  logCosh,
  binaryCrossentropy,
  categoricalCrossentropy,
  hinge,
  poisson,
  klDivergence,
}

/** The optimizers whose update is one instruction; lbfgs searches along lines, so TypeScript composes it of others. */
export enum Optimizer {
  sgd,
  rmsprop,
  adagrad,
  adadelta,
  adam,
  adamw,
  nadam,
  lion,
}

/** How a prediction counts as right: the largest output, one of the p0 largest, or every output on its side of p0. */
export enum Hit {
  largest,
  top,
  threshold,
}

/** Where the mean and the variance of batchNorm come from: the batch, which then moves the running ones or not. */
export enum Statistics {
  batch,
  batchOnly,
  running,
}

/** The uses of random numbers: one stream each, and streams of one seed never overlap. */
export enum RandomStream {
  weights,
  shuffle,
  dropout,
  noise,
}
