/** The optimizers of densely whose formulas are those of TensorFlow.js by an option, beside TensorFlow.js itself. */

import * as tf from "@tensorflow/tfjs";
import { describe, it } from "vitest";
import { toTFJS } from "../../src/formats.js";
import { adadelta, adagrad, adamax, Network, type OptimizerInput, rmsprop } from "../../src/index.js";
import { floats } from "../helpers.js";
import { expectClose } from "./both.js";

const ROWS = 20;
const EPOCHS = 10;
/** One of the inputs is so small that the squares of its gradients are below the epsilon of adagrad. */
const X = floats(ROWS * 4, 1, 2).map((value, i) => (i % 4 === 0 ? value / 1000 : value));
const Y = floats(ROWS * 2, 2);

const cases: [name: string, ours: OptimizerInput, theirs: () => tf.Optimizer][] = [
  ["adamax", adamax({ learningRate: 0.01, epsilon: 1e-8 }), () => tf.train.adamax(0.01, 0.9, 0.999, 1e-8)],
  [
    "rmsprop with epsilonInside and momentum",
    rmsprop({ learningRate: 0.01, rho: 0.9, momentum: 0.5, epsilon: 1e-3, epsilonInside: true }),
    () => tf.train.rmsprop(0.01, 0.9, 0.5, 1e-3),
  ],
  [
    "centered rmsprop with epsilonInside",
    rmsprop({ learningRate: 0.01, rho: 0.9, epsilon: 1e-3, epsilonInside: true, centered: true }),
    // TensorFlow.js subtracts epsilon where it is added without centered.
    () => tf.train.rmsprop(0.01, 0.9, 0, -1e-3, true),
  ],
  [
    "adadelta, lagged",
    adadelta({ learningRate: 0.5, rho: 0.9, epsilon: 1e-3, lagged: true }),
    () => tf.train.adadelta(0.5, 0.9, 1e-3),
  ],
  [
    "adagrad with epsilonInside",
    adagrad({ learningRate: 0.05, initialAccumulator: 1e-8, epsilon: 1e-7, epsilonInside: true }),
    () => tf.train.adagrad(0.05, 1e-8),
  ],
];

describe("Losses and weights of 10 epochs are those of TensorFlow.js 4.22, within 1e-5", () => {
  it.each(cases)("%s", async (_, optimizer, theirs) => {
    const network = new Network({
      inputs: 4,
      layers: [
        { type: "dense", units: 5, activation: "tanh" },
        { type: "dense", units: 2 },
      ],
      loss: "meanSquaredError",
      optimizer,
    });
    const { model: json, weights } = toTFJS(network);
    const model = await tf.loadLayersModel({
      load: async () => ({
        modelTopology: JSON.parse(JSON.stringify(json)).modelTopology,
        weightSpecs: JSON.parse(JSON.stringify(json)).weightsManifest[0].weights,
        weightData: weights.buffer,
      }),
    });
    model.compile({ optimizer: theirs(), loss: "meanSquaredError" });
    const options = { epochs: EPOCHS, batchSize: 8, shuffle: false };
    const [x, y] = [tf.tensor(X, [ROWS, 4]), tf.tensor(Y, [ROWS, 2])];
    const wanted = await model.fit(x, y, { ...options, verbose: 0 });
    const got = network.fitSync(X, Y, options);
    expectClose(got.loss, wanted.history.loss as number[]);
    const { W1, b1, W2, b2 } = network.getParams();
    // The kernels of TensorFlow.js are [inputs][units].
    const read = model
      .getWeights()
      .map((weight) => (weight.rank === 2 ? weight.transpose() : weight).dataSync());
    [W1, b1, W2, b2].forEach((values, i) => {
      expectClose(values, read[i]);
    });
  });
});
