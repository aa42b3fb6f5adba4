/**
 * Every name of the library's vocabulary, for the networks whose weights are hashed: a new one gets its line here, and
 * the hash is renewed by `npm run test:runtimes -- --write`.
 */

export const activations = [
  "linear",
  "sigmoid",
  "hardSigmoid",
  "tanh",
  "relu",
  "leakyRelu",
  "elu",
  "selu",
  "gelu",
  "silu",
  "softplus",
  "softsign",
  "mish",
  "softmax",
];

/** Each loss with the activation before it and its targets, which are functions of networks.js. */
export const losses = {
  meanSquaredError: ["linear", "numbers"],
  meanAbsoluteError: ["linear", "numbers"],
  huber: ["linear", "numbers"],
  logCosh: ["linear", "numbers"],
  binaryCrossentropy: ["sigmoid", "bits"],
  categoricalCrossentropy: ["softmax", "classes"],
  hinge: ["tanh", "bits"],
  poisson: ["softplus", "counts"],
  klDivergence: ["softmax", "shares"],
};

/** Each optimizer with the options that take it through all of its terms. */
export const optimizers = {
  sgd: [{}, { momentum: 0.9, nesterov: true, weightDecay: 0.01 }, { momentum: 0.9, dampening: 0.5 }],
  rmsprop: [{}, { momentum: 0.9, centered: true }],
  adagrad: [{}, { learningRateDecay: 0.1, initialAccumulator: 0.1 }],
  adadelta: [{}],
  adam: [{}, { weightDecay: 0.01 }, { amsgrad: true }, { clipNorm: 0.1 }, { clipValue: 0.01 }],
  adamw: [{}],
  nadam: [{}],
  lion: [{ weightDecay: 0.01 }],
  lbfgs: [{}],
};

/** Each kind of layer with what its function takes. */
export const layers = {
  dense: [9, "tanh", { l1: 0.01, l2: 0.01, maxNorm: 1 }],
  activation: ["gelu"],
  dropout: [0.25],
  gaussianNoise: [0.125],
  batchNorm: [],
  layerNorm: [],
};

export const initializers = [
  "glorotUniform",
  "glorotNormal",
  "heUniform",
  "heNormal",
  "lecunUniform",
  "lecunNormal",
  "orthogonal",
  "truncatedNormal",
  "normal",
  "uniform",
  "zeros",
  "constant",
  "article",
];

/** Each schedule of the learning rate with its options. */
export const schedules = {
  stepDecay: { learningRate: 0.1, every: 2 },
  exponentialDecay: { learningRate: 0.1, steps: 4 },
  polynomialDecay: { learningRate: 0.1, steps: 6, power: 1.5 },
  cosineDecay: { learningRate: 0.1, steps: 4, restarts: true, growth: 1.5 },
  oneCycle: { learningRate: 0.1, steps: 9 },
  warmup: { steps: 4, after: 0.1 },
  piecewise: { boundaries: [3, 6], rates: [0.1, 0.05, 0.01] },
  reduceOnPlateau: { learningRate: 0.1, patience: 0, minDelta: 1 },
};
