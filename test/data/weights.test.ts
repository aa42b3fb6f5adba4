/** Weights of rows: sampleWeight, classWeight, and weights of validation rows and of evaluations. */

import { describe, expect, test } from "vitest";
import {
  DataError,
  dense,
  type FitOptions,
  Network,
  type NetworkOptions,
  ShapeError,
  SpecError,
  sgd,
} from "../../src/index.js";
import {
  BUILDS,
  expectClose,
  expectError,
  expectSameBits,
  floats,
  mirror,
  oneHot,
  parametersOf,
  toRows,
  wholes,
} from "../helpers.js";
import { cost } from "../reference.js";

const ROWS = 37;
const INPUTS = 4;
const x = floats(ROWS * INPUTS, 1);
const rows = toRows(x, INPUTS);
const labels = wholes(ROWS, 2, 3);
const counts = wholes(ROWS, 3, 4);
/** Each row as often as it counts. */
const repeated = counts.flatMap((count, r) => new Array<number>(count).fill(r));

const KINDS: [string, Partial<NetworkOptions>, number[] | number[][]][] = [
  ["classes", { layers: [dense(5, "tanh"), dense(3, "softmax")] }, labels],
  ["one-hot rows", { layers: [dense(3, "softmax")] }, oneHot(labels, 3)],
  ["squares", { layers: [dense(5, "relu"), dense(2)] }, toRows(floats(ROWS * 2, 4), 2)],
  ["sigmoids", { layers: [dense(2, "sigmoid")] }, toRows(wholes(ROWS * 2, 5, 2), 2)],
  ["hinge", { layers: [dense(1)], loss: "hinge" }, toRows(wholes(ROWS, 5, 2), 1)],
];

describe.each(BUILDS)("$name", (math) => {
  const network = (options: Partial<NetworkOptions>): Network =>
    new Network({
      inputs: INPUTS,
      layers: [],
      optimizer: sgd({ learningRate: 0.2, momentum: 0.5 }),
      math,
      ...options,
    });

  describe.each(KINDS)("%s", (_, options, y) => {
    const make = () => network(options);
    const take = <T>(list: readonly T[]) => repeated.map((r) => list[r]);

    test("a row of weight n is the row n times, and one of 0 is left out", () => {
      const [weighted, twin] = [make(), make()];
      const fit: FitOptions = { epochs: 5, batchSize: "full" };
      const history = weighted.fitSync(rows, y, { ...fit, sampleWeight: counts });
      const wanted = twin.fitSync(take(rows), take<number | number[]>(y) as number[][], fit);
      expectClose(history.loss, wanted.loss, 1e-5);
      expectClose(parametersOf(weighted), parametersOf(twin), 2e-5);
      expectClose(
        [weighted.evaluate(rows, y, { sampleWeight: counts }).loss],
        [twin.loss(take(rows), take<number | number[]>(y) as number[][])],
        1e-5,
      );
    });

    test("only the share of a weight counts", () => {
      const [one, other] = [make(), make()];
      const fit: FitOptions = { epochs: 3, batchSize: 8 };
      const history = one.fitSync(rows, y, { ...fit, sampleWeight: counts });
      const wanted = other.fitSync(rows, y, { ...fit, sampleWeight: counts.map((count) => count * 64) });
      expect(wanted).toEqual(history);
      expectSameBits(parametersOf(one), parametersOf(other));
    });
  });

  test("the loss of an epoch is the weighted mean over its rows", () => {
    const made = network({ layers: [dense(3, "softmax")], optimizer: sgd({ learningRate: 0 }) });
    const weights = floats(ROWS, 7).map((w) => Math.abs(w));
    const total = weights.reduce((sum, w) => sum + w, 0);
    const losses = rows.map((row, r) => cost(mirror(made), [row], oneHot([labels[r]], 3)));
    const wanted = losses.reduce((sum, loss, r) => sum + loss * weights[r], 0) / total;
    for (const batchSize of [1, 8, "full"] as const) {
      expectClose(made.fitSync(x, labels, { batchSize, sampleWeight: weights }).loss, [wanted], 1e-6);
    }
    // Of a batch, it is that of its own rows.
    const batches: number[] = [];
    made.fitSync(x, labels, {
      batchSize: 20,
      shuffle: false,
      sampleWeight: weights,
      onBatch: ({ loss }) => void batches.push(loss),
    });
    const mean = (from: number, to: number) =>
      losses.slice(from, to).reduce((sum, loss, i) => sum + loss * weights[from + i], 0) /
      weights.slice(from, to).reduce((sum, w) => sum + w, 0);
    expectClose(batches, [mean(0, 20), mean(20, ROWS)], 1e-6);
  });

  test("a batch whose rows all weigh 0 moves nothing and counts for nothing", () => {
    const made = network({ layers: [dense(3, "softmax")], optimizer: "sgd" });
    const before = parametersOf(made);
    const weights = labels.map((_, r) => Number(r >= 16));
    const reports: number[] = [];
    const { loss } = made.fitSync(x, labels, {
      batchSize: 16,
      shuffle: false,
      sampleWeight: weights,
      onBatch: ({ batch, loss }) => {
        reports.push(loss);
        if (batch === 1) expectSameBits(parametersOf(made), before);
      },
    });
    expect(reports[0]).toBe(0);
    expectClose(loss, [(reports[1] * 16 + reports[2] * 5) / 21], 1e-12);
  });

  test("validation rows have weights of their own, or their part of sampleWeight", () => {
    const weights = floats(ROWS, 7).map(Math.abs);
    const validationData = [x.subarray(30 * INPUTS), labels.slice(30), weights.subarray(30)] as const;
    const [split, given] = [0, 1].map(() => network({ layers: [dense(3, "softmax")] }));
    const history = split.fitSync(x, labels, { epochs: 2, validationSplit: 7 / ROWS, sampleWeight: weights });
    const training = [x.subarray(0, 30 * INPUTS), labels.slice(0, 30)] as const;
    expect(
      given.fitSync(...training, { epochs: 2, sampleWeight: weights.subarray(0, 30), validationData }),
    ).toEqual(history);
    const [a, b, sampleWeight] = validationData;
    expectClose(history.valLoss?.slice(1) ?? [], [given.evaluate(a, b, { sampleWeight }).loss], 1e-12);
  });
});

const make = (): Network => new Network({ inputs: INPUTS, layers: [dense(3, "softmax")] });

describe("classWeight", () => {
  const fit = (network: Network, y: FitOptions["sampleWeight"] | number[][], options: FitOptions) => {
    const history = network.fitSync(x, y as number[], { epochs: 3, batchSize: 10, ...options });
    return { history, parameters: parametersOf(network) };
  };
  const sizes = [0, 1, 2].map((c) => labels.filter((label) => label === c).length);
  const lopsided = labels.map((label) => (label === 2 ? 0 : label));

  test.each<[string, FitOptions["classWeight"], (label: number) => number]>([
    ["a map", { 0: 2, 2: 0.25 }, (label) => [2, 1, 0.25][label]],
    ["balanced", "balanced", (label) => ROWS / (3 * sizes[label])],
  ])("%s is a sampleWeight by class", (_, classWeight, weigh) => {
    const wanted = fit(make(), labels, { sampleWeight: Float32Array.from(labels, weigh) });
    expect(fit(make(), labels, { classWeight })).toEqual(wanted);
    expect(fit(make(), oneHot(labels, 3), { classWeight })).toEqual(wanted);
  });

  test("is taken times sampleWeight", () => {
    const weights = counts.map((count) => count / 2);
    const both = Float32Array.from(labels, (label, r) => weights[r] * (label === 1 ? 3 : 1));
    const wanted = fit(make(), labels, { sampleWeight: both });
    expect(fit(make(), labels, { sampleWeight: weights, classWeight: { 1: 3 } })).toEqual(wanted);
  });

  test("balanced counts the classes that are there", () => {
    const [zeros, ones] = [0, 1].map((c) => lopsided.filter((label) => label === c).length);
    const wanted = fit(make(), lopsided, {
      sampleWeight: lopsided.map((label) => ROWS / (2 * (label ? ones : zeros))),
    });
    expectClose(fit(make(), lopsided, { classWeight: "balanced" }).parameters, wanted.parameters, 1e-6);
  });

  test.each([
    ["sigmoid", dense(1, "sigmoid"), undefined, 0],
    ["a logit", dense(1), "binaryCrossentropy", 0],
    ["hinge", dense(1), "hinge", -1],
  ] as const)("goes with one output of two classes: %s", (_, layer, loss, low) => {
    const made = () => new Network({ inputs: INPUTS, layers: [layer], loss });
    const y = wholes(ROWS, 8, 2).map((label) => (label ? 1 : low));
    const wanted = fit(made(), y, { sampleWeight: y.map((label) => (label === 1 ? 5 : 1)) });
    expect(fit(made(), y, { classWeight: { 0: 1, 1: 5 } })).toEqual(wanted);
  });

  test("is for training rows alone, which balance counts too", () => {
    const kept = labels.slice(0, 30);
    const weights = labels.map((label, r) =>
      r < 30 ? 30 / (3 * kept.filter((other) => other === label).length) : 1,
    );
    const wanted = fit(make(), labels, { sampleWeight: weights, validationSplit: 7 / ROWS });
    const balanced = fit(make(), labels, { classWeight: "balanced", validationSplit: 7 / ROWS });
    expectClose(balanced.history.valLoss ?? [], wanted.history.valLoss ?? [], 1e-6);
    expectClose(balanced.history.loss, wanted.history.loss, 1e-6);
    expectClose(balanced.parameters, wanted.parameters, 1e-5);
  });

  test.each<[string, () => Network, unknown, (string | RegExp)[]]>([
    ["a class that is none", make, { 3: 1 }, ['class "3"', "0 to 2"]],
    ["a negative weight", make, { 0: -1 }, ["classWeight of class 0 is -1"]],
    ["text", make, "equal", ['classWeight is "equal"', '"balanced"']],
    [
      "a regression",
      () => new Network({ inputs: INPUTS, layers: [dense(3)] }),
      { 0: 1 },
      ["not one choice", "sampleWeight"],
    ],
    [
      "several decisions",
      () => new Network({ inputs: INPUTS, layers: [dense(3, "sigmoid")] }),
      { 0: 1 },
      ["not one choice", "sampleWeight"],
    ],
  ])("is refused: %s", async (_, made, classWeight, parts) => {
    const y = oneHot(labels, 3);
    await expectError(() => made().fit(x, y, { classWeight: classWeight as "balanced" }), SpecError, parts);
  });
});

test.each<[string, number[], new (message: string) => Error, string[]]>([
  ["too few", [1, 2], ShapeError, ["sampleWeight has 2 values", "37 rows"]],
  [
    "a negative one",
    labels.map((_, r) => (r === 5 ? -1 : 1)),
    DataError,
    ["sampleWeight is -1 in row 5", "at least 0"],
  ],
  [
    "one that is no number",
    labels.map((_, r) => (r === 6 ? Number.NaN : 1)),
    DataError,
    ["sampleWeight is NaN in row 6"],
  ],
])("weights are refused: %s", async (_, sampleWeight, kind, parts) => {
  await expectError(() => make().fit(x, labels, { sampleWeight }), kind as never, parts);
  await expectError(() => make().evaluate(x, labels, { sampleWeight }), kind as never, parts);
  await expectError(
    () => make().fit(x, labels, { validationData: [x, labels, sampleWeight] }),
    kind as never,
    parts,
  );
});
