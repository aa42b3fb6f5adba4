/** Fits in slices of maxSteps, shorter epochs, and fits that follow one another: the bits and histories of an uncut one. */

import { describe, expect, test } from "vitest";
import {
  batchNorm,
  dense,
  dropout,
  type FitOptions,
  gaussianNoise,
  type History,
  Network,
  type NetworkOptions,
  reduceOnPlateau,
  SpecError,
  StateError,
  sgd,
} from "../../src/index.js";
import {
  BUILDS,
  expectClose,
  expectError,
  expectSameBits,
  floats,
  parametersOf,
  wholes,
} from "../helpers.js";

const INPUTS = 5;
const ROWS = 53;
const x = floats(ROWS * INPUTS, 1);
const y = wholes(ROWS, 2, 3);

const LAYERS: NetworkOptions["layers"] = [
  batchNorm(),
  dense(8, "relu"),
  dropout(0.3),
  gaussianNoise(0.2),
  dense(3, "softmax"),
];

const plateau = reduceOnPlateau({ learningRate: 0.1, patience: 1, monitor: "loss" });

/** More than stays in memory. */
const LARGE = { inputs: 1500, data: [floats(8200 * 1500, 1), wholes(8200, 2, 3)] as const };

type Make = () => Network;

/** Fits until the budget is no longer what ends it; between slices the network is used. */
function inSlices(
  network: Network,
  data: readonly [Float32Array, number[]],
  options: FitOptions,
  maxSteps: number,
): History {
  for (let slices = 1; ; slices++) {
    const before = network.step;
    const history = network.fitSync(...data, { ...options, maxSteps });
    if (history.stopped !== "budget") {
      expect(slices).toBeGreaterThan(2);
      return history;
    }
    expect(network.step).toBe(before + maxSteps);
    network.predict(data[0]);
    network.evaluate(...data);
  }
}

function compare(
  make: Make,
  data: readonly [Float32Array, number[]],
  options: FitOptions,
  sizes: number[],
): void {
  const whole = make();
  const wanted = whole.fitSync(...data, options);
  for (const maxSteps of sizes) {
    const cut = make();
    expect(inSlices(cut, data, options, maxSteps)).toEqual(wanted);
    expectSameBits(parametersOf(cut), parametersOf(whole));
    expect(cut.step).toBe(whole.step);
  }
}

describe.each(BUILDS)("$name", (math) => {
  const make: Make = () => new Network({ inputs: INPUTS, layers: LAYERS, math, seed: 6 });
  const own = {
    name: "mean",
    measure: (outputs: Float32Array) => outputs.reduce((sum, p) => sum + p ** 2, 0),
  };

  test.each<[string, FitOptions]>([
    ["plain", {}],
    ["in their own order", { shuffle: false }],
    ["with validation rows", { validationSplit: 0.2 }],
    ["weighted", { sampleWeight: floats(ROWS, 4).map(Math.abs), classWeight: { 0: 2, 2: 0.5 } }],
    ["with epochs cut short", { stepsPerEpoch: 3 }],
    ["with counts", { metrics: ["accuracy", { type: "topKAccuracy", k: 2 }] }],
    [
      "with what metrics keep of whole epochs",
      { metrics: ["f1", "precision", "auc", "meanAbsoluteError", own] },
    ],
    [
      "with those of shorter epochs",
      { metrics: ["recall", "auc", "rootMeanSquaredError", own], stepsPerEpoch: 4 },
    ],
    [
      "with early stopping",
      { validationSplit: 0.3, earlyStopping: { patience: 2, minDelta: 0.3 }, epochs: 9 },
    ],
    ["from a later epoch", { epochs: 6 }],
  ])("in slices: %s", (_, options) => {
    compare(make, [x, y], { epochs: 4, batchSize: 8, ...options }, [1, 3, 5]);
  });

  test("data that pass through the window", () => {
    const made = () =>
      new Network({ inputs: LARGE.inputs, layers: [dense(2, "relu"), dense(3, "softmax")], math });
    const options = { epochs: 1, batchSize: 700, metrics: ["accuracy", "f1", "auc"] as const };
    compare(made, LARGE.data, options, [5]);
  });
});

const make: Make = () => new Network({ inputs: INPUTS, layers: LAYERS, seed: 6 });

test("onBatch and onEpoch of slices are those of an uncut fit", () => {
  const [uncut, sliced] = [[], []] as string[][];
  const options = (log: string[]): FitOptions => ({
    epochs: 3,
    batchSize: 10,
    onBatch: (report) => void log.push(JSON.stringify(report)),
    onEpoch: ({ seconds: _, samplesPerSecond: __, ...report }) => void log.push(JSON.stringify(report)),
  });
  make().fitSync(x, y, options(uncut));
  inSlices(make(), [x, y], options(sliced), 4);
  expect(sliced).toEqual(uncut);
});

test("a budget that ends with the last epoch completes the fit; more is asked for only then", () => {
  const history = make().fitSync(x, y, { epochs: 2, batchSize: "full", maxSteps: 2 });
  expect(history).toMatchObject({ epochs: 2, stopped: "completed" });
  const network = make();
  expect(network.fitSync(x, y, { epochs: 3, batchSize: "full", maxSteps: 2 })).toMatchObject({
    epochs: 2,
    stopped: "budget",
  });
  expect(network.fitSync(x, y, { epochs: 3, batchSize: "full", maxSteps: 2 })).toMatchObject({
    epochs: 3,
    stopped: "completed",
  });
});

test("the fit after one in slices is a new one", () => {
  const [cut, whole] = [make(), make()];
  inSlices(cut, [x, y], { epochs: 3, batchSize: 8 }, 5);
  whole.fitSync(x, y, { epochs: 3, batchSize: 8 });
  expect(cut.fitSync(x, y, { epochs: 2 })).toEqual(whole.fitSync(x, y, { epochs: 2 }));
  expectSameBits(parametersOf(cut), parametersOf(whole));
});

test("several fits are one with as many epochs: shuffles and masks go on", () => {
  const [once, often] = [make(), make()];
  const whole = once.fitSync(x, y, { epochs: 6, batchSize: 8 });
  const parts = [1, 3, 2].map((epochs) => often.fitSync(x, y, { epochs, batchSize: 8 }));
  expect(parts.flatMap(({ loss }) => loss)).toEqual(whole.loss);
  expectSameBits(parametersOf(often), parametersOf(once));
  expect(often.step).toBe(once.step);
});

test("initialEpoch counts epochs as done, in reports and against epochs", () => {
  const [network, twin] = [make(), make()];
  const numbers: number[][] = [];
  const onEpoch = ({ epoch, epochs }: { epoch: number; epochs: number }) =>
    void numbers.push([epoch, epochs]);
  const history = network.fitSync(x, y, { epochs: 5, initialEpoch: 3, onEpoch });
  expect(numbers).toEqual([
    [4, 5],
    [5, 5],
  ]);
  expect(history).toEqual(twin.fitSync(x, y, { epochs: 2 }));
  expect(network.fitSync(x, y, { epochs: 5, initialEpoch: 7 })).toMatchObject({
    epochs: 0,
    stopped: "completed",
  });
});

test("stepsPerEpoch ends epochs early, each with another shuffle, and more than all is all", () => {
  const [network, twin] = [make(), make()];
  const history = network.fitSync(x, y, { epochs: 5, batchSize: 8, stepsPerEpoch: 2 });
  expect(network.step).toBe(10);
  expect(new Set(history.loss).size).toBe(5);
  const losses: number[] = [];
  twin.fitSync(x, y, {
    epochs: 1,
    batchSize: 8,
    stepsPerEpoch: 2,
    onBatch: ({ loss }) => void losses.push(loss),
  });
  expectClose([history.loss[0]], [(losses[0] + losses[1]) / 2], 1e-12);
  const [more, all] = [make(), make()];
  expect(more.fitSync(x, y, { batchSize: 8, stepsPerEpoch: 99 })).toEqual(
    all.fitSync(x, y, { batchSize: 8 }),
  );
});

test("metrics of whole epochs that are cut short are those of the rows that ran", () => {
  const seen: number[] = [];
  const options: FitOptions = {
    batchSize: 8,
    stepsPerEpoch: 2,
    metrics: [{ name: "rows", measure: (outputs, _, width) => seen.push(outputs.length / width) }],
  };
  make().fitSync(x, y, { ...options, epochs: 2 });
  expect(seen).toEqual([16, 16]);
});

describe("partialFit", () => {
  test("is a pass over the rows in their own order", () => {
    const [network, twin] = [make(), make()];
    const sampleWeight = floats(ROWS, 4).map(Math.abs);
    const loss = network.partialFit(x, y, { batchSize: 10, sampleWeight });
    expect([loss]).toEqual(twin.fitSync(x, y, { batchSize: 10, sampleWeight, shuffle: false }).loss);
    expectSameBits(parametersOf(network), parametersOf(twin));
    network.partialFit(x, y);
    twin.fitSync(x, y, { batchSize: 32, shuffle: false });
    expectSameBits(parametersOf(network), parametersOf(twin));
  });

  test.each<[string, FitOptions | undefined, NetworkOptions["optimizer"]]>([
    ["of a new network", undefined, "adam"],
    ["after a fit that was cut", { epochs: 3, batchSize: 8, maxSteps: 9 }, "sgd"],
    ["after a fit that was stopped within an epoch", { batchSize: 8, onBatch: () => false }, "adam"],
    ["with a rate that is reduced on a plateau", undefined, sgd({ learningRate: plateau })],
  ])("of one batch leaves what a fit of one epoch leaves, %s", (_, before, optimizer) => {
    const [network, twin] = [0, 1].map(() => new Network({ inputs: INPUTS, layers: LAYERS, optimizer }));
    if (before) for (const each of [network, twin]) each.fitSync(x, y, before);
    const once = { shuffle: false, initialEpoch: 0 };
    for (const rows of [1, 7, 32, 7, 1]) {
      const part = x.subarray(0, rows * INPUTS);
      const sampleWeight = floats(rows, rows).map(Math.abs);
      const loss = network.partialFit(part, y.slice(0, rows), { sampleWeight });
      expect(loss).toBeCloseTo(twin.fitSync(part, y.slice(0, rows), { ...once, sampleWeight }).loss[0], 12);
      expect(Array.from(network.checkpoint())).toEqual(Array.from(twin.checkpoint()));
    }
    const history = network.fitSync(x, y, { epochs: 2, batchSize: 8 });
    expect(history).toEqual(twin.fitSync(x, y, { epochs: 2, batchSize: 8 }));
  });

  test("learns after a fit that its budget has cut too", () => {
    const network = make();
    network.fitSync(x, y, { epochs: 3, batchSize: 8, maxSteps: 9 });
    network.partialFit(x, y);
    expect(network.step).toBe(9 + 2);
  });

  test("names its options", async () => {
    const call = () => make().partialFit(x, y, { epochs: 3 } as object);
    await expectError(call, SpecError, ['"epochs" of partialFit', "batchSize, sampleWeight"]);
  });
});

test("a fit that was cut refuses epochs of fewer batches than it has made", async () => {
  const network = make();
  network.fitSync(x, y, { batchSize: 8, maxSteps: 5 });
  await expectError(() => network.fit(x, y, { batchSize: 8, stepsPerEpoch: 2 }), StateError, [
    "cut after 5 batches",
    "only 2",
    "initialEpoch: 0",
  ]);
});

test("a fit that was cut refuses another batchSize", async () => {
  const network = make();
  network.fitSync(x, y, { batchSize: 8, maxSteps: 5 });
  await expectError(() => network.fit(x, y, { batchSize: 30 }), StateError, [
    "53 rows in batches of 8",
    "53 rows in batches of 30",
    "initialEpoch: 0",
  ]);
  expect(network.fitSync(x, y, { batchSize: 30, initialEpoch: 0 }).stopped).toBe("completed");
});

test.each([
  ["maxSteps", 0],
  ["maxSteps", 1.5],
  ["stepsPerEpoch", 0],
  ["initialEpoch", -1],
])("%s of %d is refused", async (name, value) => {
  await expectError(() => make().fit(x, y, { [name]: value }), SpecError, [
    `${name} is ${value}`,
    "whole number",
  ]);
});
