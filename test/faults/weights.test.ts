/** Weights of rows count in losses and metrics alike, as in scikit-learn. */

import { describe, expect, test } from "vitest";
import { DataError, type FitOptions, type MetricInput, type Network, sgd } from "../../src/index.js";
import { generator, parametersOf } from "../helpers.js";
import { expectNoChange, expectRefusal, identity, oneWeight } from "./tools.js";

describe("Weights that sum to zero", () => {
  const x = [[1], [2], [3], [4]];
  const y = [2, 4, 6, 8];
  const none = [0, 0, 0, 0];

  test.each<[string, (network: Network) => unknown]>([
    ["evaluate", (n) => n.evaluate(x, y, { sampleWeight: none })],
    ["evaluate with a Float32Array", (n) => n.evaluate(x, y, { sampleWeight: new Float32Array(4) })],
    ["validationData", (n) => n.fitSync(x, y, { validationData: [x, y, none] })],
    [
      "the rows of validationSplit",
      (n) => n.fitSync(x, y, { validationSplit: 0.5, sampleWeight: [1, 1, 0, 0] }),
    ],
    [
      "the rows that validationSplit leaves",
      (n) => n.fitSync(x, y, { validationSplit: 0.5, sampleWeight: [0, 0, 1, 1] }),
    ],
    ["all rows of fitSync", (n) => n.fitSync(x, y, { sampleWeight: none })],
    ["all rows of fit", (n) => n.fit(x, y, { sampleWeight: none })],
    ["all rows of partialFit", (n) => n.partialFit(x, y, { sampleWeight: none })],
    [
      "weights so small that float32 has none",
      (n) => n.evaluate(x, y, { sampleWeight: [1e-60, 1e-60, 0, 0] }),
    ],
  ])("%s: refused where all rows that are measured weigh nothing", async (_, call) => {
    const network = oneWeight(1);
    await expectRefusal(() => call(network), DataError, [/sampleWeight|weigh/]);
    await expectNoChange(network, () => call(network));
  });

  test("classes that weigh nothing are refused likewise", async () => {
    const network = identity(1, "sigmoid", "binaryCrossentropy");
    await expectNoChange(network, () => network.fitSync([[1], [2]], [0, 1], { classWeight: { 0: 0, 1: 0 } }));
    await expectNoChange(network, () => network.fitSync([[1], [2]], [1, 1], { classWeight: { 1: 0 } }));
  });

  test("a batch that weighs nothing has a gradient of zero, and counts in no mean", () => {
    const options: FitOptions = { batchSize: 2, shuffle: false, sampleWeight: [0, 0, 1, 1] };
    const [network, twin] = [0, 1].map(() => oneWeight(1, { optimizer: sgd({ learningRate: 0.01 }) }));
    const { loss } = network.fitSync(x, y, options);
    const wanted = twin.fitSync(x.slice(2), y.slice(2), { batchSize: 2, shuffle: false });
    expect(parametersOf(network)).toEqual(parametersOf(twin));
    expect(loss[0]).toBeCloseTo(wanted.loss[0], 6);
  });

  test("early stopping keeps no epoch for its weightless rows", async () => {
    const network = oneWeight(1);
    await expectNoChange(network, () =>
      network.fitSync(x, y, { epochs: 9, validationData: [x, y, none], earlyStopping: { patience: 1 } }),
    );
  });
});

describe("A row that weighs nothing adds nothing, whatever its loss", () => {
  /** Squares beyond float32, and Z beyond it behind sigmoid. */
  const cases = [
    ["meanSquaredError", "linear", 1e30],
    ["meanAbsoluteError", "linear", 3e38],
    ["huber", "linear", 3e38],
    ["logCosh", "linear", 3e38],
    ["poisson", "linear", 3e38],
    ["hinge", "linear", -3e38],
    ["binaryCrossentropy", "linear", -3e38],
  ] as const;

  test.each(cases)("%s of %s outputs", (loss, activation, huge) => {
    const make = () => identity(1, activation, loss, { optimizer: sgd({ learningRate: 0.1 }) });
    const x = [[0.5], [huge], [0.25]];
    const y = [1, 1, 0];
    const kept = [[0.5], [0.25]];
    const wanted = make().evaluate(kept, [1, 0], { metrics: ["meanAbsoluteError"] });
    const weights = { sampleWeight: [1, 0, 1] };
    const measures = make().evaluate(x, y, { metrics: ["meanAbsoluteError"], ...weights });
    expect(measures.loss).toBeCloseTo(wanted.loss, 5);
    expect(measures.meanAbsoluteError).toBeCloseTo(wanted.meanAbsoluteError as number, 5);

    const [network, twin] = [make(), make()];
    network.fitSync(x, y, { batchSize: "full", ...weights });
    twin.fitSync(kept, [1, 0], { batchSize: "full" });
    for (const [i, value] of parametersOf(twin).entries())
      expect(parametersOf(network)[i]).toBeCloseTo(value, 5);
  });

  test("classes of weight 0 likewise", () => {
    const make = () => identity(1, "linear", "binaryCrossentropy", { optimizer: sgd({ learningRate: 0.1 }) });
    const network = make();
    const options = { batchSize: "full", classWeight: { 0: 1, 1: 0 } } as const;
    expect(network.fitSync([[0.5], [-3e38]], [0, 1], options).loss[0]).toBeCloseTo(
      Math.log(1 + Math.exp(0.5)),
      5,
    );
    expect(parametersOf(network).every(Number.isFinite)).toBe(true);
  });
});

/** Σw·f / Σw. */
const weighted = (w: readonly number[], f: (row: number) => number): number =>
  w.reduce((sum, weight, r) => sum + weight * f(r), 0) / w.reduce((a, b) => a + b);

describe("sampleWeight weighs metrics as scikit-learn does", () => {
  const draw = generator(3);
  const ROWS = 200;
  const w = Array.from({ length: ROWS }, (_, r) => (r % 7 === 0 ? 0 : Math.round(draw() * 8) / 4));

  /** Decisions of one sigmoid, by rows of z. */
  const z = Array.from({ length: ROWS }, () => draw() * 4 - 2);
  const truth = z.map((value) => Number(value + draw() * 4 - 2 > 0));
  const total = (test: (row: number) => boolean) =>
    w.reduce((sum, weight, r) => sum + (test(r) ? weight : 0), 0);
  const positive = (r: number) => z[r] > 0;
  const hit = total((r) => positive(r) && truth[r] === 1);
  const wrong = total((r) => positive(r) && truth[r] === 0);
  const missed = total((r) => !positive(r) && truth[r] === 1);
  const rejected = total((r) => !positive(r) && truth[r] === 0);
  /** The weighted share of pairs in order. */
  function area(): number {
    let [pairs, right] = [0, 0];
    for (let p = 0; p < ROWS; p++) {
      for (let n = 0; n < ROWS; n++) {
        if (truth[p] !== 1 || truth[n] !== 0) continue;
        pairs += w[p] * w[n];
        right += w[p] * w[n] * (z[p] > z[n] ? 1 : z[p] === z[n] ? 0.5 : 0);
      }
    }
    return right / pairs;
  }

  const decisions = {
    accuracy: (hit + rejected) / (hit + wrong + missed + rejected),
    precision: hit / (hit + wrong),
    recall: hit / (hit + missed),
    f1: (2 * hit) / (2 * hit + wrong + missed),
    auc: area(),
  };

  test("decisions of one output", () => {
    const network = identity(1, "sigmoid", "binaryCrossentropy");
    const metrics = [...(Object.keys(decisions) as (keyof typeof decisions)[]), "confusionMatrix"] as const;
    const measures = network.evaluate(z, truth, { metrics, sampleWeight: w });
    for (const [name, value] of Object.entries(decisions)) {
      expect(measures[name as keyof typeof decisions], name).toBeCloseTo(value, 5);
    }
    const table = measures.confusionMatrix as number[][];
    for (const [i, value] of [rejected, wrong, missed, hit].entries()) {
      expect(table[i >> 1][i & 1]).toBeCloseTo(value, 4);
    }
  });

  test("one choice between classes, and the first k of them", () => {
    const rows = Array.from({ length: ROWS }, () => [draw(), draw(), draw()]);
    const y = rows.map((row) => (draw() < 0.6 ? row.indexOf(Math.max(...row)) : Math.floor(draw() * 3)));
    const network = identity(3, "softmax", "categoricalCrossentropy");
    const { accuracy, topKAccuracy, f1 } = network.evaluate(rows, y, {
      metrics: ["accuracy", { type: "topKAccuracy", k: 2 }, "f1"],
      sampleWeight: w,
    });
    const rank = (r: number) => rows[r].filter((value) => value > rows[r][y[r]]).length;
    expect(accuracy).toBeCloseTo(
      weighted(w, (r) => Number(rank(r) === 0)),
      5,
    );
    expect(topKAccuracy).toBeCloseTo(
      weighted(w, (r) => Number(rank(r) < 2)),
      5,
    );
    const scores = [0, 1, 2].map((c) => {
      const is = (r: number) => rows[r].indexOf(Math.max(...rows[r])) === c;
      const both = total((r) => is(r) && y[r] === c);
      return (2 * both) / (total(is) + total((r) => y[r] === c));
    });
    expect(f1).toBeCloseTo((scores[0] + scores[1] + scores[2]) / 3, 5);
  });

  const y = z.map((value, r) => value + Math.sin(r));
  const centre = weighted(w, (r) => y[r]);
  const square = weighted(w, (r) => (z[r] - y[r]) ** 2);
  const deviations = {
    meanAbsoluteError: weighted(w, (r) => Math.abs(z[r] - y[r])),
    rootMeanSquaredError: Math.sqrt(square),
    r2: 1 - square / weighted(w, (r) => (y[r] - centre) ** 2),
  };
  const names = Object.keys(deviations) as (keyof typeof deviations)[];

  test("deviations", () => {
    const measures = oneWeight(1).evaluate(z, y, { metrics: names, sampleWeight: w });
    for (const name of names) expect(measures[name], name).toBeCloseTo(deviations[name], 5);
    expect(measures.loss).toBeCloseTo(square, 5);
  });

  test("validation rows and training rows of fit", () => {
    const network = oneWeight(1, { optimizer: sgd({ learningRate: 0 }) });
    const options: FitOptions = { metrics: names, sampleWeight: w, validationData: [z, y, w], batchSize: 16 };
    const history = network.fitSync(z, y, options);
    for (const name of names) {
      const validation = `val${name[0].toUpperCase()}${name.slice(1)}` as "valR2";
      expect(history[validation]?.[0], validation).toBeCloseTo(deviations[name], 4);
      expect(history[name]?.[0], name).toBeCloseTo(deviations[name], 4);
    }
  });

  test("whole weights count rows that often", () => {
    const often = w.map((weight) => Math.round(weight));
    const repeat = <T>(values: readonly T[]) => values.flatMap((value, r) => Array<T>(often[r]).fill(value));
    const network = identity(1, "sigmoid", "binaryCrossentropy");
    const metrics: MetricInput[] = ["accuracy", "precision", "recall", "f1", "auc"];
    const wanted = network.evaluate(repeat(z), repeat(truth), { metrics });
    const measures = network.evaluate(z, truth, { metrics, sampleWeight: often });
    for (const [name, value] of Object.entries(wanted)) {
      expect(measures[name as "auc"], name).toBeCloseTo(value as number, 5);
    }
  });

  test("a metric of one's own is given the weights as its fourth argument", () => {
    const seen: unknown[] = [];
    const measure = (...args: unknown[]) => seen.push(args[3]);
    oneWeight(1).evaluate([1, 2], [1, 2], { metrics: [{ name: "own", measure }], sampleWeight: [3, 4] });
    oneWeight(1).evaluate([1, 2], [1, 2], { metrics: [{ name: "own", measure }] });
    expect(seen).toEqual([Float32Array.of(3, 4), undefined]);
  });
});
