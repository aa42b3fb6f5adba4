import { createInterface } from "node:readline";
import { prepare, select } from "../workloads/index.mjs";
import { contestants } from "./index.mjs";

// One contestant in a process of its own, so that no peer's garbage, polyfills or worker threads touch another's
// figures. It answers lines of JSON with lines of JSON; peers/python/serve.py speaks the same words.
// Time is taken here, so the pipe is in no figure.

const [contestantName, workloadName] = process.argv.slice(2);
const contestant = contestants.find(({ name }) => name === contestantName);
const task = prepare(select([workloadName])[0]);
const reply = process.stdout.write.bind(process.stdout);
console.log = console.error;
console.info = console.error;

const { create } = await import(contestant.module);

/**
 * @typedef {object} Run
 * @property {(steps: number) => void | Promise<void>} train makes `steps` updates, from the first row on: whole
 *   epochs, or less than one
 * @property {(rows: number) => ArrayLike<number> | Promise<ArrayLike<number>>} predict the outputs of the first rows
 * @property {() => void} [dispose]
 */
/** @type {Run} */
let run;

const requests = {
  async create() {
    run = await create(task, contestant);
    return {};
  },
  async train({ steps }) {
    const start = performance.now();
    await run.train(steps);
    return { seconds: (performance.now() - start) / 1000 };
  },
  async endToEnd({ times }) {
    let seconds = 0;
    for (let i = 0; i < times; i++) {
      const start = performance.now();
      const whole = await create(task, contestant);
      await whole.train(task.updates);
      seconds += (performance.now() - start) / 1000;
      run?.dispose?.();
      run = whole;
    }
    return { seconds };
  },
  async predict({ rows }) {
    return { outputs: Array.from(await run.predict(rows)) };
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  try {
    reply(`${JSON.stringify(await requests[request.do](request))}\n`);
  } catch (error) {
    reply(`${JSON.stringify({ error: String(error?.message ?? error) })}\n`);
  }
}
process.exit(0);
