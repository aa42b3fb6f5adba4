/**
 * Measures beside their definitions, computed here in another way in float64: from loops over rows, and Math.log. scikit-learn
 * defines precision, recall, f1, log loss, balanced accuracy and R² alike.
 */

import { describe, expect, test } from "vitest";
import { exp, ln, sineOfTurn } from "../../src/model/real.js";
import { measureClasses } from "../../src/table/class-measures.js";
import { decideClasses } from "../../src/table/classification.js";
import { permutation } from "../../src/table/draw.js";
import { measureNumbers } from "../../src/table/regression.js";
import { divide, rowsOf } from "../../src/table/split.js";
import { centerOf, quantile } from "../../src/table/statistics.js";
import { temperatureFor } from "../../src/table/temperature.js";

const CODING = { name: "y", labels: ["a", "b", "c"], counts: [5, 3, 2] };
const CLASSES = Int32Array.of(0, 0, 1, 1, 2, 0, 1);
const OUTPUTS = Float64Array.of(
  ...[0.7, 0.2, 0.1],
  ...[0.4, 0.5, 0.1],
  ...[0.1, 0.8, 0.1],
  ...[0.05, 0.9, 0.05],
  ...[0.3, 0.4, 0.3],
  ...[0.6, 0.3, 0.1],
  ...[0.5, 0.2, 0.3],
);
const PREDICTED = [0, 1, 1, 1, 1, 0, 0];

describe("classification", () => {
  const predicted = decideClasses(CODING, OUTPUTS, "probable");
  const measures = measureClasses(CODING, CLASSES, predicted, OUTPUTS);

  test("decides for the most probable class, or for the one most above its share", () => {
    expect(Array.from(predicted)).toEqual(PREDICTED);
    // 0.3/5 0.4/3 0.3/2: the last one wins.
    expect(decideClasses(CODING, OUTPUTS, "balanced")[4]).toBe(2);
  });

  test("has precision, recall and f1 of each class", () => {
    for (const [c, { label, precision, recall, f1, rows }] of measures.classes.entries()) {
      const hits = PREDICTED.filter((p, row) => p === c && CLASSES[row] === c).length;
      const [guesses, actual] = [
        PREDICTED.filter((p) => p === c).length,
        CLASSES.filter((y) => y === c).length,
      ];
      expect(label).toBe(CODING.labels[c]);
      expect(rows).toBe(actual);
      expect(precision).toBeCloseTo(guesses === 0 ? 0 : hits / guesses, 12);
      expect(recall).toBeCloseTo(hits / actual, 12);
      expect(f1).toBeCloseTo(hits === 0 ? 0 : 2 / (guesses / hits + actual / hits), 12);
    }
    expect(measures.confusion).toEqual([
      [2, 1, 0],
      [1, 2, 0],
      [0, 1, 0],
    ]);
  });

  test("has accuracies and log loss, against the shares of training", () => {
    expect(measures.accuracy).toBeCloseTo(4 / 7, 12);
    expect(measures.balancedAccuracy).toBeCloseTo((2 / 3 + 2 / 3 + 0) / 3, 12);
    const logLoss =
      -(
        Math.log(0.7) +
        Math.log(0.4) +
        Math.log(0.8) +
        Math.log(0.9) +
        Math.log(0.3) +
        Math.log(0.6) +
        Math.log(0.2)
      ) / 7;
    expect(measures.logLoss).toBeCloseTo(logLoss, 12);
    expect(measures.baseline.accuracy).toBeCloseTo(3 / 7, 12);
    expect(measures.baseline.logLoss).toBeCloseTo(
      -(3 * Math.log(0.5) + 3 * Math.log(0.3) + Math.log(0.2)) / 7,
      12,
    );
  });

  test("has the calibration error of ten bins", () => {
    // Confidences 0.7 0.5 0.8 0.9 0.4 0.6 0.5, each in a bin of its own except the two of 0.5, which are both wrong.
    const gaps = [0.3, 0.2, 0.1, -0.4, 0.4];
    const expected = (gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) + 2 * 0.5) / 7;
    expect(measures.calibrationError).toBeCloseTo(expected, 12);
    expect(measures.calibration).toHaveLength(6);
  });

  test("has the rows that it is most wrong about", () => {
    expect(measures.worst.map(({ row }) => row)).toEqual([6, 4, 1]);
    expect(measures.worst[0]).toEqual({ row: 6, actual: "b", predicted: "a", probability: 0.2 });
    const numbered = measureClasses(CODING, CLASSES, predicted, OUTPUTS, [10, 11, 12, 13, 14, 15, 16]);
    expect(numbered.worst.map(({ row }) => row)).toEqual([16, 14, 11]);
  });

  test("takes a probability of 0 as 1e-15", () => {
    const { logLoss } = measureClasses(CODING, Int32Array.of(0), Int32Array.of(1), Float64Array.of(0, 1, 0));
    expect(logLoss).toBeCloseTo(-Math.log(1e-15), 9);
  });
});

test("regression has R² and errors, against the mean of training", () => {
  const [actual, predicted] = [Float64Array.of(1, 2, 3, 10), [1, 4, 2, 7]];
  const measures = measureNumbers(3, actual, predicted);
  // Errors 0 -2 1 3; mean 4, deviations -3 -2 -1 6.
  expect(measures.r2).toBeCloseTo(1 - 14 / 50, 12);
  expect(measures.rootMeanSquaredError).toBeCloseTo(Math.sqrt(14 / 4), 12);
  expect(measures.meanAbsoluteError).toBeCloseTo(6 / 4, 12);
  expect(measures.baseline.rootMeanSquaredError).toBeCloseTo(Math.sqrt((4 + 1 + 0 + 49) / 4), 12);
  expect(measures.baseline.meanAbsoluteError).toBeCloseTo((2 + 1 + 0 + 7) / 4, 12);
  expect(measures.worst.map(({ row }) => row)).toEqual([3, 1, 2, 0]);
  expect(measureNumbers(3, Float64Array.of(2, 2), [1, 2]).r2).toBe(0);
});

test("quantiles are NumPy's", () => {
  // numpy.quantile([1, 2, 4, 8], q)
  const sorted = [1, 2, 4, 8];
  expect([0, 0.25, 0.5, 0.75, 1].map((q) => quantile(sorted, q))).toEqual([1, 1.75, 3, 5, 8]);
  expect(centerOf(sorted)).toEqual({ median: 3, scale: 3.25 });
  expect(centerOf([2, 2])).toBeUndefined();
});

describe("functions made of + - * /", () => {
  test("are those of Math", () => {
    for (let x = -30; x <= 30; x += 0.37) expect(exp(x) / Math.exp(x)).toBeCloseTo(1, 11);
    for (const x of [1e-300, 1e-15, 0.3, 1, 7, 1e20]) expect(ln(x)).toBeCloseTo(Math.log(x), 9);
    for (let t = -2; t <= 2; t += 0.013) expect(sineOfTurn(t)).toBeCloseTo(Math.sin(2 * Math.PI * t), 12);
  });
});

describe("parts of rows", () => {
  const keys = Array.from({ length: 100 }, (_, i) => (i < 80 ? 0 : 1));

  test("have the shares of all classes, other rows for another seed, and each row once", () => {
    const parts = divide({ keys }, 5, 0);
    for (let part = 0; part < 5; part++) {
      const { inside, outside } = rowsOf(parts, part);
      expect([inside.length, outside.length]).toEqual([20, 80]);
      expect(Array.from(inside).filter((row) => keys[row] === 1)).toHaveLength(4);
    }
    expect(divide({ keys }, 5, 0)).toEqual(parts);
    expect(divide({ keys }, 5, 1)).not.toEqual(parts);
    expect(Array.from(parts.slice(80))).not.toEqual(Array.from(parts.slice(80)).sort());
  });

  test("have low, middle and high targets", () => {
    const targets = Float64Array.from({ length: 50 }, (_, i) => (i * 37) % 50);
    const parts = divide({ keys: targets }, 5, 3);
    for (let part = 0; part < 5; part++) {
      const inside = Array.from(rowsOf(parts, part).inside, (row) => Math.floor(targets[row] / 5)).sort(
        (a, b) => a - b,
      );
      expect(inside).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    }
  });

  test("have whole groups", () => {
    const groups = keys.map((_, i) => `g${i % 20}`);
    const parts = divide({ keys, groups }, 5, 0);
    for (let i = 0; i < 100; i++) expect(parts[i]).toBe(parts[i % 20]);
    expect(new Set(parts).size).toBe(5);
  });

  test("have the latest rows in the last one", () => {
    const times = keys.map((_, i) => 100 - i);
    const parts = divide({ keys, times }, 5, 0);
    expect(Array.from(rowsOf(parts, 4).inside)).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  test("are drawn by orders that have each number once", () => {
    const order = permutation(1000, 7, 1);
    expect(Array.from(order).sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
    expect(permutation(1000, 7, 2)).not.toEqual(order);
  });
});

test("the temperature has the least log loss", () => {
  const rows = 400;
  const logits = Float64Array.from({ length: 2 * rows }, (_, i) => (i % 2 ? Math.sin(i * i) * 4 : 0));
  const classes = Int32Array.from({ length: rows }, (_, r) =>
    Number(Math.sin(r * 7.3) < Math.tanh(logits[2 * r + 1] / 4)),
  );
  const softmax = (t: number) =>
    Float64Array.from({ length: 2 * rows }, (_, i) => {
      const [a, b] = [logits[i - (i % 2)], logits[i - (i % 2) + 1]].map((z) => Math.exp(z / t));
      return (i % 2 ? b : a) / (a + b);
    });
  const loss = (t: number) => {
    const p = softmax(t);
    return classes.reduce((sum, c, r) => sum - Math.log(p[2 * r + c]), 0);
  };
  const found = temperatureFor(Float32Array.from(softmax(1)), classes);
  for (const other of [0.98, 1.02, 0.7, 1.5]) expect(loss(found * other)).toBeGreaterThan(loss(found));
});
