/**
 * Options of the fixed networks, by name of the vocabulary. A name without an entry is made with its defaults, or with
 * what stands under NEEDED here; it needs an entry only if that is refused or leaves a part of it unused.
 */

/** Arguments of the function of a layer. */
export const layers = {
  dense: [9, "tanh", { l1: 0.01, l2: 0.01, maxNorm: 1 }],
  activation: ["gelu"],
  dropout: [0.25],
  gaussianNoise: [0.125],
};

/** Activations with a slope other than their default. */
export const sloped = [
  { type: "leakyRelu", alpha: 0.25 },
  { type: "elu", alpha: 0.5 },
  { type: "hardSigmoid", alpha: 0.25 },
];

/** Per loss the last activation and the kind of targets, which is a function of networks.js. */
export const losses = {
  binaryCrossentropy: ["sigmoid", "bits"],
  categoricalCrossentropy: ["softmax", "classes"],
  hinge: ["tanh", "bits"],
  poisson: ["softplus", "counts"],
  klDivergence: ["softmax", "shares"],
  focal: ["sigmoid", "bits"],
};

/** Per optimizer the options of each of its networks, which together use every term of its update. */
export const optimizers = {
  sgd: [{}, { momentum: 0.9, nesterov: true, weightDecay: 0.01 }, { momentum: 0.9, dampening: 0.5 }],
  rmsprop: [{}, { momentum: 0.9, centered: true }, { epsilon: 0.001, epsilonInside: true }],
  adagrad: [{}, { learningRateDecay: 0.1, initialAccumulator: 0.1 }, { epsilonInside: true }],
  adadelta: [{}, { lagged: true }],
  adam: [{}, { weightDecay: 0.01 }, { amsgrad: true }, { clipNorm: 0.1 }, { clipValue: 0.01 }],
  lion: [{ weightDecay: 0.01 }],
};

/** Options of a schedule. */
export const schedules = {
  stepDecay: { learningRate: 0.1, every: 2 },
  polynomialDecay: { learningRate: 0.1, steps: 6, power: 1.5 },
  cosineDecay: { learningRate: 0.1, steps: 4, restarts: true, growth: 1.5 },
  oneCycle: { learningRate: 0.1, steps: 9 },
  warmup: { steps: 4, after: 0.1 },
  piecewise: { boundaries: [3, 6], rates: [0.1, 0.05, 0.01] },
  reduceOnPlateau: { learningRate: 0.1, patience: 0, minDelta: 1 },
};

/** For a name without an entry. */
export const NEEDED = {
  layer: [],
  loss: ["linear", "numbers"],
  optimizer: [{}],
  schedule: { learningRate: 0.1, steps: 4 },
};
