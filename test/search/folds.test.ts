/** Folds and splits: what holds for every seed, and small cases by hand. */

import { describe, expect, test } from "vitest";
import { DataError, ShapeError, SpecError } from "../../src/errors.js";
import { type Fold, folds, split } from "../../src/search.js";

const SEEDS = Array.from({ length: 30 }, (_, seed) => seed);
const numbers = (rows: number) => Array.from({ length: rows }, (_, row) => row);

/** Checks that the tests of some folds have every row once, and that each trains on all others, in ascending order. */
function expectPartition(some: readonly Fold[], rows: number): void {
  expect(some.flatMap(({ test }) => [...test]).sort((a, b) => a - b)).toEqual(numbers(rows));
  for (const { train, test } of some) {
    expect([...train, ...test].sort((a, b) => a - b)).toEqual(numbers(rows));
    for (const list of [train, test]) expect([...list]).toEqual([...list].sort((a, b) => a - b));
  }
}

const count = (labels: readonly unknown[], rows: Int32Array, label: unknown) =>
  [...rows].filter((row) => labels[row] === label).length;

describe("folds", () => {
  test.each(SEEDS)("seed %i: each row once, in folds of the same size to within one", (seed) => {
    const rows = 20 + 7 * seed;
    const some = folds(rows, { folds: 4, seed });
    expectPartition(some, rows);
    for (const { test } of some) expect(Math.abs(test.length - rows / 4)).toBeLessThan(1);
  });

  test.each(SEEDS)("seed %i: every fold has its share of each class to within one", (seed) => {
    const labels = numbers(97).map((row) => ["a", "b", "c"][Math.floor(((row * 31 + seed) % 97) / 45)]);
    const some = folds(97, { folds: 5, stratify: labels, seed });
    expectPartition(some, 97);
    for (const label of ["a", "b", "c"]) {
      const total = labels.filter((entry) => entry === label).length;
      for (const { test } of some) expect(Math.abs(count(labels, test, label) - total / 5)).toBeLessThan(1);
    }
  });

  test.each(SEEDS)("seed %i: a group is in one fold as a whole, and folds are of about one size", (seed) => {
    const groups = numbers(120).map((row) => `g${(row * 13 + seed) % 17}`);
    const some = folds(120, { folds: 4, groups, seed });
    expectPartition(some, 120);
    for (const { train, test } of some) {
      const inside = new Set([...test].map((row) => groups[row]));
      for (const row of train) expect(inside.has(groups[row])).toBe(false);
      expect(Math.abs(test.length - 30)).toBeLessThanOrEqual(8);
    }
  });

  test("repeats divide all rows anew", () => {
    const some = folds(30, { folds: 3, repeats: 4, seed: 1 });
    expect(some.length).toBe(12);
    for (let repeat = 0; repeat < 4; repeat++) expectPartition(some.slice(3 * repeat, 3 * repeat + 3), 30);
    expect(new Set(some.map(({ test }) => test.join())).size).toBe(12);
  });

  test("the seed decides, and 0 is one like any other", () => {
    expect(folds(50, { seed: 3 })).toEqual(folds(50, { seed: 3 }));
    expect(folds(50)).toEqual(folds(50, { seed: 0 }));
    expect(folds(50, { seed: 3 })).not.toEqual(folds(50, { seed: 4 }));
  });

  test("a series, as scikit-learn's TimeSeriesSplit divides it", () => {
    // TimeSeriesSplit(n_splits=3).split(range(10)), and with gap=1.
    const plain = folds(10, { folds: 3, series: true });
    expect(plain.map(({ train, test }) => [[...train], [...test]])).toEqual([
      [numbers(4), [4, 5]],
      [numbers(6), [6, 7]],
      [numbers(8), [8, 9]],
    ]);
    const [first] = folds(10, { folds: 3, series: true, gap: 1 });
    expect([[...first.train], [...first.test]]).toEqual([
      [0, 1, 2],
      [4, 5],
    ]);
  });

  test("mistakes", () => {
    expect(() => folds(3, { folds: 4 })).toThrow(DataError);
    expect(() => folds(9, { folds: 4, groups: [1, 1, 1, 2, 2, 2, 3, 3, 3] })).toThrow(/3 groups for 4 folds/);
    expect(() => folds(9, { folds: 1 })).toThrow(SpecError);
    expect(() => folds(9, { stratify: [1, 2], folds: 2 })).toThrow(ShapeError);
    expect(() => folds(9, { stratify: numbers(9), groups: numbers(9) })).toThrow(/one of/);
    expect(() => folds(9, { gap: 1 })).toThrow(/series/);
    expect(() => folds(4, { folds: 3, series: true, gap: 3 })).toThrow(DataError);
  });
});

describe("split", () => {
  const labels = numbers(60).map((row) => (row % 4 === 0 ? 1 : 0));

  test.each(SEEDS)("seed %i: rows, targets and numbers go together, classes in their shares", (seed) => {
    const x = Float32Array.from({ length: 120 }, (_, i) => i);
    const { train, test } = split(x, labels, { test: 0.3, stratify: true, seed });
    expect([...train.rows, ...test.rows].sort((a, b) => a - b)).toEqual(numbers(60));
    expect(test.rows.length).toBe(18);
    for (const part of [train, test]) {
      expect(part.x).toBeInstanceOf(Float32Array);
      part.rows.forEach((row, i) => {
        expect([part.x[2 * i], part.x[2 * i + 1], part.y[i]]).toEqual([2 * row, 2 * row + 1, labels[row]]);
      });
    }
    expect(Math.abs(count(labels, test.rows, 1) - 4.5)).toBeLessThanOrEqual(1);
  });

  test("rows of any kind, with y of several targets", () => {
    const x = numbers(10).map((row) => ({ row }));
    const y = numbers(10).map((row) => [row, -row]);
    const { train, test } = split(x, y, { seed: 5 });
    expect(test.rows.length).toBe(2);
    train.rows.forEach((row, i) => {
      expect([train.x[i], train.y[i]]).toEqual([{ row }, [row, -row]]);
    });
    expect(split(numbers(30), numbers(20), { rows: 10 }).test.y.length).toBe(4);
  });

  test("mistakes", () => {
    expect(() => split([1, 2, 3], [[1], [2]])).toThrow(ShapeError);
    expect(() => split([1, 2], [1, 2], { test: 0 })).toThrow(SpecError);
    expect(() => split([1, 2], [1, 2], { test: 1 })).toThrow(SpecError);
    expect(() => split("x" as never, [1])).toThrow(/x is "x"/);
  });
});
