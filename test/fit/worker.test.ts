import { pathToFileURL } from "node:url";
import { afterEach, describe, expect, test, vi } from "vitest";
import {
  type Batch,
  batchNorm,
  dense,
  dropout,
  type FitOptions,
  Network,
  type NetworkOptions,
} from "../../src/index.js";
import "../../src/lbfgs.js";
import { relaxed } from "../../src/relaxed.js";
import { until } from "../helpers.js";
import { mortal, script } from "./scripts.js";

const ROWS = 500;
const x = Float32Array.from({ length: 4 * ROWS }, (_, i) => Math.sin(i * i));
const y = Int32Array.from({ length: ROWS }, (_, i) => (i * 7) % 3);

function make(options: Partial<NetworkOptions> = {}): Network {
  const layers = [dense(8, "relu"), dropout(0.1), dense(3, "softmax")];
  return new Network({ inputs: 4, layers, seed: 5, ...options });
}

/** History and checkpoint of a fit. */
async function outcome(network: Network, options: FitOptions) {
  const history = await network.fit(x, y, options);
  return { history, checkpoint: Buffer.from(network.checkpoint()).toString("base64") };
}

const custom = { name: "mean", measure: (outputs: Float32Array) => outputs[0] };
const ways: Record<string, FitOptions> = {
  "whole epochs at once": { epochs: 20 },
  "a full batch": { epochs: 5, batchSize: "full", classWeight: "balanced" },
  "a short last batch, in order": { epochs: 3, batchSize: 64, shuffle: false },
  "every metric, one's own too": { epochs: 3, metrics: ["accuracy", "topKAccuracy", "f1", "auc", custom] },
  "validation and early stopping": { epochs: 9, validationSplit: 0.3, earlyStopping: { patience: 1 } },
  "sample weights": { epochs: 2, sampleWeight: Float32Array.from({ length: ROWS }, (_, i) => i % 2) },
  "a budget that ends inside an epoch": { epochs: 3, maxSteps: 20 },
};

afterEach(() => vi.restoreAllMocks());

describe("fit in a worker", () => {
  test.each(Object.entries(ways))("%s: the same history and bits", async (_, options) => {
    const warn = vi.spyOn(console, "warn");
    const there = await outcome(make(), { ...options, worker: true });
    expect(there).toEqual(await outcome(make(), options));
    expect(warn).not.toHaveBeenCalled();
  });

  test.each(["sgd", "nadam", "lbfgs"] as const)("%s: the same bits", async (optimizer) => {
    const options: FitOptions = { epochs: 6, batchSize: "full", metrics: ["accuracy", "f1", "auc"] };
    const layers = [dense(8, "tanh"), batchNorm(), dense(3, "softmax")];
    const there = await outcome(make({ layers, optimizer }), { ...options, worker: true });
    expect(there).toEqual(await outcome(make({ layers, optimizer }), options));
  });

  test("a network larger than the memory that a core begins with", async () => {
    const [here, there] = [1, 2].map(() => make({ layers: [dense(30_000, "relu"), dense(3, "softmax")] }));
    await here.fit(x, y, { batchSize: 250 });
    await there.fit(x, y, { batchSize: 250, worker: true });
    expect(there.getParams()).toEqual(here.getParams());
  });

  test("the relaxed build, and a learning rate that is a function", async () => {
    const [here, there] = [make({ math: relaxed }), make({ math: relaxed })];
    for (const network of [here, there]) network.learningRate = (step) => 0.01 / (1 + step);
    await here.fit(x, y, { epochs: 3 });
    await there.fit(x, y, { epochs: 3, worker: true });
    expect(there.math).toBe(here.math);
    expect(there.getParams()).toEqual(here.getParams());
  });

  test("from a file, by path or URL", async () => {
    const warn = vi.spyOn(console, "warn");
    const path = script();
    const here = await outcome(make(), { epochs: 2 });
    expect(await outcome(make(), { epochs: 2, worker: path })).toEqual(here);
    expect(await outcome(make(), { epochs: 2, worker: pathToFileURL(path) })).toEqual(here);
    expect(warn).not.toHaveBeenCalled();
  });

  test("a source of batches", async () => {
    const batches = [0, 1, 2].map((i) => [x.slice(400 * i, 400 * i + 400), y.slice(100 * i, 100 * i + 100)]);
    const stream = new Set(batches as unknown as Batch[]);
    const [here, there] = [make(), make()];
    await here.fit(stream, { epochs: 2 });
    await there.fit(stream, { epochs: 2, worker: true });
    expect(there.getParams()).toEqual(here.getParams());
  });

  test("data that passes through a window", async () => {
    const many = { x: new Float32Array(10.4e6).fill(0.5), y: new Int32Array(2.6e6) };
    const [here, there] = [1, 2].map(() => make({ layers: [dense(3, "softmax")] }));
    const options = { batchSize: 5000, maxSteps: 200 };
    await here.fit(many.x, many.y, options);
    await there.fit(many.x, many.y, { ...options, worker: true });
    expect(there.getParams()).toEqual(here.getParams());
  });

  test("this thread is free, and a checkpoint of any moment goes on to the same bits", async () => {
    const network = make();
    const controller = new AbortController();
    const options = { epochs: 1e7, validationSplit: 0.1 };
    const checkpoints = new Map<number, Uint8Array>();
    // The fit lasts until a timer of this thread has seen it at some steps: their number depends on the machine, and nothing else.
    const timer = setInterval(() => {
      checkpoints.set(network.step, network.checkpoint());
      if (checkpoints.size > 3) controller.abort();
    });
    const { stopped } = await network.fit(x, y, { ...options, worker: true, signal: controller.signal });
    clearInterval(timer);
    expect(stopped).toBe("aborted");
    for (const [step, bytes] of [...checkpoints].slice(0, 3)) {
      const copy = Network.resume(bytes);
      await copy.fit(x, y, { ...options, maxSteps: network.step - step });
      expect(copy.getParams()).toEqual(network.getParams());
    }
  });
});

describe("callbacks of a fit in a worker", () => {
  /** Records what all callbacks see, and the effect of parameters that they change. */
  async function watched(worker: boolean) {
    const network = make();
    const seen: unknown[] = [];
    const look = (name: string) => async (report?: object) => {
      await Promise.resolve();
      const { seconds, samplesPerSecond, ...rest } = { seconds: 0, samplesPerSecond: 0, ...report };
      seen.push([name, rest, network.loss(x, y)]);
      network.setParams({ b1: new Float32Array(8).fill(seen.length / 100) });
    };
    const names = ["onTrainBegin", "onEpoch", "onTrainEnd"] as const;
    const callbacks = Object.fromEntries(names.map((name) => [name, look(name)]));
    // Reports of batches come together, so that the parameters are later ones.
    const onBatch = async (report: object) => void seen.push(["onBatch", report]);
    const onCheckpoint = (bytes: Uint8Array) => void seen.push(Buffer.from(bytes).toString("base64"));
    await network.fit(x, y, { epochs: 2, batchSize: 100, ...callbacks, onBatch, onCheckpoint, worker });
    return { seen, params: network.getParams() };
  }

  test("are called with the same reports, see and may change the parameters", async () => {
    expect(await watched(true)).toEqual(await watched(false));
  });

  test("stop it by false, or by a promise of it", async () => {
    const stopped = { epochs: 2, stopped: "callback" };
    const stop = { epochs: 9, worker: true };
    expect(await make().fit(x, y, { ...stop, onEpoch: ({ epoch }) => epoch < 2 })).toMatchObject(stopped);
    expect(await make().fit(x, y, { ...stop, onEpoch: async ({ epoch }) => epoch < 2 })).toMatchObject(
      stopped,
    );
  });

  test("a signal ends it, and the network trains on", async () => {
    const network = make();
    const controller = new AbortController();
    const { signal } = controller;
    const running = network.fit(x, y, { epochs: 1e7, worker: true, signal });
    await until(() => network.step > 0);
    controller.abort();
    const { stopped } = await running;
    expect(stopped).toBe("aborted");
    expect(network.step).toBeGreaterThan(0);
    expect((await network.fit(x, y, { worker: true })).stopped).toBe("completed");
    expect(network.trainOnBatch(x, y)).toBeGreaterThan(0);
  });

  test("what one of them throws comes out, and everything is as it was", async () => {
    const network = make();
    const before = network.checkpoint();
    const onEpoch = () => {
      throw new TypeError("mine");
    };
    await expect(network.fit(x, y, { epochs: 2, worker: true, onEpoch })).rejects.toThrow(
      new TypeError("mine"),
    );
    expect(network.checkpoint()).toEqual(before);
  });
});

describe("errors of a fit in a worker", () => {
  test("a training that diverges is as it was", async () => {
    const network = make({ layers: [dense(3)], optimizer: { type: "sgd", learningRate: 1e30 } });
    const before = network.checkpoint();
    const diverging = network.fit(x, new Float32Array(3 * ROWS), { epochs: 50, worker: true });
    await expect(diverging).rejects.toMatchObject({ name: "DivergenceError" });
    expect(network.checkpoint()).toEqual(before);
  });

  test("a second fit meanwhile, and dispose", async () => {
    const network = make();
    const running = network.fit(x, y, { epochs: 1e7, worker: true });
    await expect(network.fit(x, y, { worker: true })).rejects.toMatchObject({ name: "StateError" });
    network.dispose();
    await expect(running).rejects.toMatchObject({ name: "StateError" });
  });

  test("a worker that breaks down", async () => {
    const network = make();
    const before = network.checkpoint();
    const { worker, end } = mortal();
    const lost = network.fit(x, y, { epochs: 1e7, worker });
    await until(() => network.step > 0);
    end();
    await expect(lost).rejects.toMatchObject({
      name: "RuntimeError",
      message: expect.stringMatching(/^The worker that trained was lost \(it ended\): .+\.$/),
    });
    expect(network.checkpoint()).toEqual(before);
    expect((await network.fit(x, y, { worker: true })).stopped).toBe("completed");
  });

  test("mistakes in the option", async () => {
    const network = make();
    for (const worker of [1, "", {}]) {
      await expect(network.fit(x, y, { worker } as FitOptions)).rejects.toMatchObject({
        name: "SpecError",
        message: expect.stringMatching(
          /^worker is .+: give true, or the URL of the file "densely\/worker"\.$/,
        ),
      });
    }
    expect(() => network.fitSync(x, y, { worker: true })).toThrow(
      "fitSync, which cannot wait for one: use fit",
    );
  });

  test("where no worker can be started it says so once and trains here", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    vi.spyOn(process, "getBuiltinModule").mockReturnValue(undefined);
    const options = { epochs: 2 };
    const here = await outcome(make(), options);
    // A library without the workers of the tests above.
    vi.resetModules();
    const { Network } = await import("../../src/index.js");
    const fresh = () => Network.fromJSON(make().toJSON());
    expect((await outcome(fresh(), { ...options, worker: true })).history).toEqual(here.history);
    await expect(outcome(fresh(), { ...options, worker: "/missing.js" })).rejects.toMatchObject({
      name: "RuntimeError",
    });
    expect(warn).toHaveBeenCalledOnce();
    expect(warn.mock.calls[0][0]).toMatch(/^densely trains in slices on this thread.+\(it has none\).+\.$/);
  });
});
