/** Preparation, measures and permutation importance beside those of scikit-learn (test/goldens/sklearn-table.py). */

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { measureClasses } from "../../src/table/class-measures.js";
import { decideClasses } from "../../src/table/classification.js";
import type { Importance } from "../../src/table/importance.js";
import { inputNames } from "../../src/table/preparation.js";
import { measureNumbers } from "../../src/table/regression.js";
import { Classifier, Regressor } from "../../src/table.js";
import { inputs, prepared } from "./tools.js";

interface Scaling {
  values: (number | null)[];
  center: number;
  scale: number;
  scaled: number[];
}

interface Importances {
  y: number[];
  mean: number[];
  deviation: number[];
}

interface Golden {
  numbers: Record<string, Scaling>;
  categories: {
    training: string[];
    new: string[];
    levels: string[];
    encoded: number[][];
    pair: { values: string[]; encoded: number[]; levels: string[] };
  };
  classification: {
    actual: number[];
    probabilities: number[][];
    predicted: number[];
    accuracy: number;
    balancedAccuracy: number;
    logLoss: number;
    precision: number[];
    recall: number[];
    f1: number[];
    support: number[];
    confusion: number[][];
  };
  regression: {
    actual: number[];
    predicted: number[];
    r2: number;
    rootMeanSquaredError: number;
    meanAbsoluteError: number;
  };
  importance: { x: number[][]; number: Importances; label: Importances };
}

const golden: Golden = JSON.parse(
  readFileSync(new URL("../goldens/sklearn-table.json", import.meta.url), "utf8"),
);

describe("numbers", () => {
  test.each(Object.entries(golden.numbers))("%s are scaled as by RobustScaler", (_, of) => {
    const preparation = prepared({ a: of.values });
    const hasGaps = of.values.includes(null);
    expect(preparation.columns).toMatchObject([
      { median: of.center, scale: of.scale, hasIndicator: hasGaps },
    ]);
    inputs(preparation, { a: of.values }).forEach(([input, isMissing], row) => {
      // The smooth clipping, which comes after scaling, is undone: z = 3c/√(9 - c²).
      expect((3 * input) / Math.sqrt(9 - input * input)).toBeCloseTo(of.scaled[row], 5);
      expect(isMissing).toBe(hasGaps ? Number(of.values[row] === null) : undefined);
    });
  });
});

describe("categories", () => {
  test("have the inputs of OneHotEncoder, in the order of frequency instead of text", () => {
    const { training, new: rows, levels, encoded } = golden.categories;
    const preparation = prepared({ a: training });
    const count = (level: string) => training.filter((other) => other === level).length;
    const byFrequency = levels.slice().sort((a, b) => count(b) - count(a) || (a < b ? -1 : 1));
    expect(inputNames(preparation)).toEqual(byFrequency.map((level) => `a=${level}`));
    const expected = encoded.map((row) => byFrequency.map((level) => row[levels.indexOf(level)]));
    expect(inputs(preparation, { a: rows })).toEqual(expected);
  });

  test("of two levels have the one input of drop='if_binary', from -1 instead of 0, up for the rarer level", () => {
    const { values, encoded, levels } = golden.categories.pair;
    const [name] = inputNames(prepared({ a: values }));
    const sign = name === `a=${levels[1]}` ? 1 : -1;
    expect(inputs(prepared({ a: values }), { a: values })).toEqual(encoded.map((x) => [sign * (2 * x - 1)]));
  });
});

describe("measures", () => {
  test("of classes: one is never predicted, one is predicted and not there", () => {
    const { actual, probabilities, predicted, ...expected } = golden.classification;
    const labels = ["a", "b", "c", "d"];
    const coding = { name: "y", labels, counts: [1, 1, 1, 1] };
    const outputs = Float64Array.from(probabilities.flat());
    const decided = decideClasses(coding, outputs, "probable");
    const found = measureClasses(coding, Int32Array.from(actual), decided, outputs);
    expect(Array.from(decided)).toEqual(predicted);
    expect(found.confusion).toEqual(expected.confusion);
    expect(found.accuracy).toBeCloseTo(expected.accuracy, 12);
    expect(found.balancedAccuracy).toBeCloseTo(expected.balancedAccuracy, 12);
    expect(found.logLoss).toBeCloseTo(expected.logLoss, 12);
    found.classes.forEach(({ label, precision, recall, f1, rows }, c) => {
      expect([label, rows]).toEqual([labels[c], expected.support[c]]);
      expect(precision).toBeCloseTo(expected.precision[c], 12);
      expect(recall).toBeCloseTo(expected.recall[c], 12);
      expect(f1).toBeCloseTo(expected.f1[c], 12);
    });
  });

  test("of numbers", () => {
    const { actual, predicted, ...expected } = golden.regression;
    const found = measureNumbers(0, Float64Array.from(actual), predicted);
    expect(found.r2).toBeCloseTo(expected.r2, 12);
    expect(found.rootMeanSquaredError).toBeCloseTo(expected.rootMeanSquaredError, 10);
    expect(found.meanAbsoluteError).toBeCloseTo(expected.meanAbsoluteError, 10);
  });
});

/** Models without hidden layers, like those of scikit-learn. */
const LINEAR = { target: "y", recipe: "lbfgs", hidden: [], members: 1, epochs: 100 } as const;

describe("permutation importance", () => {
  const rowsOf = ({ y }: Importances) => golden.importance.x.map((row, r) => ({ ...row, y: y[r] }));

  /** Columns are named by their number. Falls of 200 shuffles lie near the mean of scikit-learn's 200. */
  function check(found: Importance[], expected: Importances): void {
    expect(found.map(({ column }) => column).slice(0, 2)).toEqual(["0", "1"]);
    for (const { column, importance, deviation } of found) {
      const [mean, spread] = [expected.mean[Number(column)], expected.deviation[Number(column)]];
      expect(Math.abs(importance - mean), `column ${column}`).toBeLessThan(0.3 * spread + 0.005);
      expect(deviation / (spread + 0.005), `deviation of column ${column}`).toBeLessThan(1.3);
      expect((deviation + 0.005) / spread, `deviation of column ${column}`).toBeGreaterThan(0.75);
    }
  }

  test("of a regression falls like R² in scikit-learn", async () => {
    const rows = rowsOf(golden.importance.number);
    const model = new Regressor(LINEAR);
    await model.fit(rows);
    check(model.importance(rows, { repeats: 200 }), golden.importance.number);
  });

  test("of a classification falls like accuracy in scikit-learn", async () => {
    const rows = rowsOf(golden.importance.label);
    const model = new Classifier(LINEAR);
    await model.fit(rows);
    check(model.importance(rows, { repeats: 200 }), golden.importance.label);
  });
});
