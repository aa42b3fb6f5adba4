/** 2,000 random networks train, evaluate and predict without a failed assertion or a changed canary. */

import { expect, test } from "vitest";
import * as densely from "../../src/index.js";
import { lbfgs } from "../../src/lbfgs.js";
import { generator, sameBits } from "../helpers.js";

const NETWORKS = 2_000;
/** Networks of one test. */
const GROUP = 100;

const { dense, Network } = densely;

const ACTIVATIONS = [
  ...(["linear", "sigmoid", "hardSigmoid", "tanh", "relu", "leakyRelu", "elu"] as const),
  ...(["selu", "gelu", "silu", "softplus", "softsign", "mish", "softmax"] as const),
];

const OPTIMIZERS = [
  () => densely.sgd({ learningRate: 0.01 }),
  () => densely.sgd({ learningRate: 0.01, momentum: 0.9, nesterov: true, clipNorm: 1 }),
  () => densely.rmsprop({ momentum: 0.5, centered: true }),
  () => densely.adagrad(),
  () => densely.adadelta(),
  () => densely.adam({ clipValue: 0.1 }),
  () => densely.adam({ amsgrad: true }),
  () => densely.adamw(),
  () => densely.nadam(),
  () => densely.lion(),
  () => lbfgs(),
];

/** The last activation that each loss goes with, and its targets as a function of random numbers. */
const LOSSES = [
  { loss: "meanSquaredError", last: "linear", target: (u: number) => u },
  { loss: "meanAbsoluteError", last: "linear", target: (u: number) => u },
  { loss: "huber", last: "tanh", target: (u: number) => u },
  { loss: "logCosh", last: "linear", target: (u: number) => u },
  { loss: "binaryCrossentropy", last: "sigmoid", target: Math.round },
  { loss: "hinge", last: "tanh", target: Math.round },
  { loss: "poisson", last: "softplus", target: (u: number) => Math.floor(4 * u) },
  { loss: "categoricalCrossentropy", last: "softmax", target: undefined },
] as const;

/** One network and the data that it is trained on, drawn from its number. */
function draw(number: number) {
  const next = generator(number);
  const below = (limit: number) => Math.floor(next() * limit);
  const one = <T>(list: readonly T[]): T => list[below(list.length)];
  // Most sizes are small; some cross the sizes of tiles, panels and blocks.
  const size = (most: number) => 1 + below(one([4, 9, 18, most]));

  const [inputs, outputs, rows] = [size(70), 1 + size(20), size(80)];
  const hidden = Array.from({ length: below(4) }, () => {
    const activation = one(ACTIVATIONS);
    // A softmax over one unit is refused.
    const layer = dense(size(70) + Number(activation === "softmax"), activation, {
      bias: next() < 0.8,
      l1: one([0, 0.01]),
      l2: one([0, 0.01]),
    });
    const extras = [
      densely.dropout(0.3),
      densely.gaussianNoise(0.1),
      densely.batchNorm(),
      densely.layerNorm(),
    ];
    return next() < 0.5 ? [layer] : [layer, one(extras)];
  }).flat();
  const { loss, last, target } = one(LOSSES);
  const optimizer = one(OPTIMIZERS)();
  const isFull = optimizer.type === "lbfgs";
  const x = Float32Array.from({ length: rows * inputs }, () => (next() < 0.3 ? 0 : 2 * next() - 1));
  return {
    options: { inputs, layers: [...hidden, dense(outputs, last)], loss, optimizer, seed: number },
    x: next() < 0.2 ? Uint8Array.from(x, (value) => Math.abs(Math.floor(255 * value))) : x,
    y: target
      ? Float32Array.from({ length: rows * outputs }, () => target(next()))
      : Int32Array.from({ length: rows }, () => below(outputs)),
    fit: {
      epochs: 1 + below(3),
      batchSize: isFull ? ("full" as const) : 1 + below(rows + 4),
      sampleWeight: next() < 0.3 ? Float32Array.from({ length: rows }, () => 0.5 + next()) : undefined,
    },
  };
}

/** Trains a network and uses it. @returns its predictions. */
function use(number: number): Float32Array {
  const { options, x, y, fit } = draw(number);
  const network = new Network(options);
  network.fitSync(x, y, fit);
  network.evaluate(x, y);
  network.gradients(x, y);
  const predictions = network.predict(x);
  network.dispose();
  return predictions;
}

const groups = Array.from({ length: NETWORKS / GROUP }, (_, group) => group * GROUP);

test.each(groups)("the hundred networks from number %i on", (first) => {
  for (let number = first; number < first + GROUP; number++) {
    const failure = (() => {
      try {
        const predictions = use(number);
        // Not a number would mean that a kernel computed with a canary.
        if (predictions.some(Number.isNaN)) return "a prediction is not a number";
        if (number % 10 === 0 && !sameBits(predictions, use(number)))
          return "a second network has other bits";
      } catch (error) {
        return String(error);
      }
    })();
    expect(failure, `network ${number}: ${JSON.stringify(draw(number).options)}`).toBe(undefined);
  }
});
