/** Whole training runs, step by step, against the float64 reference. */

import { describe, expect, test } from "vitest";
import { adam, dense, type LayerSpec, Network, type NetworkOptions, sgd } from "../../src/index.js";
import { outputsOf } from "../../src/model/spec.js";
import {
  BUILDS,
  expectClose,
  flatten,
  floats,
  generator,
  mirror,
  oneHot,
  toLayers,
  toRows,
  wholes,
} from "../helpers.js";
import { predict, type Row, train } from "../reference.js";

interface Run {
  name: string;
  inputs: number;
  layers: LayerSpec[];
  optimizer: NetworkOptions["optimizer"];
  rows: number;
  batchSize: number | "full";
  epochs: number;
  /** Share of the inputs that are 0: enough of them are skipped. Default none. */
  zeros?: number;
}

const mixed = [dense(9, "tanh"), dense(6, "sigmoid"), dense(3, "softmax")];
const regression = [dense(17, "tanh"), dense(2)];
const binary = [dense(8, "relu"), dense(1, "sigmoid")];

const RUNS: Run[] = [
  {
    name: "sgd, short last batch",
    inputs: 5,
    layers: mixed,
    optimizer: sgd({ learningRate: 0.1 }),
    rows: 23,
    batchSize: 8,
    epochs: 5,
  },
  {
    name: "sgd, full batch",
    inputs: 5,
    layers: binary,
    optimizer: sgd({ learningRate: 0.1 }),
    rows: 23,
    batchSize: "full",
    epochs: 10,
  },
  {
    name: "sgd, one sample a step",
    inputs: 3,
    layers: regression,
    optimizer: sgd({ learningRate: 0.02 }),
    rows: 11,
    batchSize: 1,
    epochs: 3,
  },
  {
    name: "sgd, a batch larger than the data",
    inputs: 5,
    layers: mixed,
    optimizer: sgd({ learningRate: 0.1 }),
    rows: 6,
    batchSize: 100,
    epochs: 4,
  },
  {
    name: "momentum",
    inputs: 7,
    layers: mixed,
    optimizer: sgd({ learningRate: 0.05, momentum: 0.9 }),
    rows: 30,
    batchSize: 7,
    epochs: 4,
  },
  {
    name: "nesterov and weight decay",
    inputs: 7,
    layers: regression,
    optimizer: sgd({ learningRate: 0.02, momentum: 0.8, nesterov: true, weightDecay: 0.01 }),
    rows: 30,
    batchSize: 10,
    epochs: 4,
  },
  {
    name: "adam",
    inputs: 7,
    layers: mixed,
    optimizer: adam({ learningRate: 0.01 }),
    rows: 33,
    batchSize: 16,
    epochs: 5,
  },
  {
    name: "adam, weight decay",
    inputs: 4,
    layers: binary,
    optimizer: adam({ learningRate: 0.01, beta1: 0.8, beta2: 0.99, weightDecay: 0.02 }),
    rows: 33,
    batchSize: 5,
    epochs: 3,
  },
  {
    name: "no hidden layer",
    inputs: 12,
    layers: [dense(4, "softmax")],
    optimizer: "adam",
    rows: 40,
    batchSize: 9,
    epochs: 4,
  },
  {
    name: "logits",
    inputs: 4,
    layers: [dense(12, "tanh"), dense(3)],
    optimizer: sgd({ learningRate: 0.1 }),
    rows: 20,
    batchSize: 6,
    epochs: 4,
  },
  {
    name: "wide and deep",
    inputs: 37,
    layers: [dense(65, "relu"), dense(33, "tanh"), dense(17, "sigmoid"), dense(10, "softmax")],
    optimizer: adam({ learningRate: 0.003 }),
    rows: 70,
    batchSize: 32,
    epochs: 3,
  },
  {
    name: "inputs mostly 0, sgd",
    inputs: 45,
    layers: [dense(12, "relu"), dense(3, "softmax")],
    optimizer: sgd({ learningRate: 0.1 }),
    rows: 50,
    batchSize: 11,
    epochs: 4,
    zeros: 0.85,
  },
  {
    name: "inputs mostly 0, adam",
    inputs: 45,
    layers: [dense(12, "tanh"), dense(2)],
    optimizer: adam({ learningRate: 0.01 }),
    rows: 50,
    batchSize: 3,
    epochs: 2,
    zeros: 0.85,
  },
  {
    name: "one of everything",
    inputs: 1,
    layers: [dense(1, "tanh"), dense(1)],
    optimizer: sgd({ learningRate: 0.1 }),
    rows: 3,
    batchSize: 2,
    epochs: 5,
  },
];

/** Targets that suit the last layer: classes, probabilities or any numbers. */
function targetsFor(network: Network, rows: number): { y: number[] | Float32Array; asRows: Row[] } {
  const { type } = network.spec.loss;
  const units = outputsOf(network.spec);
  if (type === "categoricalCrossentropy") {
    const y = wholes(rows, 2, units);
    return { y, asRows: oneHot(y, units) };
  }
  const y =
    type === "meanSquaredError"
      ? floats(rows * units, 2)
      : Float32Array.from({ length: rows * units }, generator(2));
  return { y, asRows: toRows(y, units) };
}

describe.each(BUILDS)("$name", (math) => {
  test.each(RUNS)("$name", ({ inputs, layers, optimizer, rows, batchSize, epochs, name, zeros = 0 }) => {
    const loss = name === "logits" ? "categoricalCrossentropy" : undefined;
    const network = new Network({ inputs, layers, optimizer, math, loss, seed: 1 });
    const { y, asRows } = targetsFor(network, rows);
    const next = generator(9);
    const x = floats(rows * inputs, 1, 1.5).map((value) => (next() < zeros ? 0 : value));
    const net = mirror(network);
    const before = flatten(net.layers);

    const losses: number[] = [];
    const onBatch = (report: { loss: number }) => losses.push(report.loss);
    const history = network.fitSync(x, y, { epochs, batchSize, shuffle: false, onBatch });

    const batch = batchSize === "full" ? rows : Math.min(batchSize, rows);
    const wanted = train(net, toRows(x, inputs), asRows, epochs, batch);
    expectClose(losses, wanted);
    expectClose(flatten(toLayers(network)), flatten(net.layers));
    expectClose(network.predict(x), predict(net, toRows(x, inputs)).flat());
    expect(flatten(net.layers)).not.toEqual(before);

    // The loss of an epoch is the mean over its rows.
    const steps = Math.ceil(rows / batch);
    const epochLosses = Array.from({ length: epochs }, (_, epoch) =>
      wanted
        .slice(epoch * steps, (epoch + 1) * steps)
        .reduce((sum, value, i) => sum + value * Math.min(batch, rows - i * batch), 0),
    );
    expectClose(
      history.loss,
      epochLosses.map((sum) => sum / rows),
    );
  });

  test("trainOnBatch is one step of the reference, and reports the loss before it", () => {
    const network = new Network({ inputs: 5, layers: mixed, optimizer: adam({ learningRate: 0.01 }), math });
    const net = mirror(network);
    const x = floats(9 * 5, 1);
    const y = wholes(9, 2, 3);
    const wanted = train(net, toRows(x, 5), oneHot(y, 3), 4, 9);
    expectClose(
      [1, 2, 3, 4].map(() => network.trainOnBatch(x, y)),
      wanted,
    );
    expectClose(flatten(toLayers(network)), flatten(net.layers));
  });
});
