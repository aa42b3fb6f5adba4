/** fit and the event loop, its callbacks, its signal, and what it reports. */

import { afterEach, expect, test, vi } from "vitest";
import { type BatchReport, dense, type EpochReport, Network, reduceOnPlateau, sgd } from "../../src/index.js";
import {
  expectClose,
  expectSameBits,
  floats,
  mirror,
  oneHot,
  parametersOf,
  sameBits,
  toRows,
  turnsDuring,
  wholes,
} from "../helpers.js";
import { cost } from "../reference.js";

const ROWS = 50;
const x = floats(ROWS * 4, 1);
const y = wholes(ROWS, 2, 3);
const make = (): Network => new Network([4, 8, 3]);

afterEach(() => {
  vi.restoreAllMocks();
});

/** About 1.7 billion multiply-adds: a second or less, in at least ten stretches. */
function largerJob(): Promise<unknown> {
  const network = new Network([256, 256, 4]);
  return network.fit(floats(2048 * 256, 1), wholes(2048, 2, 4), { epochs: 4, batchSize: 64 });
}

test("fit lets the event loop run", async () => {
  expect(await turnsDuring(largerJob())).toBeGreaterThanOrEqual(8);
});

test("fit lets the event loop run while it copies the data", async () => {
  const rows = 48_000;
  const network = new Network([1000, 1]);
  // 0.14 billion multiply-adds are one stretch or two: the other turns are those of 48 MB of copying.
  const job = network.fit(new Uint8Array(rows * 1000), new Uint8Array(rows), { batchSize: 256 });
  expect(await turnsDuring(job)).toBeGreaterThanOrEqual(3);
});

test("fit yields by work: with clocks that stand still as often, and reports no times", async () => {
  const turns = await turnsDuring(largerJob());
  vi.spyOn(performance, "now").mockReturnValue(5);
  vi.spyOn(Date, "now").mockReturnValue(5);
  const stopped = await turnsDuring(largerJob());
  expect(Math.abs(stopped - turns)).toBeLessThanOrEqual(2);
  const reports: EpochReport[] = [];
  await make().fit(x, y, { onEpoch: (report) => reports.push(report) });
  expect(reports).toMatchObject([{ seconds: 0, samplesPerSecond: 0 }]);
});

test("history and reports of an epoch", async () => {
  const network = make();
  const reports: EpochReport[] = [];
  const onEpoch = (report: EpochReport) => void reports.push(report);
  const options = { epochs: 3, validationSplit: 0.2, metrics: ["accuracy"] as const, onEpoch };
  const history = await network.fit(x, y, options);
  expect(Object.keys(history).sort()).toEqual(
    ["accuracy", "epochs", "learningRate", "loss", "stopped", "valAccuracy", "valLoss"].sort(),
  );
  expect(history).toMatchObject({ epochs: 3, stopped: "completed", learningRate: [0.001, 0.001, 0.001] });
  expect(reports.map(({ epoch, epochs }) => [epoch, epochs])).toEqual([[1, 3], [2, 3], [3, 3]]); // biome-ignore format: pairs
  for (const key of ["loss", "valLoss", "accuracy", "valAccuracy"] as const) {
    expect(reports.map((report) => report[key])).toEqual(history[key]);
    expect(history[key]?.every(Number.isFinite)).toBe(true);
  }
  for (const { seconds, samplesPerSecond } of reports) expect(samplesPerSecond * seconds).toBeCloseTo(40, 6);
});

test("what is not asked for is not in the history", () => {
  const reports: EpochReport[] = [];
  const history = make().fitSync(x, y, { onEpoch: (report) => reports.push(report) });
  expect(Object.keys(history).sort()).toEqual(["epochs", "learningRate", "loss", "stopped"]);
  expect(Object.keys(reports[0]).sort()).toEqual(
    ["epoch", "epochs", "learningRate", "loss", "samplesPerSecond", "seconds"].sort(),
  );
});

test("epochs with nothing but a report end as others do", () => {
  const ends = [[], ["meanAbsoluteError"] as const].map((metrics) => {
    const layers = [dense(8, "relu"), dense(3, "softmax")];
    const learningRate = reduceOnPlateau({ learningRate: 0.5, monitor: "loss", patience: 0, minDelta: 0.2 });
    const network = new Network({ inputs: 4, layers, optimizer: sgd({ learningRate }) });
    const reports: [number, number, number][] = [];
    const history = network.fitSync(x, y, {
      epochs: 30,
      batchSize: 8,
      metrics,
      earlyStopping: { monitor: "loss", patience: 3, minDelta: 0.1 },
      onEpoch: ({ epoch, loss, learningRate }) => void reports.push([epoch, loss, learningRate]),
    });
    const { loss, learningRate: rates, epochs, stopped } = history;
    return { reports, loss, rates, epochs, stopped, params: network.getParams(), step: network.step };
  });
  expect(ends[0]).toEqual(ends[1]);
  const [{ rates, stopped, epochs }] = ends;
  expect([stopped, new Set(rates).size > 2, epochs < 30]).toEqual(["early", true, true]);
});

test("no epochs change nothing", async () => {
  const network = make();
  const before = parametersOf(network);
  expect(await network.fit(x, y, { epochs: 0 })).toMatchObject({ epochs: 0, loss: [], stopped: "completed" });
  expectSameBits(parametersOf(network), before);
});

test("onBatch counts batches within the epoch and steps over all fits", async () => {
  const network = make();
  const reports: BatchReport[] = [];
  const options = { epochs: 2, batchSize: 20, onBatch: (report: BatchReport) => void reports.push(report) };
  const history = await network.fit(x, y, options);
  await network.fit(x, y, { ...options, epochs: 1 });
  const counts = reports.map(({ epoch, batch, batches, step }) => [epoch, batch, batches, step]);
  expect(counts).toEqual([
    [1, 1, 3, 1], [1, 2, 3, 2], [1, 3, 3, 3], [2, 1, 3, 4], [2, 2, 3, 5], [2, 3, 3, 6],
    [1, 1, 3, 7], [1, 2, 3, 8], [1, 3, 3, 9],
  ]); // biome-ignore format: one epoch after the other
  const [a, b, c] = reports.map(({ loss }) => loss);
  expect((20 * a + 20 * b + 10 * c) / 50).toBeCloseTo(history.loss[0], 12);
});

test("validationSplit takes the last rows, before shuffling", () => {
  const network = make();
  const twin = make();
  const history = network.fitSync(x, y, { epochs: 2, validationSplit: 0.2 });
  const validationData = [x.subarray(40 * 4), y.slice(40)] as const;
  expect(twin.fitSync(x.subarray(0, 40 * 4), y.slice(0, 40), { epochs: 2, validationData })).toEqual(history);
  expectSameBits(parametersOf(network), parametersOf(twin));
  const wanted = cost(mirror(network), toRows(x, 4).slice(40), oneHot(y, 3).slice(40));
  expectClose(history.valLoss?.slice(1) ?? [], [wanted]);
});

test.each(["fit", "fitSync"] as const)("onEpoch stops %s by returning false", async (call) => {
  const [network, twin] = [make(), make()];
  const onEpoch = ({ epoch }: EpochReport) => epoch < 2;
  const options = { epochs: 5, onEpoch };
  const history = await (call === "fit" ? network.fit(x, y, options) : network.fitSync(x, y, options));
  expect(history).toMatchObject({ epochs: 2, stopped: "callback" });
  expect(history.loss).toEqual(twin.fitSync(x, y, { epochs: 2 }).loss);
  expectSameBits(parametersOf(network), parametersOf(twin));
});

test("only false stops: undefined, 0 and null do not", async () => {
  for (const reply of [undefined, 0, null, ""]) {
    expect((await make().fit(x, y, { epochs: 2, onEpoch: () => reply })).epochs).toBe(2);
  }
});

test("fit awaits an asynchronous onEpoch and takes its answer", async () => {
  const network = make();
  const log: string[] = [];
  const history = await network.fit(x, y, {
    epochs: 4,
    onEpoch: async ({ epoch }) => {
      log.push(`begin ${epoch}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
      log.push(`end ${epoch}`);
      return epoch < 2;
    },
  });
  expect(log).toEqual(["begin 1", "end 1", "begin 2", "end 2"]);
  expect(history).toMatchObject({ epochs: 2, stopped: "callback" });
});

test.each([
  [
    "onEpoch",
    "throws",
    () => {
      throw new Error("mine");
    },
  ],
  ["onEpoch", "rejects", () => Promise.reject(new Error("mine"))],
  [
    "onBatch",
    "throws",
    () => {
      throw new Error("mine");
    },
  ],
  ["onBatch", "rejects", () => Promise.reject(new Error("mine"))],
] as const)(
  "an error of %s that %s passes through fit and leaves the network as it was",
  async (name, _, callback) => {
    const [network, twin] = [make(), make()];
    const before = parametersOf(network);
    await expect(network.fit(x, y, { epochs: 2, [name]: callback })).rejects.toThrow("mine");
    expectSameBits(parametersOf(network), before);
    expect(network.fitSync(x, y)).toEqual(twin.fitSync(x, y));
  },
);

test("a signal ends fit with the history so far", async () => {
  const network = make();
  const controller = new AbortController();
  const onEpoch = ({ epoch }: EpochReport) => {
    if (epoch === 2) controller.abort();
  };
  const history = await network.fit(x, y, { epochs: 10, onEpoch, signal: controller.signal });
  expect(history).toMatchObject({ epochs: 2, stopped: "aborted" });
  expect(history.loss).toHaveLength(2);
  expect(await network.fit(x, y)).toMatchObject({ epochs: 1, stopped: "completed" });
});

test("a signal ends a fit in the middle of an epoch", async () => {
  const controller = new AbortController();
  const network = new Network([256, 256, 4]);
  const options = { epochs: 100, signal: controller.signal };
  const job = network.fit(floats(8192 * 256, 1), wholes(8192, 2, 4), options);
  await turnsDuring(job, () => network.step > 0 && controller.abort());
  expect(await job).toMatchObject({ stopped: "aborted", epochs: 0 });
  expect(network.step).toBeGreaterThan(0);
});

test("a signal ends a fit of many small epochs with the losses of those it completed", async () => {
  const [network, twin] = [make(), make()];
  const controller = new AbortController();
  const job = network.fit(x, y, { epochs: 1e6, batchSize: "full", signal: controller.signal });
  await turnsDuring(job, () => network.step > 0 && controller.abort());
  const history = await job;
  expect(history.stopped).toBe("aborted");
  expect(history.epochs).toBeGreaterThan(0);
  expect(history.epochs).toBeLessThan(1e6);
  const { loss } = twin.fitSync(x, y, { epochs: history.epochs, batchSize: "full" });
  expect(loss).toEqual(history.loss);
});

test("a signal aborted before fit trains nothing", async () => {
  const network = make();
  const before = parametersOf(network);
  const history = await network.fit(x, y, { signal: AbortSignal.abort() });
  expect(history).toMatchObject({ epochs: 0, stopped: "aborted", loss: [] });
  expectSameBits(parametersOf(network), before);
});

test("predict, evaluate and gradients inside callbacks see the training and do not disturb it", async () => {
  const options = { epochs: 3, batchSize: 16, validationSplit: 0.2 };
  const [network, twin] = [make(), make()];
  const seen: Float32Array[] = [];
  const large = floats(300_000 * 4, 3);
  await network.fit(x, y, {
    ...options,
    onEpoch: () => {
      seen.push(network.predict(x));
      // Large enough to grow the memory in the middle of the fit.
      network.predict(large);
      network.evaluate(x, y);
      network.gradients(x, y);
    },
    onBatch: () => void network.predict(x),
  });
  await twin.fit(x, y, options);
  expectSameBits(parametersOf(network), parametersOf(twin));
  expectSameBits(seen[2], network.predict(x));
  expect(sameBits(seen[0], seen[1])).toBe(false);
});

test("predict between the turns of a running fit does not disturb it", async () => {
  const data = [floats(4096 * 128, 1), wholes(4096, 2, 4)] as const;
  const networks = [0, 1].map(
    () => new Network({ inputs: 128, layers: [dense(128, "relu"), dense(4, "softmax")], optimizer: sgd() }),
  );
  const rows = data[0].subarray(0, 128 * 500);
  const calls = await turnsDuring(networks[0].fit(...data, { epochs: 6 }), () => networks[0].predict(rows));
  expect(calls).toBeGreaterThan(2);
  await networks[1].fit(...data, { epochs: 6 });
  expectSameBits(parametersOf(networks[0]), parametersOf(networks[1]));
});
