/**
 * A worker process of the tests: node worker.mjs '{"url": ..., "diesAfter": 3, ...options of work}'. It says "ready" once it works.
 * With `diesAfter` it is killed so many milliseconds after its first job has begun.
 */

import { Worker } from "bullmq";
import { type WorkOptions, work } from "../../src/bullmq.js";

/** Options of work, and those of the process. */
export type WorkerOptions = WorkOptions & { url: string; diesAfter?: number };

const { url, diesAfter, ...options }: WorkerOptions = JSON.parse(process.argv[2]);
const { emit } = Worker.prototype;
const job = new Promise<void>((begun) => {
  Worker.prototype.emit = function (event: string, ...values: unknown[]) {
    if (event === "active") begun();
    return (emit as (...given: unknown[]) => boolean).call(this, event, ...values);
  };
});
await work({ url }, { ...options, onError: () => {}, onJob: (report) => process.send?.(report) });
await new Promise((said) => process.send?.("ready", said));
if (diesAfter !== undefined) {
  await job;
  setTimeout(() => process.kill(process.pid, "SIGKILL"), diesAfter);
}
