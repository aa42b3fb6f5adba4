import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { floats } from "../helpers.js";
import { both, expectClose, expectSameWeights } from "./both.js";

const ROWS = 21;
const INPUTS = 5;

/** Layers of a model before its last one. */
const HIDDEN: Readonly<Record<string, () => tf.layers.Layer[]>> = {
  "two dense": () => [dense(7, "relu"), dense(6, "tanh")],
  ...Object.fromEntries(
    [
      "linear",
      "sigmoid",
      "tanh",
      "relu",
      "elu",
      "selu",
      "softplus",
      "softsign",
      "swish",
      "mish",
      "gelu",
      "softmax",
      "hardSigmoid",
      "relu6",
    ].map((name) => [`dense ${name}`, () => [dense(6, name)]]),
  ),
  "dense without bias": () => [tf.layers.dense({ units: 6, useBias: false, activation: "relu" })],
  "dense with penalties": () => [
    tf.layers.dense({ units: 6, kernelRegularizer: tf.regularizers.l1l2({ l1: 0.01, l2: 0.02 }) }),
    tf.layers.dense({ units: 6, kernelRegularizer: "l1l2" }),
  ],
  "dense with a constraint": () => [
    tf.layers.dense({ units: 6, kernelConstraint: tf.constraints.maxNorm({ maxValue: 0.5 }) }),
  ],
  activation: () => [dense(6, "linear"), tf.layers.activation({ activation: "tanh" })],
  "relu layer": () => [dense(6, "linear"), tf.layers.reLU()],
  "relu layer up to 6": () => [dense(6, "linear"), tf.layers.reLU({ maxValue: 6 })],
  "leakyReLU layer": () => [
    dense(6, "linear"),
    tf.layers.leakyReLU(),
    dense(4, "linear"),
    tf.layers.leakyReLU({ alpha: 0.01 }),
  ],
  "prelu layer": () => [dense(6, "linear"), tf.layers.prelu()],
  "elu layer": () => [dense(6, "linear"), tf.layers.elu()],
  "softmax layer": () => [dense(6, "linear"), tf.layers.softmax()],
  "batch normalization": () => [
    tf.layers.batchNormalization(),
    dense(6, "relu"),
    tf.layers.batchNormalization({ momentum: 0.8, epsilon: 0.01 }),
  ],
  "layer normalization": () => [dense(6, "relu"), tf.layers.layerNormalization()],
  "frozen dense": () => [
    tf.layers.dense({ units: 6, activation: "relu", trainable: false }),
    dense(5, "relu"),
  ],
  "idle dropout": () => [dense(6, "relu"), tf.layers.dropout({ rate: 0 })],
};

const OPTIMIZERS: Readonly<Record<string, () => tf.Optimizer | string>> = {
  sgd: () => tf.train.sgd(0.1),
  momentum: () => tf.train.momentum(0.05, 0.9),
  nesterov: () => tf.train.momentum(0.05, 0.8, true),
  adagrad: () => tf.train.adagrad(0.05),
  "adagrad from 0.5": () => tf.train.adagrad(0.05, 0.5),
  rmsprop: () => tf.train.rmsprop(0.01),
  "rmsprop with momentum": () => tf.train.rmsprop(0.01, 0.8, 0.5, 1e-3),
  "rmsprop by name": () => "rmsprop",
  adadelta: () => tf.train.adadelta(0.5),
  "adadelta with options": () => tf.train.adadelta(1, 0.9, 1e-3),
  adamax: () => tf.train.adamax(0.02),
  "adamax with decay": () => tf.train.adamax(0.02, 0.8, 0.9, 1e-7, 0.1),
  adam: () => tf.train.adam(0.01),
  "adam with options": () => tf.train.adam(0.01, 0.8, 0.95, 1e-4),
  "adam by name": () => "adam",
  "sgd by name": () => "sgd",
};

/** Losses with the last activation, and targets of 3 outputs. */
const LOSSES: readonly [loss: string | Loss, activation: string, targets: Targets][] = [
  ["meanSquaredError", "linear", "numbers"],
  ["meanAbsoluteError", "linear", "numbers"],
  ["logcosh", "linear", "numbers"],
  ["poisson", "softplus", "counts"],
  ["categoricalCrossentropy", "softmax", "choices"],
  ["categoricalCrossentropy", "sigmoid", "choices"],
  ["sparseCategoricalCrossentropy", "softmax", "classes"],
  ["binaryCrossentropy", "sigmoid", "choices"],
  ["binaryCrossentropy", "softmax", "choices"],
  ["kullbackLeiblerDivergence", "softmax", "shares"],
  ["meanAbsolutePercentageError", "linear", "numbers"],
  ["meanSquaredLogarithmicError", "softplus", "counts"],
  ["squaredHinge", "tanh", "signs"],
  ["hinge", "linear", "signs"],
  ["categoricalHinge", "linear", "choices"],
  ["cosineProximity", "linear", "numbers"],
  ["kullbackLeiblerDivergence", "sigmoid", "shares"],
  ["categoricalCrossentropy", "linear", "choices"],
  ["sparseCategoricalCrossentropy", "linear", "classes"],
  ["binaryCrossentropy", "linear", "choices"],
  [tf.metrics.meanSquaredError, "tanh", "numbers"],
  [tf.metrics.binaryCrossentropy, "sigmoid", "choices"],
  [tf.losses.meanSquaredError, "sigmoid", "numbers"],
  [tf.losses.absoluteDifference, "linear", "numbers"],
  [tf.losses.huberLoss, "linear", "numbers"],
  [tf.losses.logLoss, "sigmoid", "choices"],
  [tf.losses.sigmoidCrossEntropy, "linear", "choices"],
  [tf.losses.softmaxCrossEntropy, "linear", "choices"],
  [tf.losses.hingeLoss, "linear", "choices"],
  [
    function cosineDistance(y, a) {
      return tf.losses.cosineDistance(y, a, 1);
    },
    "linear",
    "numbers",
  ],
  [tf.metrics.cosineProximity, "linear", "numbers"],
  [
    function ownLoss(y, a) {
      return tf.sub(a, y).abs().pow(1.5).sum(-1);
    },
    "tanh",
    "numbers",
  ],
  [
    function ownScalarLoss(y, a) {
      return tf.squaredDifference(y, a).max();
    },
    "linear",
    "numbers",
  ],
];

type Loss = (targets: tf.Tensor, outputs: tf.Tensor) => tf.Tensor;
type Targets = "numbers" | "counts" | "choices" | "classes" | "shares" | "signs";

const dense = (units: number, activation: string) =>
  tf.layers.dense({ units, activation: activation as "relu" });

/** Targets of a kind, the same in each run. */
function targetsOf(kind: Targets, rows: number, seed: number): tf.Tensor {
  const numbers = floats(rows * 3, seed, 1);
  switch (kind) {
    case "numbers":
      return tf.tensor(numbers, [rows, 3]);
    case "counts":
      return tf.tensor(
        numbers.map((value) => Math.floor(3 * Math.abs(value))),
        [rows, 3],
      );
    case "classes":
      return tf.tensor(
        Array.from({ length: rows }, (_, r) => (r * 7) % 3),
        [rows, 1],
      );
    case "choices":
      return tf.oneHot(
        tf.tensor1d(
          Array.from({ length: rows }, (_, r) => (r * 7) % 3),
          "int32",
        ),
        3,
      );
    case "signs":
      return tf.tensor(numbers.map(Math.sign), [rows, 3]);
    case "shares":
      return tf.softmax(tf.tensor(numbers, [rows, 3]));
  }
}

/** Ten epochs with validation without and with the acceleration: the same history and weights. */
async function compare(
  hidden: () => tf.layers.Layer[],
  optimizer: () => tf.Optimizer | string,
  [loss, activation, kind]: (typeof LOSSES)[number],
  metrics: (string | Loss)[] = ["accuracy"],
  classWeight?: tf.ClassWeight,
  size = 2,
): Promise<void> {
  const build = () => {
    const model = tf.sequential({
      layers: [tf.layers.inputLayer({ inputShape: [INPUTS] }), ...hidden(), dense(3, activation)],
    });
    model.compile({ optimizer: optimizer(), loss, metrics });
    return model;
  };
  const x = tf.tensor(floats(ROWS * INPUTS, 1, size), [ROWS, INPUTS]);
  const y = targetsOf(kind, ROWS, 2);
  const outcome = await both(build, async (model) => {
    const { history } = await model.fit(x, y, {
      epochs: 10,
      batchSize: 8,
      verbose: 0,
      shuffle: false,
      validationSplit: 0.2,
      classWeight,
    });
    return history as Record<string, number[]>;
  });
  tf.dispose([x, y]);
  expect(outcome.report).toEqual({ densely: 1, tfjs: 0, reasons: {} });
  const { wanted, got } = outcome;
  expect(Object.keys(got.result)).toEqual(Object.keys(wanted.result));
  for (const [name, values] of Object.entries(wanted.result)) expectClose(got.result[name], values);
  expectSameWeights(outcome);
}

const [[loss]] = [LOSSES.filter(([name]) => name === "categoricalCrossentropy")];

describe("ten epochs have the numbers of TensorFlow.js", () => {
  it.each(Object.keys(HIDDEN))("with layers: %s", (name) => compare(HIDDEN[name], OPTIMIZERS.sgd, loss));

  it.each(Object.keys(OPTIMIZERS))("with optimizer %s", (name) =>
    compare(HIDDEN["two dense"], OPTIMIZERS[name], loss),
  );

  it.each(
    LOSSES.map(
      (entry) =>
        [
          `${typeof entry[0] === "string" ? entry[0] : `function ${entry[0].name}`} of ${entry[1]}`,
          entry,
        ] as const,
    ),
  )("with loss %s", (_, entry) => compare(HIDDEN["dense tanh"], OPTIMIZERS.sgd, entry));

  // Probabilities of 0 and 1, where TensorFlow.js cuts the loss off and its gradient is 0.
  it.each<(typeof LOSSES)[number]>([
    ["categoricalCrossentropy", "softmax", "choices"],
    ["sparseCategoricalCrossentropy", "softmax", "classes"],
    ["binaryCrossentropy", "sigmoid", "choices"],
  ])("with inputs far too large, and loss %s of %s", (...entry) =>
    compare(() => [], OPTIMIZERS.sgd, entry, ["accuracy"], undefined, 100),
  );

  it.each([
    ["categoricalCrossentropy", "softmax", "choices"],
    ["sparseCategoricalCrossentropy", "softmax", "classes"],
    ["categoricalHinge", "linear", "choices"],
    // One number for a whole batch, which the mean weight multiplies.
    [tf.losses.huberLoss, "linear", "choices"],
  ] as (typeof LOSSES)[number][])("with weights of classes, and %s", (...entry) =>
    compare(HIDDEN["batch normalization"], OPTIMIZERS.adam, entry, ["accuracy"], { 0: 1, 1: 5, 2: 0 }),
  );

  it.each([
    [
      "names",
      ["accuracy", "acc", "crossentropy", "mse", "MAE", "mape", "cosine", "precision", "binaryAccuracy"],
    ],
    [
      "functions",
      [tf.metrics.meanAbsoluteError, tf.metrics.categoricalAccuracy, tf.metrics.recall, tf.metrics.r2Score],
    ],
  ] as const)("with metrics that are %s", (_, metrics) =>
    compare(HIDDEN["dense relu"], OPTIMIZERS.sgd, loss, [...metrics]),
  );
});
