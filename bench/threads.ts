/**
 * npm run bench:threads: one network on 1, 2 and, where the machine has them, 4 and 8 threads, beside PyTorch on as many where
 * it is installed. It also draws threads.svg: the efficiency of two threads as the width of a step grows. A turn begins when
 * other programs leave the cores free. `npm run bench:threads -- wide predict` runs some of it, and keeps nothing.
 */

import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { findPython, start, writeTask } from "./lib/child.js";
import { untilFree } from "./lib/cores.js";
import { median } from "./lib/judge.js";
import { loadLibrary } from "./lib/library.js";
import { rerunUnderNode24 } from "./lib/node.js";
import { normal } from "./lib/random.js";
import { alignColumns, keep, machine, threeDigits } from "./lib/report.js";
import { panels } from "./lib/svg.js";
import { contestants } from "./peers/index.js";
import { prepare, select, type Task } from "./workloads/index.js";

const ROUNDS = 9;
const TURN_SECONDS = 0.12;

rerunUnderNode24();
const { Network, dense, sgd, adam, relaxed, threads } = await loadLibrary();
const COUNTS = [1, 2, 4, 8].filter((count) => count <= Math.max(2, availableParallelism()));
const optionOf = (count: number) => (count === 1 ? {} : { threads: threads(count) });

/** Does something `times` times. */
type Repeat = (times: number) => void;

/** Seconds of one repetition of each contestant: medians of turns in alternating order. */
async function race(contestants: readonly Repeat[]): Promise<number[]> {
  const time = (repeat: Repeat, times: number): number => {
    const begin = performance.now();
    repeat(times);
    return (performance.now() - begin) / 1000;
  };
  const times = contestants.map((repeat) => {
    let count = 1;
    for (let seconds = time(repeat, 1); seconds < 0.8 * TURN_SECONDS; seconds = time(repeat, count)) {
      count = Math.ceil(count * Math.min(100, TURN_SECONDS / Math.max(seconds, 1e-4)));
    }
    return count;
  });
  const results = contestants.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round++) {
    const order = contestants.map((_, i) => (round % 2 === 0 ? i : contestants.length - 1 - i));
    for (const i of order) {
      await untilFree();
      results[i].push(time(contestants[i], times[i]) / times[i]);
    }
  }
  return results.map(median);
}

/** A network that trains on a task, one epoch at a time. */
function trainingOf({ inputs, layers, optimizer, batchSize, data }: Task, count: number): Repeat {
  const network = new Network({
    inputs,
    layers: layers.map(({ units, activation }) => dense(units, activation)),
    optimizer: (optimizer.kind === "adam" ? adam : sgd)({ learningRate: optimizer.learningRate }),
    math: relaxed,
    ...optionOf(count),
  });
  return (times) => network.fitSync(data.x, data.labels ?? data.y, { epochs: times, batchSize });
}

/** A network that predicts rows. */
function predictionOf(widths: readonly number[], x: Float32Array, out: Float32Array, count: number): Repeat {
  const network = new Network({
    inputs: widths[0],
    layers: widths.slice(1).map((units, i) => dense(units, i < widths.length - 2 ? "relu" : "softmax")),
    math: relaxed,
    ...optionOf(count),
  });
  return (times) => {
    for (let i = 0; i < times; i++) network.predict(x, { out });
  };
}

/** Samples per second of PyTorch on each number of threads; nothing where it is not installed. */
async function torchOn(task: Task): Promise<number[]> {
  const torch = contestants.find(({ name }) => name === "PyTorch");
  if (!torch?.imports || !findPython(torch.imports)) return [];
  const { folder, remove } = writeTask(task);
  const results: number[] = [];
  for (const count of COUNTS) {
    const child = start(torch, task.name, folder, count);
    await child.ask({ do: "create" });
    const turns: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      await untilFree();
      const { seconds } = await child.ask({ do: "train", steps: task.batches });
      turns.push(task.data.rows / seconds);
    }
    child.stop();
    results.push(median(turns));
  }
  remove();
  return results;
}

const rowsOf = (name: string, perSecond: readonly number[]): string[][] =>
  perSecond.map((rate, i) => [
    i === 0 ? name : "",
    `${COUNTS[i]}`,
    `${threeDigits(rate / 1000)} k/s`,
    `${threeDigits(rate / perSecond[0])}x`,
  ]);

const { date, processor, node } = machine();
console.log(`Medians of ${ROUNDS} turns, ${date}, ${processor}, Node ${node}, relaxed; samples per second\n`);
const PREDICTION = "predict 10,000 rows of 784-512-512-10";
const NAMES = ["wide", "mnist128-sgd", "mnist128-adam", "mnist32dense", "iris-sgd", "xor", PREDICTION];
const given = process.argv.slice(2);
const chosen = NAMES.filter((name) => given.length === 0 || given.some((start) => name.startsWith(start)));
const lines: string[][] = [];
const kept: Record<string, readonly number[]> = {};
let hasTorch = false;

for (const workload of select(chosen.filter((name) => name !== PREDICTION))) {
  const task = prepare(workload);
  const seconds = await race(COUNTS.map((count) => trainingOf(task, count)));
  const rates = seconds.map((time) => task.data.rows / time);
  kept[workload.name] = rates;
  lines.push(...rowsOf(workload.name, rates));
  const torch = await torchOn(task);
  hasTorch ||= torch.length > 0;
  lines.push(...rowsOf(`${workload.name}, PyTorch`, torch));
}
if (chosen.includes(PREDICTION)) {
  const rows = 10_000;
  const x = Float32Array.from({ length: rows * 784 }, normal(1));
  const out = new Float32Array(rows * 10);
  const seconds = await race(COUNTS.map((count) => predictionOf([784, 512, 512, 10], x, out, count)));
  const rates = seconds.map((time) => rows / time);
  kept.predict = rates;
  lines.push(...rowsOf(PREDICTION, rates));
}
console.log(alignColumns(lines, ["left", "right", "right", "right"]).join("\n"));
if (!hasTorch) console.log("\nPyTorch is not installed here.");
if (given.length > 0) process.exit();

/** Two layers of one width: the speed on two threads over twice that on one. */
const WIDTHS = [16, 32, 64, 128, 256, 512, 1024];
const batchSize = 64;
const points: [width: number, efficiency: number][] = [];
for (const width of WIDTHS) {
  const rows = 1024;
  const x = Float32Array.from({ length: rows * width }, normal(2));
  const layers = [dense(width, "relu"), dense(width)];
  const [one, two] = await race(
    [1, 2].map((count) => {
      const network = new Network({
        inputs: width,
        layers,
        optimizer: sgd({ learningRate: 1e-3 }),
        math: relaxed,
        ...optionOf(count),
      });
      return (times: number) => network.fitSync(x, x, { epochs: times, batchSize });
    }),
  );
  points.push([width, one / two / 2]);
}
console.log(`\nEfficiency of two threads, two layers of one width, batch ${batchSize}`);
const efficiencies = points.map(([width, share]) => [`${width}`, `${threeDigits(100 * share)} %`]);
console.log(alignColumns(efficiencies, ["right", "right"]).join("\n"));
const svg = panels({
  title: `Efficiency of two threads: speed over twice that of one, in %`,
  subtitle: `two layers of one width, batch ${batchSize}, ${processor}, Node ${node}, ${date}`,
  rows: [
    [{ x: "width of both layers", y: "%", points: points.map(([width, share]) => [width, 100 * share]) }],
  ],
});
writeFileSync(new URL("threads.svg", import.meta.url), svg);
keep({ workload: "threads", counts: COUNTS, samplesPerSecond: kept, efficiency: points });
