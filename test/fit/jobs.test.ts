/** Fits that are plain data: a worker does each from the first epoch to the last, to the bits of a fit here. */

import { Worker } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import source from "../../build/worker.js";
import {
  adam,
  batchNorm,
  dense,
  dropout,
  type FitOptions,
  gaussianNoise,
  type LayerInput,
  Network,
  type NetworkOptions,
  reduceOnPlateau,
  workers,
} from "../../src/index.js";
import { relaxed } from "../../src/relaxed.js";
import { floats, until } from "../helpers.js";
import { script } from "./scripts.js";

const ROWS = 150;
const x = floats(4 * ROWS, 3);
const y = Int32Array.from({ length: ROWS }, (_, i) => (i * 7) % 3);
const make = (options: Partial<NetworkOptions> = {}) =>
  new Network({ inputs: 4, layers: [dense(8, "relu"), dense(3, "softmax")], ...options });
const options: FitOptions = { epochs: 7, validationSplit: 0.2, metrics: ["accuracy"] };

/** The text of a worker that ends when it is given its job number `count`, once in all. */
const endingAt = (count: number) => `${source};
  const { parentPort } = require("node:worker_threads"), fs = require("node:fs");
  const follow = parentPort.onmessage;
  let jobs = 0;
  parentPort.onmessage = (event) => {
    const isFirst = !fs.existsSync(__filename + ".died");
    if (event.data.job && ++jobs === ${count} && isFirst) { fs.writeFileSync(__filename + ".died", ""); process.exit(); }
    follow(event);
  };`;

/** Everything that a fit leaves behind. */
async function outcome(network: Network, given: FitOptions, inputs: typeof x | Uint8Array = x) {
  const history = await network.fit(inputs, y, given);
  return { history, checkpoint: Buffer.from(network.checkpoint()).toString("base64") };
}

/** The messages to workers so far. */
function watchMessages() {
  const post = vi.spyOn(Worker.prototype, "postMessage");
  return {
    jobs: () => post.mock.calls.filter(([message]) => message.job).length,
    others: () => post.mock.calls.filter(([{ orders }]) => orders?.length > 0).length,
  };
}

beforeEach(() => {
  workers({ size: 1 });
});
afterEach(() => vi.restoreAllMocks());

describe("a fit as a job has the bits of a fit here", () => {
  const networks: Record<string, (seed: number) => Partial<NetworkOptions>> = {
    "plain layers": (seed) => ({ seed, optimizer: adam({ learningRate: 0.01 / (seed + 1) }) }),
    "random layers": (seed) => {
      const layers: LayerInput[] = [gaussianNoise(0.1), dense(8, "tanh"), dropout(0.3), dense(3, "softmax")];
      return { seed, layers };
    },
    "running statistics": (seed) => ({ seed, layers: [dense(5), batchNorm(), dense(3, "softmax")] }),
    "an optimizer that begins with constants": (seed) => ({
      seed,
      optimizer: { type: "adagrad", initialAccumulator: 0.5 },
    }),
    "the relaxed build": (seed) => ({ seed, math: relaxed }),
    "a rate that waits for a plateau": (seed) => ({
      seed,
      optimizer: adam({ learningRate: reduceOnPlateau({ learningRate: 0.01, patience: 0, minDelta: 1 }) }),
    }),
  };

  test.each(Object.entries(networks))("%s, one network after the other in the same worker", async (_, of) => {
    const messages = watchMessages();
    for (const seed of [0, 1, 2, 0]) {
      const there = await outcome(make(of(seed)), { ...options, worker: true });
      expect(there).toEqual(await outcome(make(of(seed)), options));
    }
    expect([messages.jobs(), messages.others()]).toEqual([4, 0]);
  });

  const fits: Record<string, FitOptions> = {
    "metrics with options": { epochs: 3, metrics: ["f1", "auc", { type: "topKAccuracy", k: 2 }] },
    "early stopping": { epochs: 60, validationSplit: 0.3, earlyStopping: { patience: 2, restoreBest: true } },
    "weights of rows and classes": {
      epochs: 3,
      sampleWeight: Float32Array.from(y, (label) => 0.5 + label),
      classWeight: { 0: 2 },
      validationData: [x.slice(0, 40), y.slice(0, 10), floats(10, 5).map(Math.abs)],
    },
    "negative weights": { epochs: 3, sampleWeight: floats(ROWS, 6), allowNegative: true },
    "a part of each epoch, in order": { epochs: 5, stepsPerEpoch: 2, shuffle: false },
    "checkpoints, which are code": { epochs: 2, onCheckpoint: () => {} },
  };

  test.each(Object.entries(fits))("%s", async (_, way) => {
    expect(await outcome(make(), { ...way, worker: true })).toEqual(await outcome(make(), way));
  });

  test("bytes, and rows as plain arrays that change after the call", async () => {
    const bytes = Uint8Array.from(x, (value) => 100 + 50 * value);
    expect(await outcome(make(), { ...options, worker: true }, bytes)).toEqual(
      await outcome(make(), options, bytes),
    );
    const rows = Array.from({ length: ROWS }, (_, i) => Array.from(x.subarray(4 * i, 4 * i + 4)));
    const [here, there] = [make(), make()];
    await here.fit(rows, y, options);
    await make().fit(x, y, { ...options, worker: true });
    const running = there.fit(rows, y, { ...options, worker: true });
    for (const row of rows) row.fill(7);
    await running;
    expect(there.getParams()).toEqual(here.getParams());
  });

  test("a fit that is cut goes on, here and there", async () => {
    const whole = await outcome(make(), options);
    const network = make();
    for (const worker of [true, true, false, true]) {
      await network.fit(x, y, { ...options, maxSteps: 5, worker });
      expect(network.step % 5).toBe(0);
    }
    expect(await outcome(network, { ...options, worker: true })).toEqual(whole);
  });

  test("a network that has trained in a worker trains on, is cloned, and keeps its metadata", async () => {
    const read = Network.load(make().save({ metadata: { made: "by us" } }));
    const copy = read.clone();
    await copy.fit(x, y, { ...options, worker: true });
    expect(copy.metadata).toEqual({ made: "by us" });
    const [here, there] = [make(), make()];
    await here.fit(x, y, options);
    await there.fit(x, y, { ...options, worker: true });
    expect([there.step, there.math, there.metadata]).toEqual([here.step, here.math, {}]);
    expect(await outcome(there.clone(), options)).toEqual(await outcome(here, options));
  });
});

describe("while a job is done", () => {
  test("the network predicts as before, and no other call trains it", async () => {
    await make().fit(x, y, { ...options, worker: true });
    const network = make();
    const before = network.predict(x);
    const running = network.fit(x, y, { ...options, worker: true });
    expect(network.predict(x)).toEqual(before);
    expect(() => network.trainOnBatch(x, y)).toThrow(/while fit is running/);
    await expect(network.fit(x, y, { worker: true })).rejects.toMatchObject({ name: "StateError" });
    await running;
    expect(network.predict(x)).not.toEqual(before);
  });

  test("dispose ends it, of a network with memory or without", async () => {
    for (const use of [() => {}, (network: Network) => network.predict(x)]) {
      const network = make();
      use(network);
      const running = network.fit(x, y, { ...options, worker: true });
      network.dispose();
      await expect(running).rejects.toMatchObject({ name: "StateError", message: /disposed/ });
      expect(() => network.predict(x)).toThrow(/disposed/);
      expect(network.memoryBytes).toBe(0);
    }
  });

  test("a signal ends its wait for a worker, and a new fit trains it", async () => {
    const worker = script();
    const controller = new AbortController();
    const { signal } = controller;
    const busy = make();
    const long = busy.fit(x, y, { epochs: 1e7, worker, signal });
    await until(() => busy.step > 0);
    const impatient = new AbortController();
    const network = make();
    const waiting = network.fit(x, y, { ...options, worker, signal: impatient.signal });
    setImmediate(() => impatient.abort());
    expect((await waiting).stopped).toBe("aborted");
    expect(network.step).toBe(0);
    controller.abort();
    await long;
    await network.fit(x, y, { ...options, worker });
    const same = make();
    await same.fit(x, y, options);
    expect(network.getParams()).toEqual(same.getParams());
  });

  test("fits of both kinds take turns in one worker", async () => {
    const worker = script();
    const seen: number[] = [];
    const onEpoch = ({ epoch }: { epoch: number }) => void seen.push(epoch);
    const fits = Array.from({ length: 12 }, (_, seed) =>
      make({ seed }).fit(x, y, { ...options, worker, ...(seed % 4 === 1 ? { onEpoch } : {}) }),
    );
    const here = Array.from({ length: 12 }, (_, seed) => make({ seed }).fit(x, y, options));
    expect(await Promise.all(fits)).toEqual(await Promise.all(here));
    expect(seen).toHaveLength(21);
  });
});

describe("a job that fails", () => {
  test("has the error of a fit here, and the next network in its worker is clean", async () => {
    const diverging = () => make({ layers: [dense(3)], optimizer: { type: "sgd", learningRate: 1e30 } });
    const fail = async (more: FitOptions) => {
      const network = diverging();
      const error = await network.fit(x, floats(3 * ROWS, 4), { epochs: 50, ...more }).catch((e) => e);
      return { name: error.name, message: error.message, step: network.step };
    };
    const there = await fail({ worker: true });
    expect(there).toEqual(await fail({}));
    expect(there.name).toBe("DivergenceError");
    expect(await outcome(make(), { ...options, worker: true })).toEqual(await outcome(make(), options));
  });

  test("since its worker ended has the error, and those behind it are done by the next one", async () => {
    const worker = script(endingAt(2));
    const ends = await Promise.allSettled(
      [0, 1, 2, 3].map((seed) => make({ seed }).fit(x, y, { ...options, worker })),
    );
    expect(ends.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled", "fulfilled"]);
    expect((ends[1] as PromiseRejectedResult).reason).toMatchObject({
      name: "RuntimeError",
      message: expect.stringMatching(/^The worker that trained was lost \(it ended\): .+\.$/),
    });
  });

  test("since it is no data has the error before anything is sent", async () => {
    const messages = watchMessages();
    const wrong = Float32Array.from(x, (value, i) => (i === 41 ? Number.NaN : value));
    await expect(make().fit(wrong, y, { ...options, worker: true })).rejects.toMatchObject({
      name: "DataError",
      message: /row 10/,
    });
    expect(messages.jobs()).toBe(0);
  });
});
