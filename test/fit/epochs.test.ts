/** for await over epochs(), and callbacks at the beginning and the end of a fit. */

import { expect, test } from "vitest";
import { type EpochReport, type FitOptions, type History, Network, SpecError } from "../../src/index.js";
import { expectError, expectSameBits, floats, parametersOf, wholes } from "../helpers.js";

const ROWS = 30;
const x = floats(ROWS * 4, 1);
const y = wholes(ROWS, 2, 3);
const make = (): Network => new Network([4, 6, 3]);
const options: FitOptions = { epochs: 4, batchSize: 8 };
const pause = () => new Promise((resolve) => setTimeout(resolve, 2));

test("epochs() hands over each epoch's report, and is a fit", async () => {
  const [network, twin] = [make(), make()];
  const reports: EpochReport[] = [];
  for await (const report of network.epochs(x, y, options)) reports.push(report);
  const history = twin.fitSync(x, y, options);
  expect(reports.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4]);
  expect(reports.map(({ loss }) => loss)).toEqual(history.loss);
  expectSameBits(parametersOf(network), parametersOf(twin));
});

test("epochs() returns the history", async () => {
  const loop = make().epochs(x, y, options);
  let step = await loop.next();
  while (!step.done) step = await loop.next();
  expect(step.value).toEqual(make().fitSync(x, y, options));
});

test("training waits for the body of the loop", async () => {
  const network = make();
  for await (const { epoch } of network.epochs(x, y, options)) {
    expect(network.step).toBe(4 * epoch);
    const before = parametersOf(network);
    await pause();
    expect(network.step).toBe(4 * epoch);
    expectSameBits(parametersOf(network), before);
  }
});

test("break ends the fit after the epoch at hand, and the network can train at once", async () => {
  const [network, twin] = [make(), make()];
  for await (const { epoch } of network.epochs(x, y, options)) if (epoch === 2) break;
  network.trainOnBatch(x, y);
  twin.fitSync(x, y, { ...options, epochs: 2 });
  twin.trainOnBatch(x, y);
  expectSameBits(parametersOf(network), parametersOf(twin));
});

test("an error in the body passes through, and the epochs so far stay", async () => {
  const [network, twin] = [make(), make()];
  const loop = async () => {
    for await (const { epoch } of network.epochs(x, y, options)) if (epoch === 3) throw new Error("mine");
  };
  await expect(loop()).rejects.toThrow("mine");
  twin.fitSync(x, y, { ...options, epochs: 3 });
  expectSameBits(parametersOf(network), parametersOf(twin));
  network.fitSync(x, y);
});

test("an error of the fit passes through the loop", async () => {
  const loop = async (given: FitOptions) => {
    for await (const _ of make().epochs(x, y, given)) await pause();
  };
  await expectError(() => loop({ epochs: -1 }), SpecError, ["epochs is -1"]);
  await expectError(() => loop({ ...options, earlyStopping: { monitor: "valLoss" } }), SpecError, [
    "valLoss",
  ]);
  const failing = { ...options, onBatch: () => Promise.reject(new Error("mine")) };
  await expect(loop(failing)).rejects.toThrow("mine");
});

test("the user's own onEpoch is called too, after the body, and its false ends the loop", async () => {
  const log: string[] = [];
  const own = async ({ epoch }: EpochReport) => {
    await pause();
    log.push(`own ${epoch}`);
    return epoch < 2;
  };
  for await (const { epoch } of make().epochs(x, y, { ...options, onEpoch: own })) log.push(`body ${epoch}`);
  expect(log).toEqual(["body 1", "own 1", "body 2", "own 2"]);
});

test("callbacks come in order, and fit waits for each", async () => {
  const log: string[] = [];
  const later = (entry: string) => async () => {
    await pause();
    log.push(entry);
  };
  const history = await make().fit(x, y, {
    epochs: 2,
    batchSize: 15,
    onTrainBegin: later("begin"),
    onBatch: later("batch"),
    onEpoch: later("epoch"),
    onTrainEnd: async (given: History) => {
      await pause();
      log.push(`end ${given.epochs} ${given.stopped}`);
    },
  });
  expect(log).toEqual(["begin", "batch", "batch", "epoch", "batch", "batch", "epoch", "end 2 completed"]);
  expect(history.epochs).toBe(2);
});

test("onTrainEnd gets what fit returns, however it ends", async () => {
  const ends: History[] = [];
  const onTrainEnd = (history: History) => void ends.push(history);
  const network = make();
  const controller = new AbortController();
  const histories = [
    network.fitSync(x, y, { onTrainEnd }),
    network.fitSync(x, y, { ...options, onTrainEnd, onEpoch: () => false }),
    network.fitSync(x, y, { ...options, onTrainEnd, maxSteps: 2 }),
    await network.fit(x, y, {
      ...options,
      onTrainEnd,
      signal: controller.signal,
      onBatch: () => controller.abort(),
    }),
    network.fitSync(x, y, { epochs: 0, onTrainEnd }),
  ];
  expect(ends).toEqual(histories);
  expect(ends.map(({ stopped }) => stopped)).toEqual([
    "completed",
    "callback",
    "budget",
    "aborted",
    "completed",
  ]);
});

test("an error of onTrainBegin or onTrainEnd leaves everything as it was", async () => {
  const [network, twin] = [make(), make()];
  const fail = () => {
    throw new Error("mine");
  };
  await expect(network.fit(x, y, { onTrainBegin: fail })).rejects.toThrow("mine");
  expectSameBits(parametersOf(network), parametersOf(twin));
  await expect(network.fit(x, y, { onTrainEnd: fail })).rejects.toThrow("mine");
  expectSameBits(parametersOf(network), parametersOf(twin));
  expect(network.fitSync(x, y)).toEqual(twin.fitSync(x, y));
});

test("a single row trains, validates and is measured", async () => {
  const network = make();
  const one: [Float32Array, number[]] = [x.subarray(0, 4), [1]];
  const history = await network.fit(...one, {
    epochs: 3,
    validationData: one,
    metrics: ["accuracy", "f1"],
    earlyStopping: {},
  });
  expect(history).toMatchObject({ epochs: 3, stopped: "completed" });
  expect(history.loss[2]).toBeLessThan(history.loss[0]);
});
