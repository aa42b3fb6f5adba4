/** The option `threads`: what it takes, what it leaves to one thread, and hosts without threads. */

import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { afterEach, expect, test, vi } from "vitest";
import { dense, Network, SpecError } from "../../src/index.js";
import { relaxed } from "../../src/relaxed.js";
import { makeThreads } from "../../src/threads/make.js";
import { makeThreads as makeInWorkerd } from "../../src/threads/workerd.js";
import { threads } from "../../src/threads.js";
import { expectError, floats, wrong } from "../helpers.js";

let started = 0;
const library = process.getBuiltinModule("node:worker_threads") as { Worker: typeof Worker };
library.Worker = class extends Worker {
  constructor(...args: ConstructorParameters<typeof Worker>) {
    super(...args);
    started++;
  }
};

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const wide = { inputs: 200, layers: [dense(200, "relu"), dense(200)], loss: "meanSquaredError" } as const;

test("a count is a whole number of at least 1, by default the cores of the machine", async () => {
  expect([threads().count, threads(3).count]).toEqual([availableParallelism(), 3]);
  expect(threads(3)).toBe(threads(3));
  for (const count of [0, 1.5, wrong<number>("2")]) {
    await expectError(() => threads(count), SpecError, ["count", "whole number"]);
  }
  await expectError(() => threads(257), SpecError, ["count is 257", "at most 256"]);
});

test("the option is what threads made", async () => {
  for (const given of [4, true, {}]) {
    const make = () => new Network({ ...wide, threads: wrong(given) });
    await expectError(make, SpecError, ["threads is", 'import { threads } from "densely/threads"']);
  }
});

test("a network keeps its math, and files are read with threads", () => {
  const network = new Network({ ...wide, math: relaxed, threads: threads(2) });
  expect(network.math).toBe("relaxed");
  const x = floats(32 * 200, 1);
  const read = [
    Network.load(network.save(), { threads: threads(2) }),
    Network.fromJSON(network.toJSON(), { threads: threads(2) }),
    Network.resume(network.checkpoint(), { threads: threads(2) }),
    network.clone(),
  ];
  const predictions = new Network({ ...wide, math: relaxed }).predict(x);
  for (const { math } of read.slice(0, 3)) expect(math).toBe("strict");
  expect(read[3].math).toBe("relaxed");
  expect(read[3].predict(x)).toEqual(predictions);
});

test("small networks and one thread start no threads, large ones start them once", () => {
  const before = started;
  const train = (options: object, rows: number) => {
    const network = new Network({ ...wide, ...options });
    network.fitSync(floats(rows * network.spec.inputs, 1), floats(rows * 200, 2), {
      epochs: 2,
      batchSize: 64,
    });
  };
  train({ threads: threads(1) }, 256);
  train({ inputs: 2, layers: [dense(8, "relu"), dense(200)], threads: threads(2) }, 16);
  expect(started).toBe(before);
  train({ threads: threads(2) }, 256);
  train({ threads: threads(2) }, 256);
  expect(started).toBeLessThanOrEqual(before + 1);
});

test("where a page is not isolated, a warning says so once, and one thread computes", () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  vi.stubGlobal("process", {});
  vi.stubGlobal("crossOriginIsolated", false);
  expect(makeThreads(2).buildFor(relaxed)).toBe(relaxed);
  expect(makeThreads(3).buildFor()).toBe(undefined);
  expect(warn.mock.calls).toEqual([[expect.stringContaining("Cross-Origin-Opener-Policy")]]);
});

test("Cloudflare Workers have one thread, which a warning says once", () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  expect(makeInWorkerd(2).buildFor(relaxed)).toBe(relaxed);
  expect(makeInWorkerd(2).buildFor()).toBe(undefined);
  expect(warn.mock.calls).toEqual([[expect.stringContaining("one thread")]]);
});
