/** Arguments of every public function: mostly good, and sometimes anything. */

import fc from "fast-check";
import * as densely from "../../src/index.js";
import { Network } from "../../src/index.js";
import { lbfgs } from "../../src/lbfgs.js";
import { relaxed } from "../../src/relaxed.js";
import { anything, bounded, mostly, type Named, named, options, table } from "./values.js";

export const { dense, dropout, batchNorm, layerNorm, activation, gaussianNoise, prelu, scale } = densely;
export const { sgd, rmsprop, adagrad, adadelta, adam, adamw, nadam, lion, adamax } = densely;
export const optimizers = { sgd, rmsprop, adagrad, adadelta, adam, adamw, nadam, lion, adamax, lbfgs };
export const {
  stepDecay,
  exponentialDecay,
  polynomialDecay,
  cosineDecay,
  cosineLog,
  flatCosine,
  oneCycle,
  warmup,
  piecewise,
  reduceOnPlateau,
} = densely;
export const schedules = {
  stepDecay,
  exponentialDecay,
  polynomialDecay,
  cosineDecay,
  cosineLog,
  flatCosine,
  oneCycle,
  warmup,
  piecewise,
  reduceOnPlateau,
};

/** Rows of all good data. */
export const ROWS = 6;

/** Small networks of every kind of output, some of them trained or in the middle of a fit. All have two inputs. */
export const NETWORKS: Named<Network>[] = [
  named("one sigmoid", () => new Network([2, 3, 1])),
  named("three classes", () => new Network([2, 4, 3])),
  named(
    "a regression",
    () => new Network({ inputs: 2, layers: [dense(3, "tanh"), dense(2)], optimizer: "sgd" }),
  ),
  named("norms and noise", () => {
    const layers = [
      batchNorm(),
      dense(3),
      activation("gelu"),
      layerNorm(),
      dropout(0.2),
      gaussianNoise(0.1),
      dense(2, "sigmoid"),
    ];
    return new Network({ inputs: 2, layers, optimizer: nadam({ clipNorm: 1 }) });
  }),
  named("lbfgs", () => new Network({ inputs: 2, layers: [dense(2)], optimizer: lbfgs({ historySize: 3 }) })),
  named(
    "hinge",
    () =>
      new Network({
        inputs: 2,
        layers: [dense(1, "tanh", { l2: 0.01, maxNorm: 2 })],
        loss: "hinge",
        optimizer: "adagrad",
      }),
  ),
  named("a schedule", () => {
    const learningRate = warmup({
      steps: 2,
      after: reduceOnPlateau({ learningRate: 0.01, patience: 1 }),
    });
    return new Network({
      inputs: 2,
      layers: [dense(2, "relu"), dense(2)],
      optimizer: rmsprop({ learningRate }),
    });
  }),
  named(
    "relaxed",
    () => new Network({ inputs: 2, layers: [dense(4, "silu"), dense(1, "sigmoid")], math: relaxed }),
  ),
  named("cut inside an epoch", () => {
    const network = new Network([2, 3, 1]);
    network.fitSync(GOOD_X, GOOD_LABELS, { epochs: 3, batchSize: 2, maxSteps: 4 });
    return network;
  }),
];

export const GOOD_X = Array.from({ length: ROWS }, (_, r) => [Math.sin(r + 1), Math.cos(2 * r)]);
export const GOOD_LABELS = GOOD_X.map((_, r) => r % 2);

export const x = table("x", ROWS, 2, (r, c) => GOOD_X[r][c]);

/** Targets of every network, of which most do not fit: one column, two or three, or class indices. */
export const y: fc.Arbitrary<Named> = fc.oneof(
  { weight: 3, arbitrary: table("labels", ROWS, 1, (r) => GOOD_LABELS[r]) },
  { weight: 2, arbitrary: table("y of two columns", ROWS, 2, (r, c) => (r + c) % 2) },
  { weight: 2, arbitrary: table("y of three columns", ROWS, 3, (r, c) => Number(r % 3 === c)) },
  { weight: 1, arbitrary: fc.constant(named("Int32Array of labels", () => Int32Array.from(GOOD_LABELS))) },
);

export const whole = (...values: number[]) =>
  mostly(
    values.map((value) => named(String(value), () => value)),
    bounded,
  );
export const flag = mostly([named("true", () => true), named("false", () => false)]);
export const real = (...values: number[]) => mostly(values.map((value) => named(String(value), () => value)));
export const name = (...values: string[]) =>
  mostly(values.map((value) => named(JSON.stringify(value), () => value)));
export const weights = mostly([
  named("weights", () => GOOD_X.map((_, r) => r)),
  named("Float32Array of weights", () => new Float32Array(ROWS).fill(0.5)),
]);

export const own = (answer: unknown) =>
  named(`a metric of ${String(answer)}`, () => ({ name: "own", measure: () => answer }));
export const metric: fc.Arbitrary<Named> = fc.oneof(
  name(
    "accuracy",
    "precision",
    "recall",
    "f1",
    "auc",
    "meanAbsoluteError",
    "rootMeanSquaredError",
    "r2",
    "confusionMatrix",
  ),
  fc.constantFrom(
    own(1),
    own(Number.NaN),
    own("text"),
    own(undefined),
    named("topKAccuracy of 2", () => ({ type: "topKAccuracy", k: 2 })),
  ),
);
export const metrics = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .array(metric, { maxLength: 3 })
      .map((list) => named(`[${list.map((entry) => entry.name)}]`, () => list.map((entry) => entry.make()))),
  },
  { weight: 1, arbitrary: anything },
);
export const callback = mostly(
  [
    named("() => {}", () => () => {}),
    named("() => false", () => () => false),
    named("async () => {}", () => async () => {}),
  ],
  bounded,
);
export const pair = fc
  .tuple(x, y)
  .map(([a, b]) => named(`[${a.name}, ${b.name}]`, () => [a.make(), b.make()]));

/** Options of fit that cannot make it endless: there are few epochs, or few steps. */
export const LOOP: Record<string, fc.Arbitrary<Named>> = {
  initialEpoch: whole(0, 1),
  stepsPerEpoch: whole(1, 2, 99),
  validationData: fc.oneof({ weight: 3, arbitrary: pair }, { weight: 1, arbitrary: anything }),
  metrics,
  earlyStopping: options({
    monitor: name("loss", "valLoss", "accuracy", "own"),
    mode: name("min", "max", "auto"),
    patience: whole(0, 1),
    minDelta: real(0, 0.1),
    restoreBest: flag,
  }),
  maxSteps: whole(1, 3, 5),
  onCheckpoint: callback,
  checkpointEvery: whole(1, 2),
  onTrainBegin: callback,
  onEpoch: callback,
  onBatch: callback,
  onTrainEnd: callback,
  signal: mostly([named("a signal", () => new AbortController().signal)]),
  resume: flag,
};
export const FIT: Record<string, fc.Arbitrary<Named>> = {
  ...LOOP,
  epochs: whole(1, 2, 3),
  batchSize: fc.oneof(whole(1, 2, 4, 99), name("full")),
  shuffle: flag,
  validationSplit: real(0, 0.2, 0.5),
  sampleWeight: weights,
  classWeight: mostly([
    named('"balanced"', () => "balanced"),
    named("{ 0: 1, 1: 5 }", () => ({ 0: 1, 1: 5 })),
  ]),
};

export const network = fc.constantFrom(...NETWORKS);
export const math = mostly([named("relaxed", () => relaxed), named("undefined", () => undefined)]);
export const init = fc.oneof(
  name("heNormal", "orthogonal", "zeros", "truncatedNormal", "article"),
  options({
    type: name("normal", "uniform", "constant"),
    stddev: real(0.1),
    limit: real(0.1),
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
  math,
};
