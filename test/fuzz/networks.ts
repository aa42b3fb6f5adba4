/** Small networks to call functions on, and data that fits them. */

import * as densely from "../../src/index.js";
import { Network } from "../../src/index.js";
import { lbfgs } from "../../src/lbfgs.js";
import { relaxed } from "../../src/relaxed.js";
import { type Named, named } from "./odd.js";

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
