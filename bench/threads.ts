/**
 * npm run bench:threads: one network on 1, 2 and, where the machine has them, 4 and 8 threads, beside PyTorch on as many where
 * it is installed. It also draws threads.svg: the efficiency of two threads as the width of a step grows. A turn that
 * other programs disturb is repeated. `npm run bench:threads -- wide predict efficiency` runs these parts of it.
 */

import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { findPython, start, writeTask } from "./lib/child.js";
import { undisturbed } from "./lib/cores.js";
import { median } from "./lib/judge.js";
import { loadLibrary } from "./lib/library.js";
import { rerunUnderNode24 } from "./lib/node.js";
import { normal } from "./lib/random.js";
import { keep, machine, threeDigits } from "./lib/report.js";
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
      results[i].push(await undisturbed(() => time(contestants[i], times[i]) / times[i]));
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
      const { seconds } = await undisturbed(() => child.ask({ do: "train", steps: task.batches }));
      turns.push(task.data.rows / seconds);
    }
    child.stop();
    results.push(median(turns));
  }
  remove();
  return results;
}

/** Prints and keeps the samples per second of one part, on each number of threads. */
function report(
  part: string,
  title: string,
  samplesPerSecond: readonly number[],
  torch: readonly number[] = [],
): void {
  const print = (name: string, rates: readonly number[]) =>
    rates.forEach((rate, i) => {
      const columns = [`${threeDigits(rate / 1000)} k/s`, `${threeDigits(rate / rates[0])}x`];
      console.log((i === 0 ? name : "").padEnd(40), COUNTS[i], ...columns.map((text) => text.padStart(11)));
    });
  print(title, samplesPerSecond);
  print(`${title}, PyTorch`, torch);
  keep({ workload: `threads-${part}`, counts: COUNTS, samplesPerSecond, torch });
}

const WORKLOADS = ["wide", "mnist128-sgd", "mnist128-adam", "mnist32dense", "iris-sgd", "xor"];
const given = process.argv.slice(2);
const isChosen = (part: string): boolean => given.length === 0 || given.includes(part);
const { date, processor, node } = machine();
console.log(`Medians of ${ROUNDS} turns, ${date}, ${processor}, Node ${node}, relaxed; samples per second\n`);

for (const workload of WORKLOADS.filter(isChosen).flatMap((name) => select([name]))) {
  const task = prepare(workload);
  const seconds = await race(COUNTS.map((count) => trainingOf(task, count)));
  const rates = seconds.map((time) => task.data.rows / time);
  report(workload.name, workload.name, rates, await torchOn(task));
}
if (isChosen("predict")) {
  const rows = 10_000;
  const x = Float32Array.from({ length: rows * 784 }, normal(1));
  const out = new Float32Array(rows * 10);
  const seconds = await race(COUNTS.map((count) => predictionOf([784, 512, 512, 10], x, out, count)));
  const rates = seconds.map((time) => rows / time);
  report("predict", "predict 10,000 rows of 784-512-512-10", rates);
}
if (isChosen("efficiency")) await drawEfficiency();

/** Two layers of one width, wider and wider: the speed on two threads over twice that on one. */
async function drawEfficiency(): Promise<void> {
  const batchSize = 64;
  const points: [width: number, percent: number][] = [];
  console.log(`\nEfficiency of two threads, two layers of one width, batch ${batchSize}`);
  for (const width of [16, 32, 64, 128, 256, 512, 1024]) {
    const x = Float32Array.from({ length: 1024 * width }, normal(2));
    const layers = [dense(width, "relu"), dense(width)];
    const optimizer = sgd({ learningRate: 1e-3 });
    const fits = [1, 2].map((count) => {
      const network = new Network({ inputs: width, layers, optimizer, math: relaxed, ...optionOf(count) });
      return (times: number) => network.fitSync(x, x, { epochs: times, batchSize });
    });
    const [one, two] = await race(fits);
    points.push([width, (100 * one) / two / 2]);
    console.log(`${width}`.padStart(6), `${threeDigits((100 * one) / two / 2)} %`.padStart(8));
  }
  const svg = panels({
    title: "Efficiency of two threads: speed over twice that of one, in %",
    subtitle: `two layers of one width, batch ${batchSize}, ${processor}, Node ${node}, ${date}`,
    rows: [[{ x: "width of both layers", y: "%", points }]],
  });
  writeFileSync(new URL("threads.svg", import.meta.url), svg);
  keep({ workload: "threads-efficiency", points });
}
