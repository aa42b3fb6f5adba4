/** Plans that a network keeps: the same bits as plans made anew, a bound on their memory, and their end. */

import { describe, expect, test } from "vitest";
import { KEPT_BYTES, KEPT_PLANS } from "../../src/engine/plans.js";
import {
  adam,
  batchNorm,
  DataError,
  dense,
  dropout,
  Network,
  ShapeError,
  SpecError,
  StateError,
  sgd,
  stepDecay,
} from "../../src/index.js";
import { engineOf } from "../../src/network/base-network.js";
import { expectError, floats, toRows, wholes } from "../helpers.js";

const KB = 2 ** 10;

const make = () =>
  new Network({
    inputs: 5,
    layers: [dense(7, "tanh"), batchNorm(), dropout(0.3), dense(3, "softmax")],
    optimizer: adam({ learningRate: 0.01 }),
  });

const plansOf = (network: Network) => engineOf(network).plans;

/** Everything that changes with training, as bytes. */
const stateOf = (network: Network) => Array.from(network.checkpoint());

const rowsOf = (rows: number, seed: number) => ({ x: floats(rows * 5, seed), y: wholes(rows, seed, 3) });

/** The calls that keep plans, on some rows, with what they return. */
const CALLS: Record<string, (network: Network, x: Float32Array, y: number[]) => unknown> = {
  predict: (network, x) => network.predict(x),
  "predict of rows": (network, x) => network.predict(toRows(x, 5)),
  "predict of bytes": (network, x) => network.predict(Uint8Array.from(x, (value) => 255 * Math.abs(value))),
  predictClasses: (network, x) => network.predictClasses(x),
  activations: (network, x) => network.activations(x, 0),
  evaluate: (network, x, y) => network.evaluate(x, y, { metrics: ["accuracy", "f1"] }),
  "evaluate with weights": (network, x, y) =>
    network.evaluate(x, y, { sampleWeight: y.map((label) => label + 1) }),
  loss: (network, x, y) => network.loss(x, y),
  gradients: (network, x, y) => network.gradients(x, y, { training: true }),
  trainOnBatch: (network, x, y) => network.trainOnBatch(x, y),
  "trainOnBatch with weights": (network, x, y) =>
    network.trainOnBatch(x, y, { sampleWeight: y.map((label) => label + 1) }),
  partialFit: (network, x, y) => network.partialFit(x, y),
  "fit of full batches": (network, x, y) => network.fitSync(x, y, { epochs: 3, batchSize: "full" }).loss,
  fit: (network, x, y) => network.fitSync(x, y, { epochs: 2, batchSize: 4 }).loss,
};

describe("A kept plan gives the bits of one that is made anew", () => {
  test.each(Object.entries(CALLS))("%s, of more and of fewer rows", (_, call) => {
    const kept = make();
    let anew = make();
    for (const [i, rows] of [1, 1, 33, 40, 2, 3, 1, 64, 7, 130, 66, 40, 1].entries()) {
      const { x, y } = rowsOf(rows, i);
      const result = call(kept, x, y);
      anew = Network.resume(anew.checkpoint());
      expect(call(anew, x, y), `${rows} rows`).toEqual(result);
      expect(stateOf(anew)).toEqual(stateOf(kept));
    }
  });

  test("all calls in turns", () => {
    const kept = make();
    let anew = make();
    for (const [i, call] of [...Object.values(CALLS), ...Object.values(CALLS).reverse()].entries()) {
      const { x, y } = rowsOf([3, 17, 1][i % 3], i);
      const result = call(kept, x, y);
      anew = Network.resume(anew.checkpoint());
      expect(call(anew, x, y)).toEqual(result);
    }
    expect(stateOf(anew)).toEqual(stateOf(kept));
  });
});

describe("What is planned", () => {
  test("once for a purpose, a kind of data and a room for rows", () => {
    const network = make();
    network.trainOnBatch(...(Object.values(rowsOf(9, 1)) as [Float32Array, number[]]));
    const before = plansOf(network).size;
    for (let rows = 9; rows <= 16; rows++) {
      const { x, y } = rowsOf(rows, rows);
      network.predict(x);
      network.evaluate(x, y);
      network.gradients(x, y);
      network.trainOnBatch(x, y);
    }
    expect(plansOf(network).size).toBe(before + 3);
  });

  test("anew after learning rates, schedules and back", () => {
    const halved = stepDecay({ learningRate: 0.2, every: 1, factor: 0.5 });
    const network = new Network({ inputs: 5, layers: [dense(3)], optimizer: sgd({ learningRate: 0.1 }) });
    const x = floats(10, 1);
    const y = floats(6, 2);
    for (const [rate, number] of [
      [0.1, 0.1],
      [halved, 0.1],
      [0.1, 0.1],
      [() => 0.3, 0.3],
      [0.1, 0.1],
    ] as const) {
      network.learningRate = rate;
      const other = new Network({ inputs: 5, layers: [dense(3)], optimizer: sgd({ learningRate: number }) });
      other.setParams(network.getParams());
      network.trainOnBatch(x, y);
      other.trainOnBatch(x, y);
      expect(other.getParams()).toEqual(network.getParams());
    }
  });
});

describe("Memory of kept plans", () => {
  test("is bounded, whatever is asked for", () => {
    const network = new Network([64, 256, 10]);
    const most = () => KEPT_BYTES + 2 ** 20 + 16 * engineOf(network).store.parameters.bytes;
    for (let rows = 1; rows < 3000; rows = Math.ceil(rows * 1.3)) {
      const x = floats(rows * 64, rows);
      network.predict(x);
      network.gradients(x, wholes(rows, 1, 10));
      network.activations(x, 0);
      if (rows < 500) expect(network.memoryBytes).toBeLessThan(most());
      expect(plansOf(network).bytes).toBeLessThanOrEqual(KEPT_BYTES);
      expect(plansOf(network).size).toBeLessThanOrEqual(KEPT_PLANS);
    }
  });

  test("of a small network is small", () => {
    const network = new Network([4, 8, 2]);
    network.predict([1, 2, 3, 4]);
    expect(plansOf(network).bytes).toBeLessThan(8 * KB);
    expect(network.memoryBytes).toBe(64 * KB);
  });

  test("is free after dispose", () => {
    const network = make();
    network.predict([1, 2, 3, 4, 5]);
    expect(plansOf(network).size).toBe(1);
    network.dispose();
    expect(plansOf(network).size).toBe(0);
    expect(network.memoryBytes).toBe(0);
  });

  test("ends with the session below it", async () => {
    const network = make();
    const { x, y } = rowsOf(40, 1);
    network.fitSync(x, y, { epochs: 0 });
    const large = floats(5 * 150_000, 2);
    let size = 0;
    const wanted = network.predict(x.subarray(0, 5));
    network.fitSync(large, wholes(150_000, 3, 3), {
      batchSize: 50_000,
      onEpoch: () => {
        network.predict(x);
        network.evaluate(x, y);
        size = plansOf(network).size;
        return false;
      },
    });
    expect(size).toBeGreaterThan(plansOf(network).size);
    expect(network.predict(x.subarray(0, 5))).not.toEqual(wanted);
    expect(network.predict(x)).toEqual(Network.load(network.save()).predict(x));
  });
});

test("a call inside the reading of data does not disturb it", () => {
  const network = make();
  const wanted = network.predict([1, 2, 3, 4, 5]);
  const others = floats(5 * 30_000, 1);
  const x = [1, 2, 3, 4, 5];
  Object.defineProperty(x, 3, {
    get() {
      network.predict([5, 4, 3, 2, 1]);
      network.predict(others);
      return 4;
    },
  });
  expect(network.predict(x)).toEqual(wanted);
  expect(network.predict([1, 2, 3, 4, 5])).toEqual(wanted);
});

describe("One row of a plain array or a Float32Array, which has the shortest way", () => {
  const network = make();
  const row = [0.1, -0.2, 0.3, -0.4, 0.5];
  const wanted = network.predict([row]);

  test("gives the bits of any other way, in a new array or in out", () => {
    for (let i = 0; i < 3; i++) {
      const out = new Float32Array(3);
      expect(network.predict(row, { out })).toBe(out);
      expect(out).toEqual(wanted);
      expect(network.predict(row)).toEqual(wanted);
      expect(network.predict(Float32Array.from(row))).toEqual(wanted);
    }
  });

  test("has the errors of any other way", async () => {
    for (const [x, options, error, words] of [
      [[1, 2, Number.NaN, 4, 5], {}, DataError, ["NaN", "column 2"]],
      [[1, 2, "3", 4, 5], {}, DataError, ['"3"', "column 2"]],
      [Array.of(1, 2, undefined, 4, 5), {}, DataError, ["undefined", "column 2"]],
      [[1e39, 2, 3, 4, 5], {}, DataError, ["1e+39", "column 0"]],
      [Float32Array.of(1, 2, Number.NaN, 4, 5), {}, DataError, ["NaN", "column 2"]],
      [Float32Array.of(1, 2, 3, 4), {}, ShapeError, ["4 values"]],
      [[1, 2, 3, 4], {}, ShapeError, ["4 values"]],
      [row, { out: new Float32Array(2) }, ShapeError, ["out"]],
      [row, { out: null }, SpecError, ["out", "null"]],
      [row, { other: 1 }, SpecError, ["other"]],
    ] as const) {
      const call = () => network.predict(x as never, options as never);
      await expectError(call, error, [...words]);
      expect(network.predict(row)).toEqual(wanted);
    }
    const overflowing = new Network({ inputs: 1, layers: [dense(1, "linear", { init: "zeros" })] });
    overflowing.setParams({ W1: [2], b1: [3e38] });
    expect(overflowing.predict([0])).toEqual(Float32Array.of(3e38));
    await expectError(() => overflowing.predict([3e38]), DataError, ["Row 0"]);
  });

  test("holds off what trains while its numbers are read", async () => {
    const live = [...row];
    Object.defineProperty(live, 1, { get: () => network.trainOnBatch([row], [0]) });
    await expectError(() => network.predict(live), StateError, ["trainOnBatch", "predict"]);
    expect(network.predict(row)).toEqual(wanted);
  });
});
