/**
 * The conformance of networks that share their steps between threads: the fixed networks, which end with the hashes of one thread,
 * and a larger network, by every call. On a page that is cross-origin isolated, or in a process.
 */

import { expected } from "./expect.js";
import { differences, hashWeights, totalOf } from "./hash.js";
import { numbers } from "./networks.js";

const ROWS = 300;
const WIDTH = 160;

/** Everything that a network of some layers computes, as text. `fits` are the calls that train it. */
async function resultsOf({ densely, math, threads }, fits) {
  const { batchNorm, dense, Network } = densely;
  const layers = [dense(WIDTH, "relu"), batchNorm(), dense(WIDTH, "tanh"), dense(WIDTH)];
  const options = { inputs: WIDTH, layers, loss: "meanSquaredError", math, seed: 5 };
  const network = new Network(threads ? { ...options, threads } : options);
  const x = numbers(ROWS, WIDTH);
  const losses = [];
  for (const fit of fits) losses.push(...(await network[fit](x, x, { epochs: 40, batchSize: 64 })).loss);
  losses.push(network.trainOnBatch(x, x), network.evaluate(x, x).loss);
  expected(
    network.math === (math?.name ?? "strict") || network.math === "strict",
    "the math that was asked for",
  );
  return JSON.stringify([losses, Array.from(network.predict(x)), network]);
}

/** Runs both tests. @returns a report as that of suite.js. */
export async function conformOnThreads({ densely, article, relaxed, threads }) {
  const weights = { hash: "", parts: {} };
  class Network extends densely.Network {
    constructor(options) {
      super({ ...options, threads: threads(2) });
    }
  }
  const tests = {
    async "a larger network has the bits of one thread"() {
      const fits = ["fit", "fitSync", "fit"];
      for (const math of [undefined, relaxed]) {
        const alone = await resultsOf({ densely, math }, fits);
        for (const count of [2, 3]) {
          const shared = await resultsOf({ densely, math, threads: threads(count) }, fits);
          expected(shared === alone, `equal bits on ${count} threads`);
        }
      }
    },
    async "the weights hash to the constants"() {
      weights.parts = await hashWeights({ densely, article, Network });
      weights.hash = await totalOf(weights.parts);
      const different = differences(weights.parts);
      if (different.length > 0) throw new Error(different.join(" "));
    },
  };
  const failures = [];
  for (const [name, test] of Object.entries(tests)) {
    await test().catch((error) => failures.push(`${name}: ${error.message}`));
  }
  const { math } = new densely.Network({ inputs: 1, layers: [densely.dense(1)], math: relaxed });
  return { math, passed: Object.keys(tests).length - failures.length, failures, ...weights };
}
