/** A worker process of the tests: node worker.cjs '{"url": ..., ...options of work}'. It says "ready" once it works. */

import { type WorkOptions, work } from "../../src/bullmq.js";

const { url, ...options }: WorkOptions & { url: string } = JSON.parse(process.argv[2]);
await work({ url }, { ...options, onError: () => {}, onJob: (report) => process.send?.(report) });
process.send?.("ready");
