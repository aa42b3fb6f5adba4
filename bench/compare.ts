/**
 * npm run bench:compare -- OLD_DIST [workload...] [--rounds count] [--math strict|relaxed]: the speed of dist/ beside that of
 * an older build, OLD_DIST. Both builds train in one process and take turns, in alternating order, so that a slow moment of
 * the machine affects both. The ratio is that of the medians; above 1, dist/ is faster.
 */

import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { median } from "./lib/judge.js";
import { loadLibrary } from "./lib/library.js";
import { rerunUnderNode24 } from "./lib/node.js";
import { alignColumns, machine, threeDigits } from "./lib/report.js";
import { Timed } from "./lib/timed.js";
import { type Amount, amountFor, samplesOf, warmUp } from "./lib/turn.js";
import { create } from "./peers/densely.js";
import { prepare, select, type Task } from "./workloads/index.js";

type MathName = "strict" | "relaxed";

rerunUnderNode24();
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string", default: "21" },
    math: { type: "string" },
  },
});
const [folder, ...names] = positionals;
if (!folder) throw new Error("name the folder of the older build: npm run bench:compare -- OLD_DIST");
const builds = [await loadLibrary(resolve(folder)), await loadLibrary()];
const maths = (["strict", "relaxed"] as const).filter(
  (math) => options.math === undefined || options.math === math,
);

/** Samples per second in one turn. */
async function rateOf(task: Task, timed: Timed, amount: Amount): Promise<number> {
  return samplesOf(task, amount) / (await timed.turn(amount));
}

/** The rates of both builds in every round. */
async function compare(task: Task, math: MathName, rounds: number): Promise<number[][]> {
  const pair = builds.map((library) => new Timed(task, () => create(task, { math }, library)));
  let amount: Amount = task.endToEnd ? { times: 1 } : { steps: task.batches };
  for (const timed of pair) {
    amount = await warmUp(amount, async (part) => amountFor(task, await rateOf(task, timed, part)));
  }
  const rates: number[][] = [[], []];
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? [0, 1] : [1, 0];
    for (const build of order) rates[build].push(await rateOf(task, pair[build], amount));
  }
  for (const timed of pair) timed.dispose();
  return rates;
}

const rows = [];
for (const workload of select(names)) {
  const task = prepare(workload);
  for (const math of maths) {
    const [old, now] = (await compare(task, math, Number(options.rounds))).map(median);
    rows.push([workload.name, math, threeDigits(old), threeDigits(now), (now / old).toFixed(3)]);
  }
}
const { date, processor, node } = machine();
console.log(`samples per second, medians of ${options.rounds} rounds, ${date}, ${processor}, Node ${node}`);
const lines = alignColumns(
  [["", "math", "old", "new", "new / old"], ...rows],
  ["left", "left", "right", "right", "right"],
);
console.log(lines.join("\n"));
