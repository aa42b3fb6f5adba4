/** getState and setState: the optimizer's state by name. */

import { describe, expect, test } from "vitest";
import {
  batchNorm,
  DataError,
  dense,
  Network,
  type OptimizerInput,
  ShapeError,
  SpecError,
} from "../../src/index.js";
import { lbfgs } from "../../src/lbfgs.js";
import OPTIMIZERS from "../../src/program/optimizers.js";
import { expectClose, expectError, expectSameBits, floats, wrong } from "../helpers.js";

const x = floats(20 * 4, 1);
const y = floats(20 * 3, 2);
const make = (optimizer: OptimizerInput) =>
  new Network({ inputs: 4, layers: [dense(6, "tanh"), batchNorm(), dense(3)], optimizer, seed: 2 });

/** Options that give each optimizer all of its states. */
const WITH_ALL: Record<string, object> = {
  sgd: { momentum: 0.9 },
  rmsprop: { momentum: 0.9, centered: true },
  adam: { amsgrad: true },
  adamw: { amsgrad: true },
};
const NAMES: Record<string, string[]> = {
  sgd: ["velocity"],
  rmsprop: ["meanSquare", "velocity", "mean"],
  adagrad: ["sumOfSquares"],
  adadelta: ["meanSquare", "meanSquareOfSteps"],
  adam: ["mean", "meanSquare", "largestMeanSquare"],
  adamw: ["mean", "meanSquare", "largestMeanSquare"],
  nadam: ["mean", "meanSquare"],
  lion: ["mean"],
  adamax: ["mean", "largest"],
};

describe.each(Object.keys(OPTIMIZERS).filter((type) => type !== "lbfgs"))("%s", (type) => {
  const optimizer = { type, ...WITH_ALL[type] } as OptimizerInput;

  test("has its vectors by name, in the shape of the parameters", () => {
    const network = make(optimizer);
    expect(network.getState()).toEqual({ step: 0 });
    network.trainOnBatch(x, y);
    const { step, ...vectors } = network.getState();
    expect(step).toBe(1);
    expect(Object.keys(vectors)).toEqual(NAMES[type]);
    const { mean1: _, variance1: __, ...shapes } = network.getParams();
    for (const vector of Object.values(vectors)) {
      expect(Object.keys(vector)).toEqual(Object.keys(shapes));
      for (const [name, { length }] of Object.entries(shapes)) {
        expect((vector as typeof shapes)[name as "W1"].length).toBe(length);
      }
    }
  });

  test("a state that is set trains on to the same bits", () => {
    const network = make(optimizer);
    network.fitSync(x, y, { epochs: 3, batchSize: 8 });
    const other = make(optimizer);
    other.setParams(network.getParams());
    other.setState(network.getState());
    expect(other.step).toBe(network.step);
    expect(other.getState()).toEqual(network.getState());
    for (const each of [network, other]) each.partialFit(x, y);
    expectSameBits(other.getParams().W1, network.getParams().W1);
  });
});

test("adam's vectors are the moments of the gradients", () => {
  const network = make("adam");
  const before = network.gradients(x, y, { training: true });
  network.trainOnBatch(x, y);
  const { mean, meanSquare } = network.getState() as unknown as Record<string, { W1: Float32Array }>;
  expectClose(
    mean.W1,
    before.W1.map((g) => 0.1 * g),
    1e-6,
  );
  expectClose(
    meanSquare.W1,
    before.W1.map((g) => 0.001 * g * g),
    1e-6,
  );
});

test("what is left out stays, and a checkpoint has what was set", () => {
  const network = make("adam");
  network.trainOnBatch(x, y);
  const { meanSquare } = network.getState();
  network.setState({ step: 7, mean: { b1: [1, 2, 3, 4, 5, 6] } });
  const state = network.getState() as unknown as Record<string, { b1: Float32Array }>;
  expect(Array.from(state.mean.b1)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(state.meanSquare).toEqual(meanSquare);
  expect(Network.resume(network.checkpoint()).getState()).toEqual(network.getState());
});

test("wrong states are refused, and change nothing", async () => {
  const network = make("adam");
  const vector = { b1: [1, 2, 3, 4, 5, 6] };
  await expectError(() => network.setState({ mean: vector }), SpecError, ["step 0", "step of at least 1"]);
  network.trainOnBatch(x, y);
  const before = network.getState();
  const refused: [object, typeof SpecError | typeof ShapeError | typeof DataError, string[]][] = [
    [{ velocity: vector }, SpecError, ['"velocity"', "mean, meanSquare"]],
    [{ mean: { b1: [1] } }, ShapeError, ["b1 has 1 value"]],
    [{ mean: { mean1: [1, 2, 3, 4, 5, 6] } }, SpecError, ['"mean1"']],
    [
      { mean: vector, meanSquare: { b1: [1, 2, -3, 4, 5, 6] } },
      DataError,
      ["b1 of meanSquare is -3 at index 2"],
    ],
    [{ mean: vector, step: 1.5 }, SpecError, ["step is 1.5"]],
  ];
  for (const [state, error, texts] of refused)
    await expectError(() => network.setState(wrong(state)), error, texts);
  expect(network.getState()).toEqual(before);
  const other = make(lbfgs());
  await expectError(() => other.getState(), SpecError, ["lbfgs", "checkpoint"]);
});
