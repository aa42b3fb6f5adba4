/** Options that networks are made of: layers, optimizers, schedules, losses; mostly good, and sometimes anything. */

import fc from "fast-check";
import { callback, flag, math, name, real, whole } from "./arguments.js";
import { batchNorm, dense, dropout } from "./networks.js";
import { anything, type Named, named } from "./odd.js";
import { mostly, options } from "./values.js";

export const init = fc.oneof(
  name("heNormal", "orthogonal", "identity", "zeros", "truncatedNormal", "article"),
  options({
    type: name("normal", "uniform", "constant"),
    stddev: real(0.1),
    limit: real(0.1),
    mean: real(0, -1),
    value: real(1),
    gain: real(1),
  }),
);
export const DENSE = {
  init,
  bias: flag,
  biasInit: real(0, 0.5),
  l1: real(0, 0.1),
  l2: real(0, 0.1),
  maxNorm: real(0, 1),
  trainable: flag,
  rate: mostly([named("0.5", () => 0.5), named("{ W: 2 }", () => ({ W: 2 }))]),
  decay: real(0, 0.5),
};
export const activations = fc.oneof(
  name("relu", "tanh", "softmax", "sigmoid", "linear", "gelu", "swish"),
  options({ type: name("leakyRelu", "elu", "hardSigmoid", "relu"), alpha: real(0.3) }),
);
export const SCHEDULE = {
  type: name(
    "stepDecay",
    "cosineDecay",
    "cosineLog",
    "flatCosine",
    "warmup",
    "piecewise",
    "oneCycle",
    "reduceOnPlateau",
    "polynomialDecay",
    "exponentialDecay",
  ),
  learningRate: real(0.1, 0.01),
  steps: whole(1, 10),
  cycles: whole(1, 4),
  flat: real(0.5),
  every: whole(1, 5),
  factor: real(0.5),
  end: real(0, 0.001),
  power: real(1, 2),
  restarts: flag,
  growth: real(1, 2),
  decay: real(1, 0.5),
  rise: real(0.3),
  start: real(25),
  from: real(0),
  after: real(0.1),
  boundaries: mostly([named("[1, 2]", () => [1, 2])]),
  rates: mostly([named("[3, 2, 1]", () => [3, 2, 1])]),
  monitor: name("loss", "valLoss"),
  patience: whole(0, 2),
  cooldown: whole(0),
  least: real(0),
};
export const rate = fc.oneof(
  { weight: 2, arbitrary: real(0.1, 0) },
  { weight: 2, arbitrary: options(SCHEDULE) },
  { weight: 1, arbitrary: callback },
);
export const OPTIMIZER = {
  learningRate: rate,
  momentum: real(0, 0.9),
  nesterov: flag,
  dampening: real(0),
  rho: real(0.9),
  epsilon: real(1e-8, 0),
  centered: flag,
  epsilonInside: flag,
  lagged: flag,
  beta1: real(0.9),
  beta2: real(0.99),
  amsgrad: flag,
  weightDecay: fc.oneof(real(0, 0.1), options(SCHEDULE)),
  clipNorm: real(0, 1),
  clipValue: real(0, 1),
  momentumDecay: real(0.004),
  initialAccumulator: real(0),
  learningRateDecay: real(0),
  historySize: whole(1, 5),
  maxEvaluations: whole(1, 25),
  toleranceGradient: real(1e-7),
  toleranceChange: real(1e-9),
};
export const optimizerNames = name(
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
);
export const layer: fc.Arbitrary<Named> = fc.oneof(
  options({
    type: name("dense", "dropout", "batchNorm", "layerNorm", "activation", "gaussianNoise", "scale", "prelu"),
    units: whole(1, 2, 3),
    activation: activations,
    stddev: real(0.1),
    momentum: real(0.1),
    epsilon: real(1e-5),
    ...DENSE,
  }),
  fc.constantFrom(
    named("dense(2)", () => dense(2)),
    named("dropout()", () => dropout()),
    named("batchNorm()", () => batchNorm()),
  ),
);
export const layers = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .array(layer, { maxLength: 3 })
      .map((list) => named(`[${list.map((entry) => entry.name)}]`, () => list.map((entry) => entry.make()))),
  },
  { weight: 1, arbitrary: anything },
);
export const TRAINING = {
  loss: fc.oneof(
    name(
      "meanSquaredError",
      "categoricalCrossentropy",
      "binaryCrossentropy",
      "hinge",
      "poisson",
      "huber",
      "klDivergence",
      "logCosh",
      "mse",
      "cosineSimilarity",
    ),
    options({
      type: name("huber", "binaryCrossentropy", "categoricalCrossentropy"),
      delta: real(1),
      labelSmoothing: real(0, 0.1),
    }),
  ),
  optimizer: fc.oneof(optimizerNames, options({ type: optimizerNames, ...OPTIMIZER })),
  seed: whole(0, 7),
  inputScale: real(1, 1 / 255),
  penaltiesInLoss: flag,
  math,
};
