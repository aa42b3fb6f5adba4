/** Cross-validation and searches against loops by hand, and the same results with any number of workers. */

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { dense, Network, SpecError, workers } from "../../src/index.js";
import { asha, choice, crossValidate, folds, real, search, split, whole } from "../../src/search.js";
import { floats } from "../helpers.js";

const ROWS = 120;
const x = floats(4 * ROWS, 5);
const y = Int32Array.from(
  { length: ROWS },
  (_, i) => (x[4 * i] > x[4 * i + 1] ? 1 : 0) + (x[4 * i + 2] > 0 ? 1 : 0),
);
const make = (units = 6, seed = 1) =>
  new Network({ inputs: 4, layers: [dense(units, "relu"), dense(3, "softmax")], optimizer: "adam", seed });
const rowsOf = (rows: Int32Array) => ({
  x: Float32Array.from([...rows].flatMap((row) => [...x.subarray(4 * row, 4 * row + 4)])),
  y: Int32Array.from(rows, (row) => y[row]),
});

describe("crossValidate", () => {
  const options = { epochs: 6, batchSize: 16, metrics: ["accuracy"] as const };

  const [fold] = folds(ROWS);
  const own = (given: unknown) => ({ folds: given });
  test.each([
    [own([]), "folds is an empty array: give at least one fold."],
    [own([fold, undefined]), "folds[1].train is undefined: "],
    [
      own([{ ...fold, test: [0, ROWS] }]),
      "folds[0].test[1] is 120: give the number of a row, from 0 to 119.",
    ],
    [{ signal: true }, "signal is true: give the signal of an AbortController."],
  ])("refuses %j", (wrong, message) => {
    const attempt = () => crossValidate(() => make(), x, y, { ...options, ...(wrong as object) });
    expect(attempt).toThrow(SpecError);
    expect(attempt).toThrow(message);
  });

  test("is a loop over the folds", async () => {
    const result = await crossValidate(() => make(), x, y, { ...options, folds: 4, seed: 3 });
    const scores = [];
    const predictions = new Float32Array(3 * ROWS);
    for (const fold of folds(ROWS, { folds: 4, stratify: y, seed: 3 })) {
      const network = make();
      const [train, test] = [rowsOf(fold.train), rowsOf(fold.test)];
      await network.fit(train.x, train.y, { epochs: 6, batchSize: 16, metrics: ["accuracy"] });
      scores.push(network.evaluate(test.x, test.y, { metrics: ["accuracy"] }));
      const outputs = network.predict(test.x);
      for (const [i, row] of fold.test.entries())
        predictions.set(outputs.subarray(3 * i, 3 * i + 3), 3 * row);
    }
    expect(result.scores).toEqual(scores);
    expect(result.predictions).toEqual(predictions);
    const accuracies = scores.map(({ accuracy }) => accuracy);
    const mean = accuracies.reduce((a, b) => a + b) / 4;
    const variance = accuracies.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 3;
    expect(result.mean.accuracy).toBeCloseTo(mean, 12);
    expect(result.deviation.accuracy).toBeCloseTo(Math.sqrt(variance), 12);
    expect(result.networks.length).toBe(4);
  });

  test("in workers: the same", async () => {
    const here = await crossValidate(() => make(), x, y, options);
    const there = await crossValidate(() => make(), x, y, { ...options, worker: true });
    expect({ ...there, networks: 0 }).toEqual({ ...here, networks: 0 });
  });

  test("folds of one's own, rows that are never tested, weights", async () => {
    const own = folds(ROWS, { folds: 3, series: true });
    const weights = Float32Array.from({ length: ROWS }, (_, i) => (i % 2) + 0.5);
    const { predictions, networks } = await crossValidate(() => make(), x, y, {
      ...options,
      folds: own,
      sampleWeight: weights,
    });
    expect((predictions as Float32Array).slice(0, 3 * 30).every(Number.isNaN)).toBe(true);
    expect((predictions as Float32Array).slice(3 * 30).some(Number.isNaN)).toBe(false);
    const network = make();
    const train = rowsOf(own[0].train);
    await network.fit(train.x, train.y, { ...options, sampleWeight: weights.slice(0, 30) });
    expect(networks[0].getParams()).toEqual(network.getParams());
  });

  test("of an estimator, by the same methods", async () => {
    const mean = () => {
      let value = 0;
      return {
        async fit(_x: unknown, targets: number[]) {
          value = targets.reduce((a, b) => a + b, 0) / targets.length;
        },
        predict: (rows: unknown[]) => rows.map(() => value),
        evaluate: (_x: unknown, targets: number[]) => ({
          loss: targets.reduce((sum, target) => sum + (target - value) ** 2, 0) / targets.length,
          text: "no number",
        }),
      };
    };
    const rows = Array.from({ length: 10 }, (_, row) => ({ row }));
    const { scores, predictions } = await crossValidate(mean, rows, [1, 1, 1, 1, 1, 1, 1, 1, 1, 1], {
      folds: 5,
    });
    expect(scores).toEqual(Array(5).fill({ loss: 0 }));
    expect(predictions).toEqual(Array(10).fill(1));
  });

  test("mistakes", async () => {
    expect(() => crossValidate((() => 7) as never, x, y)).toThrow(/make gave 7/);
    expect(() => crossValidate(() => make(), x, y, { nonsense: 1 } as never)).toThrow(SpecError);
    const controller = new AbortController();
    controller.abort(new Error("enough"));
    await expect(crossValidate(() => make(), x, y, { signal: controller.signal })).rejects.toThrow("enough");
  });
});

const space = {
  units: whole(2, 12),
  rate: real(1e-4, 1e-1, { log: true }),
  kind: choice(["adam", "sgd"]),
  momentum: ({ kind }: { kind?: unknown }) => (kind === "sgd" ? real(0, 0.9) : undefined),
  constant: 3,
};
const fromSettings = (settings: {
  units: number;
  rate: number;
  kind: "adam" | "sgd";
  momentum?: number | undefined;
}) =>
  new Network({
    inputs: 4,
    layers: [dense(settings.units, "relu"), dense(3, "softmax")],
    optimizer:
      settings.kind === "sgd"
        ? { type: "sgd", learningRate: settings.rate, momentum: settings.momentum }
        : { type: "adam", learningRate: settings.rate },
  });

describe("search", () => {
  const options = { trials: 30, epochs: 5, batchSize: 16, metrics: ["accuracy"], seed: 4 } as const;

  test("the score of a trial is that of a fit by hand, and the best is trained on all rows", async () => {
    const { best, trials } = await search(space, fromSettings, x, y, { ...options, trials: 12 });
    expect(trials.length).toBe(12);
    const { train, test } = split(x, y, { stratify: true, seed: 4 });
    for (const { trial, state, score, steps, ...settings } of trials) {
      const network = fromSettings(settings as never);
      await network.fit(train.x, train.y, { epochs: 5, batchSize: 16 });
      const { accuracy } = network.evaluate(test.x, test.y, { metrics: ["accuracy"] });
      expect([state, score, steps]).toEqual(["completed", accuracy, network.step]);
    }
    expect(best.score).toBe(Math.max(...trials.map(({ score }) => score)));
    const whole = fromSettings(best.settings as never);
    await whole.fit(x, y, { epochs: 5, batchSize: 16 });
    expect(best.network?.getParams()).toEqual(whole.getParams());
  });

  test.each([
    ["random", undefined],
    ["tpe", undefined],
    ["tpe", asha({ steps: 6, factor: 2 })],
    ["random", asha({ steps: 6, factor: 3 })],
  ] as const)("%s, %j: the same with one worker, three, and none", async (sampler, scheduler) => {
    const all = { ...options, sampler, scheduler, folds: 2 };
    const here = await search(space, fromSettings, x, y, all);
    for (const size of [1, 3]) {
      workers({ size });
      const seen: unknown[] = [];
      const onTrial = (row: object) => void seen.push(row);
      const there = await search(space, fromSettings, x, y, { ...all, worker: true, onTrial });
      expect(there.trials).toEqual(here.trials);
      expect(there.best.settings).toEqual(here.best.settings);
      expect(there.best.network?.getParams()).toEqual(here.best.network?.getParams());
      expect(seen.length).toBeGreaterThanOrEqual(30);
    }
  });

  test("a promoted trial goes on to the bits of one that was never paused", async () => {
    const { trials } = await search(space, fromSettings, x, y, {
      ...options,
      epochs: 9,
      scheduler: asha({ steps: 4, factor: 3 }),
    });
    const { train, test } = split(x, y, { stratify: true, seed: 4 });
    const states = new Map<string, number>();
    for (const { trial, state, score, steps, ...settings } of trials) {
      states.set(state, (states.get(state) ?? 0) + 1);
      const network = fromSettings(settings as never);
      await network.fit(train.x, train.y, { epochs: 9, batchSize: 16, maxSteps: steps });
      expect(network.step).toBe(steps);
      expect(network.evaluate(test.x, test.y, { metrics: ["accuracy"] }).accuracy).toBe(score);
    }
    // 96 rows in batches of 16: nine epochs have 54 updates. 30 trials begin, 10 go on to 12, 3 to 36, 1 to the end.
    expect(new Set(trials.map(({ steps }) => steps))).toEqual(new Set([4, 12, 36, 54]));
    expect(states.get("paused")).toBeGreaterThan(20);
    expect(states.get("completed")).toBeGreaterThan(0);
  });

  test("settings follow their dimensions", async () => {
    const { trials } = await search(space, fromSettings, x, y, {
      ...options,
      trials: 100,
      epochs: 1,
      sampler: "random",
    });
    const rates = trials.map(({ rate }) => Number(rate));
    expect(rates.every((rate) => rate >= 1e-4 && rate < 1e-1)).toBe(true);
    // Half of the rates are below the geometric mean of the bounds; the standard deviation is 5.
    expect(Math.abs(rates.filter((rate) => rate < 10 ** -2.5).length - 50)).toBeLessThan(20);
    expect(new Set(trials.map(({ units }) => units)).size).toBe(11);
    for (const { kind, momentum, constant } of trials) {
      expect([typeof momentum, constant]).toEqual([kind === "sgd" ? "number" : "undefined", 3]);
    }
  });

  test("tpe finds better settings than chance", async () => {
    // The best is known: x = 0.3 and "b" of three.
    const trial = ({ at, kind }: { at: number; kind: string }) => ({
      fit: async () => {},
      predict: () => [],
      evaluate: () => ({ loss: (at - 0.3) ** 2 + (kind === "b" ? 0 : 0.5) }),
    });
    const plain = { at: real(0, 1), kind: choice(["a", "b", "c"]) };
    const means = { random: 0, tpe: 0 };
    for (const sampler of ["random", "tpe"] as const) {
      for (let seed = 0; seed < 20; seed++) {
        const { trials } = await search(plain, trial, [[1], [2]], [1, 2], { trials: 60, sampler, seed });
        const late = trials.slice(30).map(({ score }) => score);
        means[sampler] += late.reduce((a, b) => a + b) / late.length / 20;
      }
    }
    expect(means.tpe).toBeLessThan(means.random / 2);
  });

  test("a trial that diverges is a result, not an end", async () => {
    const wild = { rate: choice([1e-2, 1e30]) };
    const one = ({ rate }: { rate: number }) =>
      new Network({ inputs: 4, layers: [dense(1)], optimizer: { type: "sgd", learningRate: rate } });
    const targets = floats(ROWS, 9);
    const { best, trials } = await search(wild, one, x, targets, { trials: 12, epochs: 20 });
    const there = await search(wild, one, x, targets, { trials: 12, epochs: 20, worker: true });
    expect(there.trials).toEqual(trials);
    expect(new Set(trials.map(({ state }) => state))).toEqual(new Set(["completed", "diverged"]));
    expect(trials.filter(({ rate }) => rate === 1e30).every(({ score }) => Number.isNaN(score))).toBe(true);
    expect(best.settings.rate).toBe(1e-2);
  });

  test("onTrial and a signal end it with the results so far", async () => {
    const ended = await search(space, fromSettings, x, y, { ...options, onTrial: ({ trial }) => trial < 3 });
    expect([ended.trials.length, ended.best.network]).toEqual([4, undefined]);
    const controller = new AbortController();
    const onTrial = () => controller.abort();
    const aborted = await search(space, fromSettings, x, y, {
      ...options,
      onTrial,
      signal: controller.signal,
    });
    expect([aborted.trials.length, aborted.best.network]).toEqual([1, undefined]);
  });

  test("mistakes", async () => {
    const call = async (more: object, where: object = space) =>
      search(where as typeof space, fromSettings, x, y, { ...options, ...more });
    await expect(call({ sampler: "grid" })).rejects.toThrow(/sampler/);
    await expect(call({ scheduler: 3 })).rejects.toThrow(/asha\(\)/);
    await expect(call({ trials: 0 })).rejects.toThrow(/trials/);
    await expect(call({ monitor: "nothing" })).rejects.toThrow(/nothing/);
    await expect(call({}, { score: 1 })).rejects.toThrow(/column/);
    await expect(call({ nonsense: 1 })).rejects.toThrow(/nonsense/);
    expect(() => real(2, 1)).toThrow(SpecError);
    expect(() => real(0, 1, { log: true })).toThrow(/log/);
    expect(() => whole(0, 5, { log: true })).toThrow(SpecError);
    expect(() => choice([])).toThrow(SpecError);
    expect(() => asha({ factor: 1 })).toThrow(/factor/);
  });

  test("the door draws no bits from the engine's own functions", () => {
    for (const file of ["exact", "philox", "space", "tpe", "folds"]) {
      const text = readFileSync(`src/search/${file}.ts`, "utf8").replace(/\/\*[\s\S]*?\*\//g, "");
      expect(text).not.toMatch(/Math\.(exp|log|pow|random|sin|cos|tanh)|[^*]\*\*(?! ?-?\d)/);
    }
  });
});
