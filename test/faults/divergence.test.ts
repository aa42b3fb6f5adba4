/** No call leaves parameters, states or statistics that are not finite. */

import { describe, expect, test } from "vitest";
import {
  type Batch,
  DivergenceError,
  dense,
  Network,
  type NetworkOptions,
  type OptimizerInput,
  sgd,
} from "../../src/index.js";
import { parametersOf } from "../helpers.js";
import { expectNoChange, oneWeight, stateOf } from "./tools.js";

const make = (options: Partial<NetworkOptions> = {}) =>
  new Network({ inputs: 2, layers: [dense(3, "tanh"), dense(1)], seed: 3, ...options });

describe("No call leaves parameters that are not finite", () => {
  const optimizers: [string, OptimizerInput][] = [
    ["sgd", sgd({ learningRate: 1e30 })],
    ["sgd with momentum", { type: "sgd", learningRate: 1e30, momentum: 0.9 }],
    ["adam", { type: "adam", learningRate: 3e38 }],
    ["adamw", { type: "adamw", learningRate: 3e38, weightDecay: 1 }],
    ["nadam", { type: "nadam", learningRate: 3e38 }],
    ["rmsprop", { type: "rmsprop", learningRate: 3e38 }],
    ["adagrad", { type: "adagrad", learningRate: 3e38 }],
    ["lion", { type: "lion", learningRate: 3e38 }],
    ["a function of the step", sgd({ learningRate: 3e38, weightDecay: 1 })],
  ];
  const calls: [string, (network: Network) => unknown][] = [
    ["trainOnBatch", (n) => n.trainOnBatch([[1e10]], [1])],
    ["partialFit", (n) => n.partialFit([[1e10]], [1])],
    ["partialFit of many batches", (n) => n.partialFit([1, 2, 3, 1e10], [1, 2, 3, 4], { batchSize: 1 })],
    ["fitSync", (n) => n.fitSync([[1e10]], [1], { epochs: 3 })],
    [
      "fitSync with maxSteps",
      (n) => n.fitSync([1e10, 1e10], [1, 2], { epochs: 3, batchSize: 1, maxSteps: 1 }),
    ],
    ["fit", (n) => n.fit([[1e10]], [1], { epochs: 3 })],
    ["a source of batches", (n) => n.fitSync(new Set<Batch>([[[1e10], [1]]]))],
  ];
  const cases = optimizers.flatMap(([name, optimizer]) =>
    calls.map(([call, run]) => [name, call, optimizer, run] as const),
  );

  test.each(cases)("%s, %s", async (_, __, optimizer, run) => {
    const network = oneWeight(0.5, { optimizer });
    let before = stateOf(network);
    for (let i = 0; i < 6; i++) {
      const error = await (async () => run(network))().then(
        () => undefined,
        (reason) => reason,
      );
      expect(parametersOf(network).every(Number.isFinite)).toBe(true);
      if (error) {
        expect(error).toBeInstanceOf(DivergenceError);
        expect(stateOf(network)).toBe(before);
        // A following good call works.
        expect(network.predict([1]).every(Number.isFinite)).toBe(true);
        return;
      }
      // The network can be saved, resumed and trained further from there.
      expect(() => Network.load(network.save())).not.toThrow();
      before = stateOf(network);
      expect(() => Network.resume(network.checkpoint())).not.toThrow();
    }
  });

  test("the optimizer's states too: a squared gradient that overflows is an error", async () => {
    for (const type of ["adam", "rmsprop", "adagrad", "adadelta"] as const) {
      const network = oneWeight(1, { optimizer: { type }, loss: "meanAbsoluteError" });
      await expectNoChange(network, () => network.trainOnBatch([1e30], [0]), DivergenceError);
      network.trainOnBatch([1], [0]);
      expect(parametersOf(network).every(Number.isFinite)).toBe(true);
    }
  });

  test("running statistics too", async () => {
    const network = new Network({ inputs: 1, layers: [{ type: "batchNorm" }, dense(1)] });
    await expectNoChange(network, () => network.trainOnBatch([3e38, -3e38], [0, 1]));
  });

  test("setParams refuses all where it refuses one", async () => {
    const network = make();
    await expectNoChange(network, () =>
      network.setParams({ W1: new Float32Array(6), b1: [1, 2, Number.NaN] }),
    );
    await expectNoChange(network, () => network.setParams({ W1: new Float32Array(6), b1: [1, 2, 1e39] }));
  });
});
