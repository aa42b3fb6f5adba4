/** Folds that find the epochs and the temperature of small classifications, before the members train on all rows. */

import { expect, test } from "vitest";
import { Classifier, Regressor } from "../../src/table.js";
import { floats } from "../helpers.js";

const ROWS = 200;
const WIDTH = 8;

/** Rows whose label depends on the first column with a probability, and on nothing else. */
function table(seed: number, share: number) {
  const values = floats(ROWS * WIDTH, seed, 1);
  const luck = floats(ROWS, seed + 1, 1);
  return Array.from({ length: ROWS }, (_, row) => {
    const x = Array.from(values.subarray(row * WIDTH, (row + 1) * WIDTH));
    const isRight = (luck[row] + 1) / 2 < share;
    return {
      ...Object.fromEntries(x.map((value, i) => [`x${i}`, value])),
      y: x[0] > 0 === isRight ? "a" : "b",
    };
  });
}

async function trained(
  rows: Record<string, unknown>[],
  options: { tuningFolds?: number; time?: string } = {},
) {
  const seen = new Map<number, number>();
  const model = new Classifier({ target: "y", ...options });
  const report = await model.fit(rows, {
    onEpoch: ({ member, valLoss }) => {
      seen.set(member, (seen.get(member) ?? 0) + 1);
      if (member > 5) expect(valLoss).toBe(undefined);
    },
  });
  return { model, report, epochs: [...seen.values()] };
}

test("networks of columns that say nothing are no surer than they may be", async () => {
  const [noise, others] = [table(1, 0.5), table(7, 0.5)];
  const [tuned, plain] = [await trained(noise), await trained(noise, { tuningFolds: 0 })];
  expect(plain.model.evaluate(others).logLoss).toBeGreaterThan(0.8);
  expect(tuned.model.evaluate(others).logLoss).toBeLessThan(Math.LN2 + 0.06);
  // The log loss of rows that no network had seen is honest.
  expect(Math.abs((tuned.report.measures?.logLoss ?? 9) - Math.LN2)).toBeLessThan(0.06);
  expect(plain.report.measures).toBe(undefined);
});

test("members train for the mean of the best epochs of the folds", async () => {
  const { report, epochs } = await trained(table(3, 0.9));
  expect(epochs.slice(0, 5)).toEqual([200, 200, 200, 200, 200]);
  const [one, ...others] = epochs.slice(5);
  expect(others).toEqual([one, one, one, one]);
  expect(one).toBeLessThan(200);
  expect(report.measures?.rows).toBe(ROWS);
  expect(String(report)).toContain("up to 200 epochs, chosen by 5 folds");
});

test("rows with times are tuned on the latest alone", async () => {
  const rows = table(4, 0.9).map((row, i) => ({ ...row, when: (i * 7) % ROWS }));
  const { report, epochs } = await trained(rows, { time: "when" });
  expect(epochs).toHaveLength(6);
  expect(report.measures?.rows).toBe(ROWS / 5);
});

test("models of folds take the epochs over", async () => {
  const rows = table(5, 0.9);
  const seen: number[] = [];
  await new Classifier({ target: "y", members: 1 }).fit(rows, {
    folds: 3,
    onEpoch: ({ member, members }) => {
      expect(members).toBe(5 + 1 + 3);
      seen[member - 1] = (seen[member - 1] ?? 0) + 1;
    },
  });
  expect(seen.slice(6)).toEqual([seen[5], seen[5], seen[5]]);
});

test.each([
  [1, undefined],
  [2, ROWS],
  [3, ROWS],
])("%d groups fill few folds, and give validation rows as far as they go", async (groups, rows) => {
  const grouped = table(6, 0.9).map((row, i) => ({ ...row, group: i % groups, z: Math.sin(i) }));
  const few = { groups: "group", epochs: 3, members: 5 };
  const classified = await new Classifier({ target: "y", columns: { z: "ignore" }, ...few }).fit(grouped);
  expect(classified.measures?.rows).toBe(rows);
  const regressed = await new Regressor({ target: "z", ...few }).fit(grouped);
  expect(regressed.measures?.rows).toBe(rows);
});

test("rows of no weight are nothing to validate on", async () => {
  const rows = table(6, 0.9).map((row, i) => ({ ...row, group: i % 5 }));
  const model = new Classifier({ target: "y", groups: "group", epochs: 3, members: 1 });
  const report = await model.fit(rows, { sampleWeight: rows.map(({ group }) => Number(group < 2)) });
  expect(report.measures?.rows).toBe((2 * ROWS) / 5);
});
