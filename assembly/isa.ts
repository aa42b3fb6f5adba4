/**
 * The instruction set, which TypeScript and WebAssembly share. Both compilers read this file, so it holds plain enums and
 * constants only. The names in Activation, Loss, and Optimizer are public: users write them.
 */

/** Bytes of one instruction; its fields are in op.ts. */
export const OP_BYTES = 112;

/** Units of a panel: a weight matrix is stored in panels, in which the weights of this many units stand side by side. */
export const PANEL = 8;

/** Bytes of scratch in which an instruction that draws random numbers keeps the words at hand. */
export const RANDOM_BYTES = 64;

/** The operations. A program of `tiny` has no other instruction. */
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
  scale,
  prelu,
  link,
  unlink,
  loss,
  cost,
  hits,
  confuse,
  deviate,
  scatter,
  derive,
  batchNormGradient,
  layerNormGradient,
  scaleGradient,
  preluGradient,
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
  silence,
  custom,
  magnitude,
  penalty,
  unpack,
}

/** The type of the numbers in a table of the user. */
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
  relu6,
  exponential,
  hardSwish,
}

/** A function that makes logits for a cross-entropy, of Z or of probabilities of another activation. */
export enum Link {
  sigmoidLog,
  softmaxLogit,
  log,
  logit,
}

/** The loss that training minimizes. The two cross-entropies read logits, the other losses outputs. */
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
  quantile,
  focal,
  cosineSimilarity,
}

/** The optimizers whose step is one instruction. lbfgs searches along lines: src/fit/lbfgs.ts makes its steps of dot and combine. */
export enum Optimizer {
  sgd,
  rmsprop,
  adagrad,
  adadelta,
  adam,
  adamw,
  nadam,
  lion,
  adamax,
}

/** When a prediction is right: its largest output is that of the true class, is among the largest, or each output by a threshold. */
export enum Hit {
  largest,
  top,
  threshold,
}

/** The mean and the variance that batchNorm uses: those of the batch, which move the running ones or do not, or the running ones. */
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
