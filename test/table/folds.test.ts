/** An honest score by folds: what is wrong is said before training, and parts without a choice are predicted. */

import { expect, test } from "vitest";
import { Classifier, Regressor } from "../../src/table.js";
import { FAST, faultOf, ROWS } from "./tools.js";

test("too many folds are refused before training", async () => {
  let epochs = 0;
  const onEpoch = () => {
    epochs++;
  };
  const rows = ROWS.map((row, i) => ({ ...row, who: `p${i % 3}` }));
  const fit = (options: object) =>
    new Classifier({ target: "kind", ...FAST, ...options }).fit(rows, { folds: 61, onEpoch });
  expect(await faultOf(() => fit({}))).toBe(
    "SpecError: folds is 61, but the rows make only 60: give at most 60.",
  );
  expect(await faultOf(() => fit({ groups: "who" }))).toBe(
    'SpecError: folds is 61, but the groups of "who" make only 3: give at most 3.',
  );
  expect(epochs).toBe(0);
});

test("a class of one row is predicted wrong, and the other classes by models of their own", async () => {
  const rows = Array.from({ length: 30 }, (_, i) => ({ x: i % 2, y: i === 4 ? "rare" : "usual" }));
  const report = await new Classifier({ target: "y", ...FAST, epochs: 100 }).fit(rows, { folds: 3 });
  const { classes, accuracy, worst } = report.measures ?? { classes: [], accuracy: 0, worst: [] };
  expect(classes.map(({ label, recall }) => [label, recall])).toEqual([
    ["rare", 0],
    ["usual", 1],
  ]);
  expect(accuracy).toBeCloseTo(29 / 30, 12);
  // The part without it has one class, which is certain there.
  expect(worst).toEqual([{ row: 4, actual: "rare", predicted: "usual", probability: 0 }]);
});

test("a number that differs in one row is predicted as the others, beside a target that varies", async () => {
  const rows = Array.from({ length: 30 }, (_, i) => ({ x: i % 10, y: i === 4 ? 7 : 2, z: i % 10 }));
  const report = await new Regressor({ target: ["y", "z"], ...FAST, epochs: 100 }).fit(rows, { folds: 3 });
  const [y, z] = report.data.targets;
  expect(y.measures?.worst[0]).toMatchObject({ row: 4, actual: 7 });
  expect(y.measures?.worst[0].predicted).toBeCloseTo(2, 6);
  expect(z.measures?.r2).toBeGreaterThan(0.9);
});

test("times as text are dates, which order the rows and are an input", async () => {
  const day = (i: number) => new Date(Date.UTC(2024, 0, 1 + i)).toISOString().slice(0, 10);
  const rows = Array.from({ length: 60 }, (_, i) => ({ when: day(i), y: i }));
  const model = new Regressor({ target: "y", time: "when", ...FAST, epochs: 2 });
  await model.fit(rows);
  expect(model.spec.preparation?.columns[0]).toMatchObject({ name: "when", kind: "date" });
  const given = new Regressor({ target: "y", time: "when", columns: { when: "ignore" }, ...FAST, epochs: 2 });
  expect(await faultOf(() => given.fit(rows))).toContain('"when": as the option columns says');
});
