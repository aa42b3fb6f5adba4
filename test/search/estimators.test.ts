/** Searches over estimators, which name no loss. */

import { expect, test } from "vitest";
import { choice, search } from "../../src/search.js";
import { Classifier, Regressor } from "../../src/table.js";

test.each([
  { Estimator: Classifier, measure: "logLoss", label: (a: number) => (a > 0 ? "high" : "low") },
  { Estimator: Regressor, measure: "rootMeanSquaredError", label: (a: number) => a },
])("without metrics, $measure of an estimator stands for the loss", async ({ Estimator, measure, label }) => {
  const rows = Array.from({ length: 40 }, (_, i) => ({ a: Math.sin(i) }));
  const targets = rows.map(({ a }) => label(a));
  const make = ({ epochs }: { epochs: number }) => new Estimator({ epochs, members: 1 });
  const run = (options: object) =>
    search({ epochs: choice([1, 150]) }, make as never, rows as never, targets as never, {
      trials: 6,
      seed: 2,
      ...options,
    });
  const { best, trials } = await run({});
  expect(best.settings.epochs).toBe(150);
  const named = await run({ monitor: measure, mode: "min" });
  expect(trials.map(({ score }) => score)).toEqual(named.trials.map(({ score }) => score));
  await expect(run({ monitor: "nonsense", mode: "min" })).rejects.toThrow(
    'monitor is "nonsense", but the model measures "rows"',
  );
});
