/** Sums over many rows and over one row: what float32 loses where it is added up carelessly. */

import { describe, expect, test } from "vitest";
import {
  type Batch,
  batchNorm,
  dense,
  dropout,
  type LayerInput,
  type LossInput,
  layerNorm,
  Network,
  sgd,
} from "../../src/index.js";
import { floats, parametersOf } from "../helpers.js";
import { identity, oneWeight } from "./tools.js";

const MANY = 500_000;
const many = (value: number) => new Float32Array(MANY).fill(value);

/** As good as dW, whose chains of 64 leave up to 1.5e-4 over a million rows. Shares of 1e-3 + |wanted|. */
function expectNear(actual: ArrayLike<number>, wanted: ArrayLike<number>, tolerance = 3e-4): void {
  expect(actual.length).toBe(wanted.length);
  for (let i = 0; i < wanted.length; i++) {
    const error = Math.abs(actual[i] - wanted[i]) / (1e-3 + Math.abs(wanted[i]));
    expect(error, `${actual[i]} for ${wanted[i]}`).toBeLessThan(tolerance);
  }
}

describe("Sums over half a million equal rows have the value of one row", () => {
  const losses: [LossInput, number, number][] = [
    ["meanAbsoluteError", 0.1, -1],
    ["meanSquaredError", 0.3, -0.7],
    ["huber", 0.1, 0.8],
    ["logCosh", 0.3, -0.7],
    ["hinge", 0.1, 1],
    ["poisson", 0.3, 0.7],
    ["binaryCrossentropy", 0.3, 1],
  ];
  const make = (loss: LossInput) => new Network({ inputs: 1, layers: [dense(1)], loss, seed: 1 });

  test.each(losses)("%s: loss, dW, db and metrics", (loss, x, y) => {
    const network = make(loss);
    network.setParams({ W1: [0.9], b1: [0.1] });
    const one = network.gradients([x], [y]);
    const all = network.gradients(many(x), many(y));
    expectNear([all.loss, all.W1[0], all.b1[0]], [one.loss, one.W1[0], one.b1[0]]);
    expectNear([all.loss, network.loss(many(x), many(y))], [one.loss, one.loss], 1e-6);
    const metrics = ["meanAbsoluteError", "rootMeanSquaredError"] as const;
    const measures = (rows: ArrayLike<number>[]) =>
      Object.values(network.evaluate(rows[0] as Float32Array, rows[1] as Float32Array, { metrics }));
    expectNear(measures([many(x), many(y)]) as number[], measures([[x], [y]]) as number[], 1e-6);
  });

  test.each(["categoricalCrossentropy", "klDivergence"] as const)("%s of three outputs", (loss) => {
    const network = identity(3, "softmax", loss);
    network.setParams({ b1: [0.1, 0.2, 0.3] });
    const row = [0.5, 0.1, -0.3];
    const x = Float32Array.from({ length: 3 * MANY }, (_, i) => row[i % 3]);
    const one = network.gradients(row, [1]);
    const all = network.gradients(x, new Int32Array(MANY).fill(1));
    expectNear([all.loss, ...all.W1, ...all.b1], [one.loss, ...one.W1, ...one.b1]);
  });

  test("weights of rows that are no whole numbers", () => {
    const network = make("meanAbsoluteError");
    network.setParams({ W1: [0.9], b1: [0.1] });
    const one = network.evaluate([0.1], [-1]).loss;
    expectNear([network.evaluate(many(0.1), many(-1), { sampleWeight: many(0.1) }).loss], [one], 1e-6);
    const [weighted, plain] = [0, 1].map(() => make("meanAbsoluteError"));
    for (const made of [weighted, plain]) made.setParams(network.getParams());
    weighted.fitSync(many(0.1), many(-1), { batchSize: "full", sampleWeight: many(0.1) });
    plain.fitSync([0.1], [-1]);
    expectNear(parametersOf(weighted), parametersOf(plain));
  });

  test("a step over all rows is the step of one", () => {
    const make = () => oneWeight(0.9, { loss: "meanAbsoluteError", optimizer: sgd({ learningRate: 1 }) });
    const [all, one] = [make(), make()];
    all.trainOnBatch(many(0.1), many(-1));
    one.trainOnBatch([0.1], [-1]);
    expectNear(parametersOf(all), parametersOf(one));
  });

  const pair = Float32Array.from({ length: 2 * MANY }, (_, i) => (i % 2 ? 0.7 : -0.2));
  const norms: [string, LayerInput, boolean][] = [
    ["batchNorm by its statistics", batchNorm(), false],
    ["layerNorm", layerNorm(), false],
    ["layerNorm in training", layerNorm(), true],
  ];
  test.each(norms)("gamma and beta of %s", (_, layer, training) => {
    const layers = [layer, dense(1)];
    const network = new Network({ inputs: 2, layers, loss: "meanAbsoluteError", seed: 3 });
    const one = network.gradients(pair.slice(0, 2), [-9], { training });
    const all = network.gradients(pair, many(-9), { training });
    expectNear([...all.gamma1, ...all.beta1], [...one.gamma1, ...one.beta1]);
  });

  test("gamma and beta of batchNorm in training, and its statistics", () => {
    const layers = [batchNorm(), dense(1, "linear", { init: { type: "constant", value: 1 } })];
    const network = new Network({
      inputs: 1,
      layers,
      loss: "meanAbsoluteError",
      optimizer: sgd({ learningRate: 0 }),
    });
    // Half of the rows are 0.3 and half 0.7: mean 0.5, variance 0.04, normalised to about -1 and 1.
    const x = Float32Array.from({ length: MANY }, (_, i) => (i % 2 ? 0.3 : 0.7));
    const { beta1, gamma1 } = network.gradients(x, many(-9), { training: true });
    expectNear(beta1, [1]);
    expect(Math.abs(gamma1[0])).toBeLessThan(1e-5);
    network.trainOnBatch(x, many(-9));
    const { mean1, variance1 } = network.getParams();
    expectNear([mean1[0], variance1[0]], [0.1 * 0.5, 0.9 + (0.1 * 0.04 * MANY) / (MANY - 1)], 1e-6);
  });

  test("the sums of an epoch over many small batches", () => {
    const network = oneWeight(1, { loss: "meanAbsoluteError", optimizer: sgd({ learningRate: 0 }) });
    const { loss, meanAbsoluteError } = network.fitSync(many(0.1), many(-1), {
      batchSize: 50,
      metrics: ["meanAbsoluteError"],
    });
    expectNear([loss[0], meanAbsoluteError?.[0] as number], [1.1, 1.1], 1e-6);
  });
});

describe("A batch of one row under batchNorm", () => {
  const row = [[0.5, -2, 3]];
  const make = () => {
    const layers = [batchNorm(), dense(4, "tanh"), batchNorm(), dense(1)];
    const network = new Network({ inputs: 3, layers, seed: 2 });
    network.setParams({ mean1: [0.2, 0.1, -0.3], variance1: [2, 3, 0.5] });
    return network;
  };
  const statisticsOf = (network: Network) =>
    Object.entries(network.getParams()).filter(([name]) => /mean|variance/.test(name));

  test("is normalised by the running statistics and does not move them", () => {
    const network = make();
    const before = statisticsOf(network);
    const { loss, ...training } = network.gradients(row, [1], { training: true });
    const { loss: wanted, ...prediction } = network.gradients(row, [1]);
    expect(loss).toBeCloseTo(wanted, 6);
    for (const [name, values] of Object.entries(prediction)) {
      expectNear(training[name as keyof typeof training] as Float32Array, values as Float32Array, 1e-4);
    }
    expect(network.trainOnBatch(row, [1])).toBeCloseTo(wanted, 6);
    expect(statisticsOf(network)).toEqual(before);
  });

  test.each<[string, (network: Network) => unknown]>([
    ["trainOnBatch", (n) => n.trainOnBatch(row, [1])],
    ["fitSync", (n) => n.fitSync(row, [1])],
    ["fit with batchSize 1", (n) => n.fit([...row, ...row], [1, 2], { batchSize: 1 })],
    ["partialFit", (n) => n.partialFit(row, [1])],
    ["a source of batches", (n) => n.fitSync(new Set<Batch>([[row, [1]]]))],
  ])("%s moves the weights and not the statistics", async (_, call) => {
    const network = make();
    const [weights, statistics] = [network.getParams().W2, statisticsOf(network)];
    await call(network);
    expect(statisticsOf(network)).toEqual(statistics);
    expect(network.getParams().W2).not.toEqual(weights);
    expect(parametersOf(network).every(Number.isFinite)).toBe(true);
  });

  test("the last row of 65 in batches of 32 moves nothing that the first 64 did not", () => {
    const x = floats(65 * 2, 5);
    const y = floats(65, 6);
    const make = () => new Network({ inputs: 2, layers: [batchNorm(), dense(1)] });
    const [network, twin] = [make(), make()];
    network.fitSync(x, y, { shuffle: false });
    twin.fitSync(x.slice(0, 128), y.slice(0, 64), { shuffle: false });
    expect(statisticsOf(network)).toEqual(statisticsOf(twin));
  });

  test("65 rows in batches of 32 are learnt as well as 64", () => {
    const accuracyOf = (rows: number) => {
      const x = floats(rows * 4, 7);
      const y = Array.from({ length: rows }, (_, r) => Number(x[4 * r] + x[4 * r + 1] > 0));
      const layers = [dense(16), batchNorm(), dense(16, "relu"), batchNorm(), dense(1, "sigmoid")];
      const network = new Network({ inputs: 4, layers, optimizer: { type: "adam", learningRate: 0.01 } });
      network.fitSync(x, y, { epochs: 60 });
      return network.evaluate(x, y, { metrics: ["accuracy"] }).accuracy as number;
    };
    expect(accuracyOf(65)).toBeGreaterThan(0.96);
    expect(accuracyOf(64)).toBeGreaterThan(0.96);
  });

  test("rows that arrive one by one are learnt", () => {
    const network = new Network({ inputs: 1, layers: [dense(8, "tanh"), batchNorm(), dense(1)], seed: 1 });
    network.learningRate = 0.01;
    const x = Array.from({ length: 40 }, (_, i) => ((17 * i) % 40) / 20 - 1);
    for (let pass = 0; pass < 40; pass++) for (const value of x) network.partialFit([value], [value * value]);
    expect(
      network.loss(
        x,
        x.map((value) => value * value),
      ),
    ).toBeLessThan(0.02);
  });

  test("dropout before it changes nothing of this", () => {
    const network = new Network({ inputs: 2, layers: [dropout(0.5), batchNorm(), dense(1)] });
    const before = statisticsOf(network);
    network.fitSync(
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      [1, 2, 3],
      { batchSize: 1, epochs: 5 },
    );
    expect(statisticsOf(network)).toEqual(before);
  });
});
