/**
 * One contestant in a separate process, so that no peer's garbage, polyfills or worker threads affect another's figures.
 * It answers lines of JSON with lines of JSON; peers/python/serve.py answers the same requests. The time is taken here, so
 * that the pipe is in no figure.
 */

import { createInterface } from "node:readline";
import type { Answer, Request } from "../lib/child.js";
import { Timed } from "../lib/timed.js";
import { prepare, select } from "../workloads/index.js";
import { type Create, contestants } from "./index.js";

const [contestantName, workloadName] = process.argv.slice(2);
const contestant = contestants.find(({ name }) => name === contestantName);
if (!contestant?.module) throw new Error(`no contestant "${contestantName}" in JavaScript`);
const task = prepare(select([workloadName])[0]);
const reply = process.stdout.write.bind(process.stdout);
console.log = console.error;
console.info = console.error;

const { create }: { create: Create } = await import(contestant.module);
const timed = new Timed(task, () => create(task, contestant));

async function answer(request: Request): Promise<Partial<Answer>> {
  switch (request.do) {
    case "version":
      throw new Error("the version of a package is read from its manifest");
    case "create":
      await timed.create();
      return {};
    case "train":
      return { seconds: await timed.turn({ steps: request.steps }) };
    case "endToEnd":
      return { seconds: await timed.turn({ times: request.times }) };
    case "predict":
      return { outputs: await timed.predict(request.rows) };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  try {
    reply(`${JSON.stringify(await answer(JSON.parse(line)))}\n`);
  } catch (error) {
    reply(`${JSON.stringify({ error: error instanceof Error ? error.message : String(error) })}\n`);
  }
}
process.exit(0);
