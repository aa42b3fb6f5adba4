/** Steps between two messages of a worker: some tens of messages a second on any machine. */

import { expect, test } from "vitest";
import { Pace } from "../../src/fit/pace.js";

/** Messages a second, once it has settled, on a machine that makes so many steps a millisecond. */
function rateOf(stepsPerMillisecond: number, least: number, most = 1e9): number {
  const pace = new Pace(least, most);
  let time = 0;
  for (let i = 0; i < 100; i++) {
    time = pace.steps / stepsPerMillisecond;
    pace.measure(pace.steps, Math.floor(time));
  }
  return 1000 / time;
}

test.each([0.5, 1, 3, 20, 1000, 1e6])("at %d steps a millisecond", (speed) => {
  expect(rateOf(speed, 1)).toBeGreaterThan(15);
  expect(rateOf(speed, 1)).toBeLessThan(40);
});

test("steps that take longer come one by one, and never fewer than the least", () => {
  expect(rateOf(0.01, 1)).toBe(10);
  expect(rateOf(1, 500)).toBe(2);
});

test("the end of an epoch does not shrink it, and a clock that stands still ends at the most", () => {
  const pace = new Pace(10, 400);
  for (let i = 0; i < 9; i++) pace.measure(pace.steps, 0);
  expect(pace.steps).toBe(400);
  pace.measure(3, 1);
  expect(pace.steps).toBe(400);
  pace.measure(3, 80);
  expect(pace.steps).toBe(10);
});
