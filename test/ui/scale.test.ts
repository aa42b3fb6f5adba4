import { describe, expect, test } from "vitest";
import { epochScale, linearScale, logScale, stepOf, tickText } from "../../src/ui/scale.js";

describe("linear", () => {
  test.each([
    [0.013, 2.31, [0, 0.5, 1, 1.5, 2, 2.5]],
    [0.91, 0.983, [0.9, 0.92, 0.94, 0.96, 0.98, 1]],
    [-3, 7, [-4, -2, 0, 2, 4, 6, 8]],
    [0, 0.3, [0, 0.1, 0.2, 0.3]],
    [12_345, 67_890, [0, 20_000, 40_000, 60_000, 80_000]],
    [5, 5, [2, 3, 4, 5, 6, 7, 8]],
    [0, 0, [-0.6, -0.4, -0.2, 0, 0.2, 0.4, 0.6]],
  ])("from %d to %d", (low, high, ticks) => {
    expect(linearScale(low, high, [0, 100]).ticks).toEqual(ticks);
  });

  test("the ends are ticks, and values between are in proportion", () => {
    const { at, ticks } = linearScale(0.1, 9, [200, 0]);
    expect([ticks[0], ticks.at(-1)]).toEqual([0, 10]);
    expect([0, 2.5, 10].map(at)).toEqual([200, 150, 0]);
  });

  test("steps are 1, 2 or 5 times a power of ten, at most as many as asked for", () => {
    for (let width = 1e-4; width < 1e6; width *= 1.37) {
      const step = stepOf(width, 5);
      expect(width / step).toBeLessThanOrEqual(5 + 1e-9);
      expect(width / step).toBeGreaterThan(5 / 2.6);
      expect(["1", "2", "5"]).toContain(step.toExponential(3).replace(/\.?0*e.*/, ""));
    }
  });
});

test("logarithmic: powers of ten, and no value of 0 or less", () => {
  const { at, ticks } = logScale(0.02, 3, [90, 0]);
  expect(ticks).toEqual([0.01, 0.1, 1, 10]);
  expect([0.01, 0.1, 10].map((value) => Math.round(at(value)))).toEqual([90, 60, 0]);
  expect([at(0), at(-1)]).toEqual([Number.NaN, Number.NaN]);
  expect(logScale(1e-12, 1, [0, 1]).ticks).toEqual([1e-12, 1e-9, 1e-6, 1e-3, 1]);
  expect(logScale(1, 1, [0, 1]).ticks).toEqual([1, 10]);
});

test.each([
  [1, [1]],
  [5, [1, 2, 3, 4, 5]],
  [30, [1, 5, 10, 15, 20, 25, 30]],
  [1000, [1, 200, 400, 600, 800, 1000]],
])("%d epochs are marked at whole numbers", (epochs, ticks) => {
  const scale = epochScale(epochs, [0, 99]);
  expect(scale.ticks).toEqual(ticks);
  expect(scale.at(1)).toBe(0);
  if (epochs > 1) expect(scale.at(epochs)).toBe(99);
});

test("texts of ticks", () => {
  expect([0, 0.5, 0.002, 1e-4, 20_000, 2e6].map(tickText)).toEqual([
    ...["0", "0.5", "0.002", "1e-4", "20,000", "2e6"],
  ]);
});
