/** Threads that end: before a call they are replaced, within one there is an error, and the network is as it was. */

import { Worker } from "node:worker_threads";
import { beforeAll, expect, test } from "vitest";
import { dense, Network, RuntimeError, sgd } from "../../src/index.js";
import { expectError, floats } from "../helpers.js";
import { forcedThreads } from "./forced.js";

const started: Worker[] = [];

/** Keeps the threads that the library starts. */
beforeAll(() => {
  const threads = process.getBuiltinModule("node:worker_threads") as { Worker: typeof Worker };
  threads.Worker = class extends Worker {
    constructor(...args: ConstructorParameters<typeof Worker>) {
      super(...args);
      started.push(this);
    }
  };
});

const pause = (milliseconds: number) =>
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);

/** Ends the thread that was started last, without this one having heard of it. */
function kill(): void {
  void started.at(-1)?.terminate();
  pause(200);
}

const x = floats(64 * 20, 1);
const y = floats(64 * 3, 2);

function make(isThreaded = true): Network {
  return new Network({
    inputs: 20,
    layers: [dense(40, "tanh"), dense(3)],
    optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }),
    ...(isThreaded && { threads: forcedThreads(2, 2) }),
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
  kill();
  await expectError(() => network.fitSync(x, y, options), RuntimeError, lost);
  expect(network.getParams()).toEqual(before);
  expect(network.fitSync(x, y, options).loss).toEqual(expected.loss);
});

test("a thread that ends within fit is an error; parameters, states and progress are as before", async () => {
  const network = make();
  const onEpoch = ({ epoch }: { epoch: number }) => {
    if (epoch === 2) kill();
  };
  await expectError(() => network.fit(x, y, { ...options, onEpoch }), RuntimeError, lost);
  expect(network.step).toBe(0);
  expect((await network.fit(x, y, options)).loss).toEqual(expected.loss);
});

test("a thread that ends within trainOnBatch is an error, and the network is as before", async () => {
  const network = make();
  const before = network.getParams();
  network.predict(x);
  kill();
  await expectError(() => network.trainOnBatch(x, y), RuntimeError, lost);
  expect([network.getParams(), network.step]).toEqual([before, 0]);
});
