/** Fits in a worker that has threads of its own. */

import { expect, test } from "vitest";
import { dense, Network, SpecError } from "../../src/index.js";
import { threads } from "../../src/threads.js";
import { expectError, floats } from "../helpers.js";

const x = floats(512 * 200, 1);
const y = floats(512 * 200, 2);
const options = { epochs: 3, batchSize: 64 };

const make = (more: object) =>
  new Network({ inputs: 200, layers: [dense(200, "relu"), dense(200)], loss: "meanSquaredError", ...more });

test("worker: true trains in a worker with threads, to the same bits", async () => {
  const network = make({ threads: threads(2) });
  const expected = make({});
  const { loss } = expected.fitSync(x, y, options);
  expect((await network.fit(x, y, { ...options, worker: true })).loss).toEqual(loss);
  expect(network.getParams()).toEqual(expected.getParams());
});

test("a worker that is a file has no threads, which is said at the door", async () => {
  const network = make({ threads: threads(2) });
  for (const worker of ["worker.js", new URL("file:///worker.js")]) {
    const words = ["worker is the file", "worker.js", "give true", "leave threads out"];
    await expectError(() => network.fit(x, y, { ...options, worker }), SpecError, words);
  }
  expect(network.step).toBe(0);
});
