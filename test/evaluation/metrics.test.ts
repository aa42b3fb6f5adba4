/** Metrics in fit and evaluate against naive formulas over all rows, in data of many batches. */

import { describe, expect, test } from "vitest";
import {
  type CustomMetric,
  dense,
  type LayerSpec,
  type LossInput,
  type MetricName,
  Network,
} from "../../src/index.js";
import { BUILDS, expectClose, floats, oneHot, toRows, wholes } from "../helpers.js";
import { activate, type Row } from "../reference.js";

const INPUTS = 5;
const SIZES = [1, 3, 64, 65, 333];
const dataOf = (rows: number): Float32Array => floats(rows * INPUTS, 1, 2);

const mean = (values: Row): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
const argmax = (row: Row): number => row.indexOf(Math.max(...row));

/** Precision, recall and F1 of one class, from the decisions about it and the truth. */
function quality(decided: boolean[], truth: boolean[]) {
  const count = (d: boolean, t: boolean) =>
    decided.filter((value, i) => value === d && truth[i] === t).length;
  const [precision, recall] = [
    ratio(count(true, true), count(true, true) + count(true, false)),
    ratio(count(true, true), count(true, true) + count(false, true)),
  ];
  return { precision, recall, f1: ratio(2 * precision * recall, precision + recall) };
}

/** The share of pairs of a positive and a negative row whose scores are in order, pair by pair. */
function pairsInOrder(scores: Row, truth: boolean[]): number {
  let [won, pairs] = [0, 0];
  for (const [i, p] of scores.entries()) {
    for (const [j, q] of scores.entries()) {
      if (!truth[i] || truth[j]) continue;
      pairs++;
      won += p > q ? 1 : p === q ? 0.5 : 0;
    }
  }
  return won / pairs;
}

/** Every metric of a classifier by its definition, from the scores and targets of all rows. */
function naive(
  scores: Row[],
  targets: Row[],
  decide: (row: Row) => boolean[],
  positives: number[],
  measured = positives,
) {
  const decided = scores.map(decide);
  const truth = targets.map((row) => row.map((y) => y > 0.5));
  const column = <T>(rows: T[][], c: number) => rows.map((row) => row[c]);
  const qualities = measured.map((c) => quality(column(decided, c), column(truth, c)));
  const areas = positives
    .map((c) => pairsInOrder(column(scores, c), column(truth, c)))
    .filter((area) => !Number.isNaN(area));
  return {
    precision: mean(qualities.map(({ precision }) => precision)),
    recall: mean(qualities.map(({ recall }) => recall)),
    f1: mean(qualities.map(({ f1 }) => f1)),
    auc: mean(areas),
    right: decided.map((row, r) => row.map((d, c) => d === truth[r][c])),
  };
}

const NAMES = ["accuracy", "precision", "recall", "f1", "auc"] as const;
/** auc has no value where all rows have one class. */
const namesFor = ({ auc }: { auc: number }) => NAMES.filter((name) => name !== "auc" || !Number.isNaN(auc));
const ERRORS = ["meanAbsoluteError", "rootMeanSquaredError", "r2"] as const;

describe.each(BUILDS)("$name", (math) => {
  const make = (layer: LayerSpec, loss?: LossInput): Network =>
    new Network({ inputs: INPUTS, layers: [dense(7, "tanh"), layer], loss, math, seed: 3 });

  test.each<[string, Network]>([
    ["softmax", make(dense(4, "softmax"))],
    ["logits of classes", make(dense(4), "categoricalCrossentropy")],
    ["softmax and squares", make(dense(4, "softmax"), "meanSquaredError")],
  ])("one choice: %s", (_, network) => {
    for (const rows of SIZES) {
      const labels = wholes(rows, 2, 4);
      const outputs = toRows(network.predict(dataOf(rows)), 4);
      // auc ranks probabilities: logits of classes are turned into them.
      const isLogits =
        network.spec.layers[1].type === "dense" && network.spec.layers[1].activation === "linear";
      const scores = isLogits ? outputs.map((row) => activate("softmax", row)) : outputs;
      const targets = oneHot(labels, 4);
      const occurring = [0, 1, 2, 3].filter(
        (c) => labels.includes(c) || scores.some((row) => argmax(row) === c),
      );
      const { right: __, ...wanted } = naive(
        scores,
        targets,
        (row) => row.map((_, c) => c === argmax(row)),
        [0, 1, 2, 3],
        occurring,
      );
      const measured = network.evaluate(dataOf(rows), targets, {
        metrics: [...namesFor(wanted), { type: "topKAccuracy", k: 2 }, "confusionMatrix"],
      });
      for (const name of namesFor(wanted))
        if (name !== "accuracy") expectClose([measured[name] as number], [wanted[name]], 1e-12);
      expect(measured.accuracy).toBe(mean(scores.map((row, r) => Number(argmax(row) === labels[r]))));
      const ranks = scores.map((row, r) => row.filter((p) => p > row[labels[r]]).length);
      expect(measured.topKAccuracy).toBe(mean(ranks.map((rank) => Number(rank < 2))));
      const table = [0, 1, 2, 3].map((t) =>
        [0, 1, 2, 3].map((p) => scores.filter((row, r) => labels[r] === t && argmax(row) === p).length),
      );
      expect(measured.confusionMatrix).toEqual(table);
    }
  });

  test.each<[string, Network, number]>([
    ["sigmoid", make(dense(1, "sigmoid")), 0.5],
    ["a logit", make(dense(1), "binaryCrossentropy"), 0],
    ["hinge", make(dense(1), "hinge"), 0],
    ["three sigmoids", make(dense(3, "sigmoid")), 0.5],
    ["three logits", make(dense(3), "binaryCrossentropy"), 0],
  ])("decisions: %s", (_, network, threshold) => {
    for (const rows of SIZES) {
      const outputs = network.predict(dataOf(1)).length;
      const targets = toRows(wholes(rows * outputs, 2, 2), outputs);
      const scores = toRows(network.predict(dataOf(rows)), outputs);
      const positives = Array.from({ length: outputs }, (_, c) => c);
      const { right, ...wanted } = naive(scores, targets, (row) => row.map((p) => p > threshold), positives);
      const measured = network.evaluate(dataOf(rows), targets, {
        metrics: [...namesFor(wanted), "confusionMatrix"],
      });
      for (const name of namesFor(wanted))
        if (name !== "accuracy") expectClose([measured[name] as number], [wanted[name]], 1e-12);
      expectClose([measured.accuracy as number], [mean(right.flat().map(Number))], 1e-12);
      const tables = positives.map((c) =>
        [0, 1].map((t) =>
          [0, 1].map(
            (d) => scores.filter((row, r) => targets[r][c] === t && Number(row[c] > threshold) === d).length,
          ),
        ),
      );
      expect(measured.confusionMatrix).toEqual(outputs === 1 ? tables[0] : tables);
    }
  });

  test("errors, in the units of y", () => {
    const network = make(dense(2));
    for (const rows of SIZES.slice(1)) {
      const targets = toRows(floats(rows * 2, 5, 300), 2);
      const scores = toRows(network.predict(dataOf(rows)), 2);
      const column = (table: Row[], c: number) => table.map((row) => row[c]);
      const errors = scores.flatMap((row, r) => row.map((p, c) => p - targets[r][c]));
      const r2 = [0, 1].map((c) => {
        const [p, y] = [column(scores, c), column(targets, c)];
        const squares = (values: Row) => values.reduce((sum, value) => sum + value ** 2, 0);
        return 1 - squares(p.map((value, r) => value - y[r])) / squares(y.map((value) => value - mean(y)));
      });
      const measured = network.evaluate(dataOf(rows), targets, { metrics: ERRORS });
      expectClose([measured.meanAbsoluteError as number], [mean(errors.map(Math.abs))], 1e-9);
      expectClose(
        [measured.rootMeanSquaredError as number],
        [Math.sqrt(mean(errors.map((e) => e * e)))],
        1e-9,
      );
      expectClose([measured.r2 as number], [mean(r2)], 1e-9);
      expectClose([measured.loss], [mean(errors.map((e) => e * e))], 1e-5);
    }
  });

  test("r2 of constant targets is 1 where they are met, else 0", () => {
    const network = new Network({ inputs: 1, layers: [dense(1)], math });
    const r2Of = (y: number[]) => network.evaluate([0, 0, 0], y, { metrics: ["r2"] }).r2;
    network.setParams({ W1: [0], b1: [Math.fround(0.1)] });
    expect(r2Of([0.1, 0.1, 0.1])).toBe(1);
    expect(r2Of([0.2, 0.2, 0.2])).toBe(0);
    network.setParams({ W1: [0], b1: [0] });
    expect(r2Of([0, 0, 0])).toBe(1);
  });

  test("auc counts ties half", () => {
    const network = new Network({ inputs: 1, layers: [dense(1, "sigmoid")], math });
    network.setParams({ W1: [1] });
    const scores = [1, 2, 2, 3, 3, 3, 0, 2];
    const truth = [0, 1, 0, 1, 0, 1, 0, 1];
    const wanted = pairsInOrder(scores, truth.map(Boolean));
    expect(wanted).toBe(12 / 16);
    expect(network.evaluate(scores, truth, { metrics: ["auc"] }).auc).toBe(wanted);
    network.setParams({ W1: [0] });
    expect(network.evaluate(scores, truth, { metrics: ["auc"] }).auc).toBe(0.5);
  });

  test("a custom metric takes all outputs and targets, row by row", () => {
    const network = make(dense(3, "softmax"));
    for (const rows of SIZES) {
      const labels = wholes(rows, 2, 3);
      const seen: unknown[][] = [];
      const metric: CustomMetric = { name: "own", measure: (...given) => seen.push(given) };
      expect(network.evaluate(dataOf(rows), labels, { metrics: [metric, "accuracy"] }).custom).toEqual({
        own: 1,
      });
      expect(seen).toEqual([
        [network.predict(dataOf(rows)), Float32Array.from(oneHot(labels, 3).flat()), 3, undefined],
      ]);
    }
  });

  test("data of several windows are measured as a whole", () => {
    const [rows, inputs] = [700, 5000];
    const network = new Network({ inputs, layers: [dense(2, "softmax")], math });
    const [x, y] = [floats(rows * inputs, 1), wholes(rows, 2, 2)];
    const classes = network.predictClasses(x);
    const measured = network.evaluate(x, y, { metrics: [...NAMES, ...ERRORS, "confusionMatrix"] });
    const table = [0, 1].map((t) =>
      [0, 1].map((p) => y.filter((label, r) => label === t && classes[r] === p).length),
    );
    expect(measured.confusionMatrix).toEqual(table);
    expect(measured.accuracy).toBe((table[0][0] + table[1][1]) / rows);
    const [first, second] = [0, 1].map((c) => toRows(network.predict(x), 2).map((row) => row[c]));
    const areas = [
      pairsInOrder(
        first,
        y.map((label) => label === 0),
      ),
      pairsInOrder(second, y.map(Boolean)),
    ];
    expectClose([measured.auc as number], [mean(areas)], 1e-12);
    expectClose(
      [measured.meanAbsoluteError as number],
      [mean(second.map((p, r) => Math.abs(p - y[r])))],
      1e-6,
    );
  });

  test("fit measures each step before its update, and validation rows after the epoch", () => {
    const network = make(dense(4, "softmax"));
    const own: CustomMetric = {
      name: "own",
      measure: (outputs, targets) => outputs.reduce((sum, p, i) => sum + Math.abs(p - targets[i]), 0),
    };
    const metrics = [...NAMES, ...ERRORS, "topKAccuracy" as const, own];
    const data = [dataOf(333), wholes(333, 2, 4)] as const;
    const validationData = [floats(90 * INPUTS, 9), wholes(90, 8, 4)] as const;
    const before = network.evaluate(...data, { metrics });
    const reports: object[] = [];
    const history = network.fitSync(...data, {
      batchSize: "full",
      metrics,
      validationData,
      onEpoch: (report) => void reports.push(report),
    });
    const after = network.evaluate(...validationData, { metrics });
    const lists = history as unknown as Record<string, number[]>;
    for (const name of ["loss", ...NAMES, ...ERRORS, "topKAccuracy"] as (MetricName | "loss")[]) {
      const val = `val${name[0].toUpperCase()}${name.slice(1)}`;
      expectClose(lists[name], [before[name] as number], 1e-6);
      expectClose(lists[val], [after[name] as number], 1e-6);
      expect(reports[0]).toMatchObject({ [name]: lists[name][0], [val]: lists[val][0] });
    }
    expectClose(history.custom?.own as number[], [before.custom?.own as number], 1e-6);
    expectClose(history.custom?.valOwn as number[], [after.custom?.own as number], 1e-6);

    // With a rate of 0 the batches of an epoch, in any order, measure what an evaluation does.
    network.learningRate = 0;
    const wanted = network.evaluate(...data, { metrics });
    const epochs = network.fitSync(...data, { epochs: 2, batchSize: 16, metrics }) as unknown as Record<
      string,
      number[]
    >;
    for (const name of [...NAMES, ...ERRORS, "topKAccuracy"] as const) {
      expectClose(epochs[name], [wanted[name] as number, wanted[name] as number], 1e-6);
    }
  });
});
