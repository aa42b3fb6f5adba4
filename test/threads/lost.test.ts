/** Threads that end: before a call they are replaced, within one there is an error, and the network is as it was. */

import { Worker } from "node:worker_threads";
import { beforeAll, beforeEach, expect, test } from "vitest";
import { dense, Network, RuntimeError, sgd } from "../../src/index.js";
import { expectError, floats } from "../helpers.js";
import { FORCED, forcedThreads } from "./forced.js";

/** A thread whose end may be kept from the library. */
class Mate extends Worker {
  #onEnd: (() => void) | undefined;

  constructor(...args: ConstructorParameters<typeof Worker>) {
    super(...args);
    started.push(this);
  }

  override emit(event: string, ...values: unknown[]): boolean {
    if (event !== "exit" || !this.#onEnd) return super.emit(event, ...values);
    this.#onEnd();
    return true;
  }

  /** Ends it, so that the library does not hear of it. */
  endSecretly(): Promise<void> {
    return new Promise((resolve) => {
      this.#onEnd = resolve;
      void this.terminate();
    });
  }
}

const started: Mate[] = [];

beforeAll(() => {
  const threads = process.getBuiltinModule("node:worker_threads") as { Worker: typeof Worker };
  threads.Worker = Mate;
});

/** How long the library waits for a thread: short once one of them has ended for certain. */
const engagement = { ...FORCED };
beforeEach(() => {
  engagement.naps = FORCED.naps;
});

/** Ends the thread that was started last, without this one having heard of it. */
async function kill(): Promise<void> {
  await started.at(-1)?.endSecretly();
  engagement.naps = 1;
}

/** Expects that the call finds the thread lost. */
async function expectLost(call: () => unknown): Promise<void> {
  await expectError(call, RuntimeError, lost);
  engagement.naps = FORCED.naps;
}

const x = floats(64 * 20, 1);
const y = floats(64 * 3, 2);

function make(isThreaded = true): Network {
  return new Network({
    inputs: 20,
    layers: [dense(40, "tanh"), dense(3)],
    optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }),
    ...(isThreaded && { threads: forcedThreads(2, engagement) }),
  });
}

const options = { epochs: 3, batchSize: 16 };
const expected = make(false).fitSync(x, y, options);

test("a thread that ends between two calls is replaced", async () => {
  const network = make();
  network.predict(x);
  const count = started.length;
  await started.at(-1)?.terminate();
  await new Promise(setImmediate);
  expect(network.fitSync(x, y, options).loss).toEqual(expected.loss);
  expect(started.length).toBe(count + 1);
});

const lost = ["A thread that shared the steps was lost", "as they were before the call", "leave threads out"];

test("a thread that ends within fitSync is an error; the network is as before, and goes on", async () => {
  const network = make();
  const before = network.getParams();
  network.predict(x);
  await kill();
  await expectLost(() => network.fitSync(x, y, options));
  expect(network.getParams()).toEqual(before);
  expect(network.fitSync(x, y, options).loss).toEqual(expected.loss);
});

test("a thread that ends within fit is an error; parameters, states and progress are as before", async () => {
  const network = make();
  const onEpoch = async ({ epoch }: { epoch: number }) => {
    if (epoch === 2) await kill();
  };
  await expectLost(() => network.fit(x, y, { ...options, onEpoch }));
  expect(network.step).toBe(0);
  expect((await network.fit(x, y, options)).loss).toEqual(expected.loss);
});

test("a thread that ends within trainOnBatch is an error, and the network is as before", async () => {
  const network = make();
  const before = network.getParams();
  network.predict(x);
  await kill();
  await expectLost(() => network.trainOnBatch(x, y));
  expect([network.getParams(), network.step]).toEqual([before, 0]);
});
