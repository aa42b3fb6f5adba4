/**
 * A driver process of the tests: node driver.mjs '{"url": ..., "task": "rounds" | "many" | "search", "resume": true,
 * "stopAfter": 2}'. It sends { done } after every round, fit or trial, and the bits of the result. After `stopAfter` of the
 * former it stands still until it is killed.
 */

import { cluster } from "../../src/bullmq.js";
import { Network } from "../../src/index.js";
import { real, search } from "../../src/search.js";
import { bitsOf, spec, table } from "./tables.js";
import { manyFits, ROUNDS, searchOptions, shardSpec, shards } from "./tasks.js";

const { url, task, resume, stopAfter } = JSON.parse(process.argv[2]);
const machines = await cluster({ connection: { url }, onError: () => {} });
process.send?.("ready");
let count = 0;
const done = () => {
  process.send?.({ done: ++count });
  if (count === stopAfter) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
};

async function run(): Promise<Network[]> {
  if (task === "search") {
    const { x, y } = table(400);
    const make = ({ rate }: { rate: number }) =>
      new Network({ ...spec(), optimizer: { type: "adam", learningRate: rate } });
    const options = { ...searchOptions, on: machines, id: task, onTrial: done };
    const { best } = await search({ rate: real(1e-4, 1, { log: true }) }, make, x, y, options);
    return [best.network as Network];
  }
  if (resume) return [await machines.resume(task, { onRound: done, onFit: done })].flat();
  if (task === "rounds")
    return [await machines.fit(shardSpec, shards(), { ...ROUNDS, id: task, onRound: done })];
  return machines.fitMany(manyFits(), { id: task, onFit: done });
}

const networks = await run();
process.send?.({ bits: networks.map(bitsOf) }, () => process.exit(0));
