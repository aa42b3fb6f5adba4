/** reduceOnPlateau: the rate of each epoch from what was measured. */

import { describe, expect, test } from "vitest";
import { dense, Network, reduceOnPlateau, SpecError, sgd, warmup } from "../../src/index.js";
import { expectClose, expectError, floats, wholes } from "../helpers.js";
import { far, ones, oneWeight, weightOf } from "../network/one-weight.js";

/** torch.optim.lr_scheduler.ReduceLROnPlateau with an absolute threshold: the rate of each epoch. */
function plateauRates(
  values: readonly number[],
  { learningRate = 1, rises = false, factor = 0.1, patience = 10, minDelta = 1e-4, cooldown = 0, least = 0 },
): number[] {
  let [rate, best, bad, cooling] = [learningRate, rises ? -Infinity : Infinity, 0, 0];
  return values.map((value) => {
    const now = rate;
    if (rises ? value > best + minDelta : value < best - minDelta) [best, bad] = [value, 0];
    else bad++;
    if (cooling > 0) {
      cooling--;
      bad = 0;
    }
    if (bad > patience) {
      rate = Math.max(rate * factor, least);
      [cooling, bad] = [cooldown, 0];
    }
    return now;
  });
}

describe("reduceOnPlateau", () => {
  /** A series with plateaus, by a metric of one's own. */
  const SERIES = [
    5, 4, 4, 4, 3.95, 3.95, 4, 3, 3, 3, 3, 3, 3, 2.9, 2.9, 2.9, 2.9, 2.9, 2.9, 2.9, 2.9, 1, 1, 1, 1, 1, 1, 1,
  ];
  /** The network's fit, its metric "value" following the series. */
  function rates(
    options: Partial<Parameters<typeof reduceOnPlateau>[0]>,
    series = SERIES,
    fits = [series.length],
  ): number[] {
    const network = oneWeight(reduceOnPlateau({ learningRate: 1, monitor: "value", ...options }));
    let at = 0;
    const metrics = [{ name: "value", direction: "min" as const, measure: () => series[at++] }];
    return fits.flatMap((epochs) => network.fitSync(ones(2), far(2), { epochs, metrics }).learningRate);
  }

  test.each<Partial<Parameters<typeof reduceOnPlateau>[0]>>([
    { patience: 2 },
    { patience: 0 },
    { patience: 1, factor: 0.5, cooldown: 3 },
    { patience: 2, minDelta: 0.2 },
    { patience: 1, factor: 0.3, least: 0.05 },
  ])("follows torch with %o", (options) => {
    expectClose(rates(options), plateauRates(SERIES, options), 1e-12);
    // The state goes over from one fit to the next.
    expectClose(rates(options, SERIES, [3, 1, 9, 15]), plateauRates(SERIES, options), 1e-12);
  });

  test("watches what rises with mode max", () => {
    const rising = SERIES.map((value) => -value);
    const wanted = plateauRates(rising, { patience: 2, rises: true });
    expectClose(rates({ patience: 2, mode: "max" }, rising), wanted, 1e-12);
    // The same numbers read as what should fall only ever get worse.
    expect(rates({ patience: 2, mode: "min" }, rising)).not.toEqual(wanted);
  });

  test("by default watches the loss, and an accuracy as what rises", () => {
    // The loss of the far target falls by the rate an epoch: by less than minDelta it counts as a plateau.
    const options = { learningRate: 1, patience: 1, minDelta: 3.5 };
    const loss = oneWeight(reduceOnPlateau(options));
    const history = loss.fitSync(ones(2), far(2), { epochs: 12 });
    expectClose(history.learningRate, plateauRates(history.loss, options), 1e-12);
    expect(history.learningRate[11]).toBeLessThan(0.01);

    const accuracy = new Network({
      inputs: 2,
      layers: [dense(2, "softmax")],
      optimizer: sgd({
        learningRate: reduceOnPlateau({ learningRate: 0.1, monitor: "valAccuracy", patience: 1 }),
      }),
    });
    const [x, y] = [floats(40, 1), wholes(20, 2, 2)];
    const { learningRate, valAccuracy } = accuracy.fitSync(x, y, {
      epochs: 15,
      metrics: ["accuracy"],
      validationData: [floats(20, 3), wholes(10, 4, 2)],
    });
    expectClose(
      learningRate,
      plateauRates(valAccuracy ?? [], { learningRate: 0.1, patience: 1, rises: true }),
      1e-12,
    );
    expect(learningRate[14]).toBeLessThan(0.1);
  });

  test("after a warm-up", () => {
    const series = new Array(12).fill(1);
    const network = oneWeight(
      warmup({
        steps: 4,
        after: reduceOnPlateau({ learningRate: 1, monitor: "value", patience: 5, factor: 0.5 }),
      }),
    );
    const metrics = [{ name: "value", direction: "min" as const, measure: () => series.length }];
    const { learningRate } = network.fitSync(ones(2), far(2), { epochs: 14, metrics });
    expectClose(learningRate, [0, 0.25, 0.5, 0.75, 1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.25], 1e-12);
  });

  test("a learning rate that is set begins anew", () => {
    const network = oneWeight(reduceOnPlateau({ learningRate: 1, patience: 0, minDelta: 1e9 }));
    network.fitSync(ones(2), far(2), { epochs: 3 });
    expect(network.fitSync(ones(2), far(2)).learningRate[0]).toBeCloseTo(0.01, 12);
    network.learningRate = reduceOnPlateau({ learningRate: 2 });
    expect(network.fitSync(ones(2), far(2)).learningRate).toEqual([2]);
  });

  test("what is not measured is named, and all is as before", async () => {
    const network = oneWeight(reduceOnPlateau({ learningRate: 1, monitor: "valLoss" }));
    const parts = ['monitor is "valLoss"', "only loss are measured", "validation rows"];
    await expectError(() => network.fit(ones(2), far(2)), SpecError, parts);
    expect([network.step, weightOf(network)]).toEqual([0, 0]);
  });
});
