/** Losses with a number of their own: huber's delta and label smoothing, values and gradients. */

import { describe, test } from "vitest";
import { dense, type LossInput, Network, SpecError } from "../../src/index.js";
import { BUILDS, expectClose, expectError, floats, lists, wholes } from "../helpers.js";
import type { Row } from "../reference.js";

describe.each(BUILDS)("$name", (math) => {
  const x = floats(30 * 4, 1, 2);
  const network = (loss: LossInput, layer = dense(3)) =>
    new Network({ inputs: 4, layers: [layer], loss, math });
  const mean = (values: Row) => values.reduce((sum, value) => sum + value, 0) / values.length;

  test.each([0.3, 1, 4])("huber with delta %f", (delta) => {
    const made = network({ type: "huber", delta });
    const y = floats(90, 2, 3);
    const errors = Array.from(made.predict(x), (a, i) => a - y[i]);
    const wanted = errors.map((e) => (Math.abs(e) <= delta ? e ** 2 / 2 : delta * (Math.abs(e) - delta / 2)));
    expectClose([made.loss(x, y)], [mean(wanted)], 1e-5);
    const slopes = errors.map((e) => Math.max(-delta, Math.min(e, delta)) / 90);
    const db = [0, 1, 2].map((unit) =>
      slopes.filter((_, i) => i % 3 === unit).reduce((sum, g) => sum + g, 0),
    );
    expectClose(made.gradients(x, y).b1, db, 1e-5);
  });

  test.each([0, 0.1, 0.5])("labelSmoothing %f of classes", (labelSmoothing) => {
    const made = network({ type: "categoricalCrossentropy", labelSmoothing }, dense(3, "softmax"));
    const labels = wholes(30, 2, 3);
    const smooth = labels.flatMap((label) =>
      [0, 1, 2].map((c) => Number(c === label) * (1 - labelSmoothing) + labelSmoothing / 3),
    );
    const p = made.predict(x);
    const wanted = -smooth.reduce((sum, t, i) => sum + t * Math.log(p[i]), 0) / 30;
    expectClose([made.loss(x, labels)], [wanted], 1e-5);
    const db = [0, 1, 2].map((unit) =>
      smooth.reduce((sum, t, i) => sum + (i % 3 === unit ? (p[i] - t) / 30 : 0), 0),
    );
    expectClose(made.gradients(x, labels).b1, db, 1e-5);
  });

  test.each([0, 0.1, 0.5])("labelSmoothing %f of decisions", (labelSmoothing) => {
    const made = network({ type: "binaryCrossentropy", labelSmoothing }, dense(3, "sigmoid"));
    const y = wholes(90, 2, 2);
    const p = made.predict(x);
    const smooth = y.map((t) => t * (1 - labelSmoothing) + labelSmoothing / 2);
    const wanted = mean(smooth.map((t, i) => -t * Math.log(p[i]) - (1 - t) * Math.log(1 - p[i])));
    expectClose([made.loss(x, y)], [wanted], 1e-5);
    const accuracy = mean(y.map((t, i) => Number(p[i] > 0.5 === t > 0.5)));
    expectClose([made.evaluate(x, y, { metrics: ["accuracy"] }).accuracy as number], [accuracy], 1e-12);
  });

  test.each<[unknown, (string | RegExp)[]]>([
    [{ type: "huber", delta: 0 }, ["delta of huber is 0"]],
    [{ type: "huber", labelSmoothing: 0.1 }, ['"labelSmoothing" of huber', "delta"]],
    [
      { type: "categoricalCrossentropy", labelSmoothing: 1 },
      ["labelSmoothing of categoricalCrossentropy is 1", "below 1"],
    ],
    ["meanSquareError", ['"meanSquareError"', 'did you mean "meanSquaredError"?', lists("huber")]],
  ])("%o is refused", async (loss, parts) => {
    await expectError(() => network(loss as LossInput), SpecError, parts);
  });
});
