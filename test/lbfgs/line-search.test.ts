/** The line search of L-BFGS: the conditions of the place that it finds, and what ends it. */

import { describe, expect, test } from "vitest";
import { completeSync, type Slices } from "../../src/engine/scheduler.js";
import { type Point, searchLine } from "../../src/lbfgs/line-search.js";

describe("the line search", () => {
  type Line = { name: string; f: (t: number) => number; df: (t: number) => number };
  const LINES: Line[] = [
    { name: "a parabola", f: (t) => (t - 3) ** 2, df: (t) => 2 * (t - 3) },
    { name: "a minimum close by", f: (t) => (t - 0.01) ** 2, df: (t) => 2 * (t - 0.01) },
    { name: "a minimum far away", f: (t) => (t - 500) ** 2, df: (t) => 2 * (t - 500) },
    // Moré and Thuente (1994), functions 1 and 2.
    {
      name: "a valley with a plateau",
      f: (t) => -t / (t * t + 2),
      df: (t) => (t * t - 2) / (t * t + 2) ** 2,
    },
    {
      name: "a steep fifth power",
      f: (t) => (t + 0.004) ** 5 - 2 * (t + 0.004) ** 4,
      df: (t) => 5 * (t + 0.004) ** 4 - 8 * (t + 0.004) ** 3,
    },
    { name: "beyond float range", f: (t) => (t > 2 ? Number.NaN : (t - 1) ** 2), df: (t) => 2 * (t - 1) },
    {
      name: "waves",
      f: (t) => (t - 4) ** 2 + 3 * Math.cos(3 * t),
      df: (t) => 2 * (t - 4) - 9 * Math.sin(3 * t),
    },
  ];

  test.each(LINES.flatMap((line) => [1e-3, 1, 30].map((first) => ({ ...line, first }))))(
    "ends at a place of the strong Wolfe conditions: $name, first $first",
    ({ f, df, first }) => {
      let calls = 0;
      const at = function* (t: number): Slices<Point> {
        yield calls++;
        return { t, value: f(t), slope: df(t) };
      };
      const { found } = completeSync(
        searchLine(at, { t: 0, value: f(0), slope: df(0) }, { first, maximumEvaluations: 60, tolerance: 0 }),
      );
      expect(calls).toBeLessThan(60);
      const { t } = found;
      expect(t).toBeGreaterThan(0);
      expect(f(t)).toBeLessThanOrEqual(f(0) + 1e-4 * t * df(0));
      expect(Math.abs(df(t))).toBeLessThanOrEqual(-0.9 * df(0));
    },
  );

  test("goes past a flat place that is hardly lower than the start", () => {
    // f(0) = 0, f'(0) = -1, and f'(1) = 0 at f(1) = -5e-5: half of the decrease that is asked for.
    const f = (t: number) => -t + 1.99985 * t ** 2 - 0.9999 * t ** 3;
    const df = (t: number) => -1 + 2 * 1.99985 * t - 3 * 0.9999 * t ** 2;
    let calls = 0;
    const at = function* (t: number): Slices<Point> {
      yield calls++;
      return { t, value: f(t), slope: df(t) };
    };
    const limits = { first: 1, maximumEvaluations: 20, tolerance: 0 };
    const { found } = completeSync(searchLine(at, { t: 0, value: 0, slope: -1 }, limits));
    expect(calls).toBeGreaterThan(1);
    expect(found.t).toBeLessThan(1);
    expect(found.value).toBeLessThanOrEqual(-1e-4 * found.t);
  });

  test("looks between two places once the line rises at the second", () => {
    const places: number[] = [];
    const at = function* (t: number): Slices<Point> {
      yield places.push(t);
      // Falls to a valley at 1/4, and is still below the start where it rises steeply at 1.
      return { t, value: t < 0.25 ? -4 * t : -1 + (t - 0.25), slope: t < 0.25 ? -4 : 5 };
    };
    const start = { t: 0, value: 0, slope: -4 };
    completeSync(searchLine(at, start, { first: 1, maximumEvaluations: 8, tolerance: 0.01 }));
    expect(places[0]).toBe(1);
    expect(Math.max(...places.slice(1))).toBeLessThan(1);
  });

  test("makes no more evaluations than it may, and ends at the best place", () => {
    let calls = 0;
    const at = function* (t: number): Slices<Point> {
      yield calls++;
      return { t, value: -t, slope: -1 };
    };
    const start = { t: 0, value: 0, slope: -1 };
    const limits = { first: 1, maximumEvaluations: 5, tolerance: 1e-9 };
    const { found, last } = completeSync(searchLine(at, start, limits));
    expect([found.t, last.t]).toEqual([16, 16]);
    expect(calls).toBe(5);
  });

  test("makes no more evaluations than it may where it narrows a bracket", () => {
    let calls = 0;
    const at = function* (t: number): Slices<Point> {
      yield calls++;
      return { t, value: t, slope: 1 };
    };
    const limits = { first: 1, maximumEvaluations: 5, tolerance: 0 };
    const { found } = completeSync(searchLine(at, { t: 0, value: 0, slope: -1 }, limits));
    expect(found.t).toBe(0);
    expect(calls).toBe(5);
  });
});
