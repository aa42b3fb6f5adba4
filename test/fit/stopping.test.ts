/** earlyStopping: when it stops, what it watches, and which parameters stay. */

import { describe, expect, test } from "vitest";
import {
  batchNorm,
  type CustomMetric,
  dense,
  type EarlyStopping,
  type FitOptions,
  Network,
  reduceOnPlateau,
  SpecError,
  sgd,
} from "../../src/index.js";
import { expectError, expectSameBits, floats, parametersOf, wholes } from "../helpers.js";

const ROWS = 24;
const x = floats(ROWS * 3, 1);
const y = wholes(ROWS, 2, 2);

const make = (): Network =>
  new Network({
    inputs: 3,
    layers: [batchNorm(), dense(4, "tanh"), dense(2, "softmax")],
    optimizer: sgd({ learningRate: 0.3, momentum: 0.9 }),
  });

/** Follows a series by a metric of one's own, and keeps the parameters of every epoch. */
function follow(series: readonly number[], earlyStopping: EarlyStopping, options: FitOptions = {}) {
  const network = make();
  const kept: Float32Array[] = [];
  let at = 0;
  const history = network.fitSync(x, y, {
    epochs: series.length,
    batchSize: 8,
    metrics: [{ name: "series", direction: "min", measure: () => series[at++] }],
    earlyStopping: { monitor: "series", ...earlyStopping },
    onEpoch: () => void kept.push(parametersOf(network)),
    ...options,
  });
  return { network, kept, history };
}

const SERIES = [5, 4, 4.5, 3, 3.2, 2.95, 3.1, 3, 3, 3, 3, 3, 3, 3];

/** `patience` epochs in a row (at least one) that are not better by minDelta than the best one; the epochs that were run. */
function epochsOf(series: readonly number[], { patience = 5, minDelta = 0, mode = "min" }: EarlyStopping) {
  const sign = mode === "max" ? -1 : 1;
  let [best, bestAt, last] = [Infinity, -1, series.length];
  for (const [i, value] of series.entries()) {
    if (sign * value < best - minDelta) [best, bestAt] = [sign * value, i];
    else if (i - bestAt >= Math.max(patience, 1)) {
      last = i + 1;
      break;
    }
  }
  return { epochs: last, bestAt };
}

test.each<EarlyStopping>([
  {},
  { patience: 0 },
  { patience: 1 },
  { patience: 3 },
  { patience: 2, minDelta: 0.1 },
  { patience: 1, minDelta: 2.5 },
  { patience: 100 },
  { patience: 1, mode: "max" },
  { patience: 0, mode: "min" },
])("%o", (options) => {
  const wanted = epochsOf(SERIES, options);
  const { network, kept, history } = follow(SERIES, options);
  expect(history.epochs).toBe(wanted.epochs);
  expect(history.stopped).toBe(wanted.epochs < SERIES.length ? "early" : "completed");
  expect(history.custom?.series).toEqual(SERIES.slice(0, wanted.epochs));
  // Weights and running statistics of the best epoch, stopped early or not.
  expectSameBits(parametersOf(network), kept[wanted.bestAt]);
  expect(network.getParams().mean1.some((mean) => mean !== 0)).toBe(true);

  const unrestored = follow(SERIES, { ...options, restoreBest: false });
  expectSameBits(parametersOf(unrestored.network), kept[wanted.epochs - 1]);
});

test("a best epoch is put back after a stop by onEpoch too, but not after a budget", () => {
  const seen: Float32Array[] = [];
  const network = make();
  const values = [3, 1, 2, 2];
  let at = 0;
  const options: FitOptions = {
    epochs: 4,
    batchSize: "full",
    metrics: [{ name: "series", direction: "min", measure: () => values[at++] }],
    earlyStopping: { monitor: "series" },
    onEpoch: ({ epoch }) => {
      seen.push(parametersOf(network));
      return epoch < 4;
    },
  };
  expect(network.fitSync(x, y, { ...options, maxSteps: 3 }).stopped).toBe("budget");
  expectSameBits(parametersOf(network), seen[2]);
  expect(network.fitSync(x, y, options).stopped).toBe("callback");
  expectSameBits(parametersOf(network), seen[1]);
});

describe("monitor", () => {
  const validationData = [floats(30, 5), wholes(10, 6, 2)] as const;
  const options: FitOptions = { epochs: 40, batchSize: 8, metrics: ["accuracy"] };

  test.each<[string, EarlyStopping, FitOptions, "loss" | "valLoss" | "accuracy" | "valAccuracy", boolean]>([
    ["is loss without validation rows", {}, {}, "loss", false],
    ["is valLoss with them", {}, { validationData }, "valLoss", false],
    ["can be loss with them", { monitor: "loss" }, { validationData }, "loss", false],
    ["rises where it is an accuracy", { monitor: "accuracy" }, {}, "accuracy", true],
    [
      "rises where it is one of validation rows",
      { monitor: "valAccuracy" },
      { validationData },
      "valAccuracy",
      true,
    ],
  ])("%s", (_, stopping, more, name, rises) => {
    const network = make();
    const history = network.fitSync(x, y, {
      ...options,
      ...more,
      earlyStopping: { patience: 1, ...stopping },
    });
    const wanted = epochsOf(make().fitSync(x, y, { ...options, ...more })[name] as number[], {
      patience: 1,
      mode: rises ? "max" : "min",
    });
    expect(history.epochs).toBe(wanted.epochs);
    expect(history.stopped).toBe("early");
    if (name.startsWith("val")) {
      const { loss, accuracy } = network.evaluate(...validationData, { metrics: ["accuracy"] });
      expect(history[name]?.[wanted.bestAt]).toBe(name === "valLoss" ? loss : accuracy);
    }
  });

  test.each<[string, Partial<CustomMetric>, EarlyStopping, "min" | "max"]>([
    ["falls as its metric says", { direction: "min" }, {}, "min"],
    ["rises as its metric says", { direction: "max" }, {}, "max"],
    ["falls as mode says, whatever the metric says", { direction: "max" }, { mode: "min" }, "min"],
    ["rises as mode says, for a metric that does not say it", {}, { mode: "max" }, "max"],
  ])("that is a custom metric %s", (_, metric, stopping, mode) => {
    // The name has "auc" in it, which says nothing.
    for (const monitor of ["auctionCost", "valAuctionCost"]) {
      let at = 0;
      const history = make().fitSync(x, y, {
        epochs: SERIES.length,
        metrics: [{ name: "auctionCost", measure: () => SERIES[Math.floor(at++ / 2)], ...metric }],
        validationData,
        batchSize: 8,
        earlyStopping: { monitor, patience: 2, ...stopping },
      });
      expect(history.custom?.[monitor]).toEqual(
        SERIES.slice(0, epochsOf(SERIES, { patience: 2, mode }).epochs),
      );
    }
  });

  test.each<[string, FitOptions]>([
    ["earlyStopping", { earlyStopping: { monitor: "valAuctionCost" } }],
    ["reduceOnPlateau", {}],
  ])("of %s that is a custom metric without a direction is refused at the start", async (_, more) => {
    const network = make();
    network.learningRate = more.earlyStopping
      ? 0.1
      : reduceOnPlateau({ learningRate: 0.1, monitor: "valAuctionCost" });
    const measure = () => {
      throw new Error("an epoch was trained");
    };
    const metrics = [{ name: "auctionCost", measure }];
    const call = () => network.fit(x, y, { metrics, validationData, ...more });
    await expectError(call, SpecError, ['"valAuctionCost"', 'direction "min" or "max"', "set mode"]);
  });

  test("that was not measured is refused, and all is as before", async () => {
    const [network, twin] = [make(), make()];
    const call = () => network.fit(x, y, { earlyStopping: { monitor: "valF1" }, metrics: ["f1"] });
    await expectError(call, SpecError, ['monitor is "valF1"', "only loss, f1 are measured"]);
    expectSameBits(parametersOf(network), parametersOf(twin));
  });
});

test("no epochs leave everything as it is", () => {
  const network = make();
  const before = parametersOf(network);
  expect(network.fitSync(x, y, { epochs: 0, earlyStopping: {} })).toMatchObject({
    epochs: 0,
    stopped: "completed",
  });
  expectSameBits(parametersOf(network), before);
});

test("a value that is no number is never the best", () => {
  const { history, network, kept } = follow([Number.NaN, 3, Number.NaN, 2, 4, 5], { patience: 2 });
  expect(history.epochs).toBe(6);
  expectSameBits(parametersOf(network), kept[3]);
});

test("each fit waits anew", () => {
  const network = make();
  const options: FitOptions = { epochs: 9, earlyStopping: { patience: 0, minDelta: 100 } };
  expect(network.fitSync(x, y, options).epochs).toBe(2);
  expect(network.fitSync(x, y, options).epochs).toBe(2);
});

test.each<[object, (string | RegExp)[]]>([
  [{ patience: -1 }, ["patience of earlyStopping is -1", "whole number"]],
  [{ patience: 1.5 }, ["patience of earlyStopping is 1.5"]],
  [{ mode: "up" }, ["mode of earlyStopping", '"up"', "min, max, auto"]],
  [{ monitor: 3 }, ["monitor of earlyStopping is 3", '"loss"']],
  [{ restoreBest: 1 }, ["restoreBest of earlyStopping is 1", "true or false"]],
  [{ pateince: 3 }, ['"pateince" of earlyStopping', 'did you mean "patience"?', "monitor, mode"]],
])("%o is refused", async (earlyStopping, parts) => {
  await expectError(() => make().fit(x, y, { earlyStopping }), SpecError, parts);
});

test("after an error the best parameters are those of before", () => {
  // The values of the monitor, epoch by epoch; the fit that throws sees the smallest.
  const scores = [0.5, 0.7, 0.1, 0.9, 0.9];
  const metrics = [{ name: "score", measure: () => scores.shift() ?? 1, direction: "min" as const }];
  const network = make();
  const kept: Float32Array[] = [];
  const options: FitOptions = {
    epochs: 4,
    batchSize: "full",
    metrics,
    earlyStopping: { monitor: "score", mode: "min", patience: 9 },
    onEpoch: () => void kept.push(parametersOf(network)),
  };
  expect(network.fitSync(x, y, { ...options, maxSteps: 2 }).stopped).toBe("budget");
  const broken = () => {
    throw new RangeError("broken");
  };
  expect(() => network.fitSync(x, y, { ...options, onEpoch: broken })).toThrow("broken");
  expectSameBits(parametersOf(network), kept[1]);
  expect(network.fitSync(x, y, options).stopped).toBe("completed");
  expectSameBits(parametersOf(network), kept[0]);
});
