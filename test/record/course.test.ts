/** How far a fit has come, by the reports of batches and epochs and a clock of the test. */

import { expect, test } from "vitest";
import { Course } from "../../src/record/course.js";

test("the rate within an epoch counts from its first batch, and the loss is the mean over its rows", () => {
  let time = 60_000;
  const course = new Course(() => time);
  const batch = (epoch: number, batch: number, loss: number) => {
    const report = { epoch, epochs: 2, batch, batches: 3, step: 0, rows: 10 * batch, loss };
    course.addBatch(report);
    return course.report(report);
  };
  expect(batch(1, 1, 8)).toMatchObject({ loss: 8, samplesPerSecond: 0 });
  time += 500;
  // 10 and 20 rows in half a second; (8·10 + 2·20) / 30.
  expect(batch(1, 2, 2)).toMatchObject({ loss: 4, samplesPerSecond: 60 });
  expect(course.share).toBeCloseTo(2 / 6, 12);
  time += 500;
  expect(batch(2, 1, 1)).toMatchObject({ loss: 1, samplesPerSecond: 0 });
  time += 1000;
  expect(batch(2, 2, 4)).toMatchObject({ loss: 3, samplesPerSecond: 30 });
  expect(course.share).toBeCloseTo(5 / 6, 12);
  // Two seconds for five sixths.
  expect(course.left).toBeCloseTo(2 / 5, 12);
});
