/** All names of the vocabulary. `npm run conformance` writes this file from the tables in src/. */

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
  "relu6",
  "exponential",
  "hardSwish",
];

export const layers = [
  "dense",
  "activation",
  "dropout",
  "gaussianNoise",
  "batchNorm",
  "layerNorm",
  "scale",
  "prelu",
];

export const losses = [
  "meanSquaredError",
  "meanAbsoluteError",
  "huber",
  "logCosh",
  "binaryCrossentropy",
  "categoricalCrossentropy",
  "hinge",
  "poisson",
  "klDivergence",
  "quantile",
  "focal",
  "cosineSimilarity",
];

export const optimizers = [
  "sgd",
  "rmsprop",
  "adagrad",
  "adadelta",
  "adam",
  "adamw",
  "nadam",
  "lion",
  "adamax",
  "lbfgs",
];

export const initializers = [
  "glorotUniform",
  "glorotNormal",
  "heUniform",
  "heNormal",
  "lecunUniform",
  "lecunNormal",
  "normal",
  "uniform",
  "zeros",
  "constant",
  "orthogonal",
  "identity",
  "truncatedNormal",
  "article",
  "varianceScaling",
];

export const schedules = [
  "stepDecay",
  "exponentialDecay",
  "polynomialDecay",
  "cosineDecay",
  "cosineLog",
  "flatCosine",
  "oneCycle",
  "warmup",
  "piecewise",
  "reduceOnPlateau",
];
