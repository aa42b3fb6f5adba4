/** Importance and explanations beside their definitions, computed here with loops over predict; and the page of a report. */

import { describe, expect, test } from "vitest";
import { permutation } from "../../src/table/draw.js";
import { Classifier, Regressor } from "../../src/table.js";
import { FAST, faultOf, ROWS } from "./tools.js";

const trainedClassifier = async () => {
  const model = new Classifier({ target: "kind", columns: { price: "ignore" }, ...FAST });
  await model.fit(ROWS);
  return model;
};

describe("importance", () => {
  test("is the fall of accuracy when a column is shuffled, most for the column that decides", async () => {
    const model = await trainedClassifier();
    const [first, second] = model.importance(ROWS, { repeats: 20 });
    expect([first.column, second.column]).toEqual(["size", "colour"]);
    // The expected accuracy of a random order: with chance 1/2 a row gets a size of the other kind.
    expect(first.importance).toBeGreaterThan(0.4);
    expect(first.importance).toBeLessThan(0.6);
    expect(Math.abs(second.importance)).toBeLessThan(0.02);
    expect(model.importance(ROWS, { repeats: 20 })[0]).toEqual(first);
  });

  test("is that of shuffled rows given to predict", async () => {
    const model = new Regressor({ target: "price", columns: { kind: "ignore" }, ...FAST, epochs: 100 });
    await model.fit(ROWS);
    const y = ROWS.map(({ price }) => price);
    const mean = y.reduce((a, b) => a + b) / y.length;
    const total = y.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    const r2 = (rows: readonly object[]) =>
      1 - model.predict(rows as (typeof ROWS)[0][]).reduce((sum, p, i) => sum + (p - y[i]) ** 2, 0) / total;
    const falls = Array.from({ length: 60 }, (_, repeat) => {
      const order = permutation(ROWS.length, repeat, 99);
      return r2(ROWS) - r2(ROWS.map((row, i) => ({ ...row, size: ROWS[order[i]].size })));
    });
    const average = falls.reduce((a, b) => a + b) / falls.length;
    const spread = Math.sqrt(falls.reduce((sum, fall) => sum + (fall - average) ** 2, 0) / falls.length);
    const [size] = model.importance(ROWS, { repeats: 60 });
    expect(size.column).toBe("size");
    expect(Math.abs(size.importance - average)).toBeLessThan((3 * spread * Math.SQRT2) / Math.sqrt(60));
    expect(size.deviation / spread).toBeGreaterThan(0.5);
    expect(size.deviation / spread).toBeLessThan(2);
  });
});

describe("explain", () => {
  test("sums to the difference of probabilities within 1 %", async () => {
    const model = await trainedClassifier();
    for (const row of ROWS.slice(0, 20)) {
      const { prediction, value, base, contributions } = model.explain(row);
      expect(prediction).toBe(model.predict(row));
      expect(value).toBeCloseTo(model.probabilities(row)[String(prediction)], 6);
      const sum = contributions.reduce((total, { adds }) => total + adds, 0);
      expect(Math.abs(sum - (value - base))).toBeLessThanOrEqual(0.01 * Math.abs(value - base) + 1e-6);
    }
    const { contributions } = model.explain({ size: 16, colour: "red" });
    expect(contributions[0]).toMatchObject({ column: "size", value: 16 });
  });

  test("has the mean gradient between the median row and the row, by finite differences", async () => {
    const model = new Regressor({
      target: "price",
      columns: { kind: "ignore", colour: "ignore" },
      ...FAST,
      clamp: false,
    });
    const rows = ROWS.map((row, i) => ({ ...row, other: (i * 7) % 11 }));
    await model.fit(rows);
    const { plans, inputs } = { plans: model.spec.preparation?.columns ?? [], inputs: ["size", "other"] };
    const row: Record<string, number> = { size: 15, other: 9 };
    const centers = inputs.map(
      (name) => plans.find((plan) => plan.name === name) as { median: number; scale: number },
    );
    // The model as a function of scaled values: x is found again from z/√(1 + (z/3)²) = a by z = a/√(1 - (a/3)²).
    const scaled = (x: number, i: number) => {
      const z = (x - centers[i].median) / centers[i].scale;
      return z / Math.sqrt(1 + (z / 3) ** 2);
    };
    const output = (a: number[]) => {
      const values = a.map(
        (v, i) => centers[i].median + (centers[i].scale * v) / Math.sqrt(1 - (v / 3) ** 2),
      );
      return model.predict({ size: values[0], other: values[1] });
    };
    const ends = inputs.map((name, i) => scaled(row[name], i));
    const parts = [0, 0];
    const [steps, h] = [100, 1e-3];
    for (let s = 0; s < steps; s++) {
      const at = ends.map((end) => (end * (s + 0.5)) / steps);
      for (const i of [0, 1]) {
        const moved = (by: number) => output(at.map((a, k) => (k === i ? a + by : a)));
        parts[i] += (ends[i] * (moved(h) - moved(-h))) / (2 * h * steps);
      }
    }
    const { contributions } = model.explain(row);
    inputs.forEach((name, i) => {
      const own = contributions.find(({ column }) => column === name)?.adds ?? 0;
      expect(Math.abs(own - parts[i])).toBeLessThan(0.02 * (Math.abs(parts[0]) + Math.abs(parts[1])));
    });
  });

  test("is in the units of a target that was learnt as a logarithm, and takes one row", async () => {
    const model = new Regressor({ target: "price", transform: "log", ...FAST });
    await model.fit(ROWS);
    const { prediction, value, base, contributions } = model.explain(ROWS[3]);
    expect(value).toBe(prediction);
    const sum = contributions.reduce((total, { adds }) => total + adds, 0);
    expect(Math.abs(sum - (value - base))).toBeLessThan(0.01 * Math.abs(value - base) + 1e-4);
    expect(await faultOf(() => model.explain(ROWS as unknown as { size: number }))).toContain(
      "DataError: explain got an array of 60: give one row",
    );
  });
});

describe("the page of a report", () => {
  test("has scores, classes, confusion, calibration, worst rows, importance and curves", async () => {
    const model = new Classifier({ target: "kind", columns: { price: "ignore" }, ...FAST });
    const report = await model.fit(ROWS, { folds: 3 });
    const html = report.toHTML({ importance: model.importance(ROWS) });
    for (const title of [
      "Classes",
      "Confusion",
      "Calibration",
      "Most wrong about",
      "Importance",
      "Loss",
      "Columns",
    ]) {
      expect(html).toContain(`<h2>${title}</h2>`);
    }
    expect(html.match(/<polyline/g)).toHaveLength(2);
    expect(html).not.toMatch(/src=|href=|<script|NaN|undefined/);
  });

  test("shows importance by target, and rows by the names that are given", async () => {
    const model = new Classifier({ target: ["kind", "colour"], ...FAST, epochs: 2 });
    const report = await model.fit(ROWS, { folds: 2 });
    const importance = model.importance(ROWS);
    const html = report.toHTML({ importance, place: (row) => `line ${row + 2}` });
    const [, ofKind, ofColour] = html.split("<h2>Importance</h2>");
    expect(ofKind).toContain(String(importance.kind[0].column));
    expect(ofColour).toContain(String(importance.colour[0].column));
    const [{ row }] = report.data.targets[1].measures?.worst ?? [];
    expect(html).toContain(`>line ${row + 2}<`);
    expect(await faultOf(() => report.toHTML({ place: 5 as never }))).toBe(
      "SpecError: place is 5: give a function.",
    );
  });

  test("escapes names and labels", async () => {
    const rows = ROWS.map(({ size, kind }) => ({ "<b>&\"'": size, y: `<img src=x> ${kind}` }));
    const html = (await new Classifier({ target: "y", ...FAST, epochs: 2 }).fit(rows, { folds: 2 })).toHTML();
    expect(html).not.toContain("<img");
    expect(html).toContain("&lt;img src=x&gt; small");
    expect(html).toContain("&lt;b&gt;&amp;&quot;&#39;");
  });

  test("of a regression without a score says so", async () => {
    const html = (await new Regressor({ target: "price", ...FAST, epochs: 2 }).fit(ROWS)).toHTML();
    expect(html).toContain("No rows were kept for a score.");
    expect(html).toContain("<title>Regression of price</title>");
  });
});
