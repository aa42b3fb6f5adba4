/**
 * npx tsx bench/article.ts: epochs per second of the article's train, in densely and in NumPy float64 on one thread. Whole
 * calls are timed, initial weights included, and the contestants take turns.
 */

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findPython } from "./lib/child.js";
import { median } from "./lib/judge.js";
import { addressOf } from "./lib/library.js";
import { rerunUnderNode24 } from "./lib/node.js";
import { machine, threeDigits } from "./lib/report.js";
import { type Data, pictures, xor } from "./workloads/data.js";

interface Training {
  readonly name: string;
  readonly layer_dims: number[];
  readonly data: Data;
  readonly lr: number;
  /** Epochs in one round, so that a round of each contestant takes about as long. */
  readonly epochs: { readonly densely: number; readonly numpy: number };
}

/** The time of one training and its last cost. */
interface Outcome {
  readonly seconds: number;
  readonly cost: number;
}

const ROUNDS = 7;
const TRAININGS: readonly Training[] = [
  { name: "XOR", layer_dims: [2, 3, 1], data: xor(), lr: 0.5, epochs: { densely: 500_000, numpy: 10_000 } },
  {
    name: "cat",
    layer_dims: [12288, 20, 7, 5, 1],
    data: pictures(),
    lr: 0.01,
    epochs: { densely: 200, numpy: 60 },
  },
];

rerunUnderNode24();
const { train }: typeof import("../src/article.js") = await import(addressOf("article.js"));
const python = findPython(["numpy"]);
if (!python)
  throw new Error("no python3 can import numpy: install it, for example by apt-get install python3-numpy");

/** The article's layout, features x samples. */
function transpose(values: Float32Array, samples: number): Float64Array[] {
  const features = values.length / samples;
  return Array.from({ length: features }, (_, f) =>
    Float64Array.from({ length: samples }, (_, s) => values[s * features + f]),
  );
}

function trainHere(
  X: Float64Array[],
  Y: Float64Array[],
  { layer_dims, lr }: Training,
  epochs: number,
): Outcome {
  const start = performance.now();
  const [, costs] = train(X, Y, layer_dims, epochs, lr);
  return { seconds: (performance.now() - start) / 1000, cost: costs[costs.length - 1] };
}

function trainInNumPy(
  command: string,
  folder: string,
  { layer_dims, lr }: Training,
  epochs: number,
): Outcome {
  const script = fileURLToPath(new URL("article.py", import.meta.url));
  const env = {
    ...process.env,
    OMP_NUM_THREADS: "1",
    OPENBLAS_NUM_THREADS: "1",
    PYTHONDONTWRITEBYTECODE: "1",
  };
  const args = [script, folder, epochs, lr, ...layer_dims].map(String);
  const { stdout, stderr } = spawnSync(command, args, { env, encoding: "utf8" });
  if (!stdout) throw new Error(stderr);
  return JSON.parse(stdout);
}

const { date, processor, node } = machine();
console.log(`epochs per second, medians of ${ROUNDS} rounds, ${date}, ${processor}, Node ${node}`);
for (const training of TRAININGS) {
  const { name, layer_dims, data, epochs } = training;
  const X = transpose(data.x, data.rows);
  const Y = transpose(data.y, data.rows);
  const folder = mkdtempSync(join(tmpdir(), "densely-article-"));
  for (const [file, rows] of Object.entries({ X, Y })) {
    writeFileSync(join(folder, `${file}.f64`), Buffer.concat(rows.map(({ buffer }) => Buffer.from(buffer))));
  }
  const there = (count: number) => trainInNumPy(python, folder, training, count);
  const costs = [trainHere(X, Y, training, epochs.numpy), there(epochs.numpy)];
  const rates = { densely: [] as number[], numpy: [] as number[] };
  for (let round = 0; round < ROUNDS; round++) {
    rates.densely.push(epochs.densely / trainHere(X, Y, training, epochs.densely).seconds);
    rates.numpy.push(epochs.numpy / there(epochs.numpy).seconds);
  }
  rmSync(folder, { recursive: true });
  const [densely, numpy] = [median(rates.densely), median(rates.numpy)];
  const last = costs.map(({ cost }) => cost.toFixed(6)).join(" and ");
  console.log(
    `${name} ${layer_dims.join("-")}, ${data.rows} samples: densely ${threeDigits(densely)}, NumPy float64 ${threeDigits(numpy)}, ${threeDigits(densely / numpy)}x; cost after ${epochs.numpy} epochs ${last}`,
  );
}
