import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findPython } from "./lib/child.mjs";
import { median } from "./lib/judge.mjs";
import { rerunUnderNode24 } from "./lib/node.mjs";
import { machine, threeDigits } from "./lib/report.mjs";
import { pictures, xor } from "./workloads/data.mjs";

// node bench/article.mjs: epochs a second of the article's train, here and in NumPy float64 on one thread. Whole calls
// are timed, initial weights included; the contestants take turns.

rerunUnderNode24();
const { train } = await import("../dist/article.js");

const rounds = 7;
const script = fileURLToPath(new URL("article.py", import.meta.url));
const python = findPython(["numpy"]);
if (!python)
  throw new Error("no python3 can import numpy: install it, such as by apt-get install python3-numpy");

const workloads = [
  { name: "XOR", layer_dims: [2, 3, 1], data: xor(), lr: 0.5, epochs: { densely: 500_000, numpy: 10_000 } },
  {
    name: "cat",
    layer_dims: [12288, 20, 7, 5, 1],
    data: pictures(),
    lr: 0.01,
    epochs: { densely: 200, numpy: 60 },
  },
];

/** Rows of samples as the article has them: features x samples. */
function transpose(values, samples) {
  const features = values.length / samples;
  return Array.from({ length: features }, (_, f) =>
    Float64Array.from({ length: samples }, (_, s) => values[s * features + f]),
  );
}

/** Seconds of one training, and its last cost. */
function trainHere(X, Y, { layer_dims, lr }, epochs) {
  const start = performance.now();
  const [, cost_history] = train(X, Y, layer_dims, epochs, lr);
  return { seconds: (performance.now() - start) / 1000, cost: cost_history.at(-1) };
}

function trainInNumPy(folder, { layer_dims, lr }, epochs) {
  const oneThread = { OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" };
  const { stdout, stderr } = spawnSync(python, [script, folder, epochs, lr, ...layer_dims].map(String), {
    env: { ...process.env, ...oneThread, PYTHONDONTWRITEBYTECODE: "1" },
    encoding: "utf8",
  });
  if (!stdout) throw new Error(stderr);
  return JSON.parse(stdout);
}

const { date, processor, node } = machine();
console.log(`epochs/s, medians of ${rounds} rounds, ${date}, ${processor}, Node ${node}`);
for (const workload of workloads) {
  const { name, layer_dims, data, epochs } = workload;
  const X = transpose(data.x, data.rows);
  const Y = transpose(data.y, data.rows);
  const folder = mkdtempSync(join(tmpdir(), "densely-article-"));
  for (const [file, rows] of Object.entries({ X, Y })) {
    writeFileSync(join(folder, `${file}.f64`), Buffer.concat(rows.map(({ buffer }) => Buffer.from(buffer))));
  }
  const costs = [trainHere(X, Y, workload, epochs.numpy), trainInNumPy(folder, workload, epochs.numpy)];
  const rates = { densely: [], numpy: [] };
  for (let round = 0; round < rounds; round++) {
    rates.densely.push(epochs.densely / trainHere(X, Y, workload, epochs.densely).seconds);
    rates.numpy.push(epochs.numpy / trainInNumPy(folder, workload, epochs.numpy).seconds);
  }
  rmSync(folder, { recursive: true });
  const [densely, numpy] = [median(rates.densely), median(rates.numpy)];
  const last = costs.map(({ cost }) => cost.toFixed(6)).join(" and ");
  console.log(
    `${name} ${layer_dims.join("-")}, ${data.rows} samples: densely ${threeDigits(densely)}, NumPy float64 ${threeDigits(numpy)}, ${threeDigits(densely / numpy)}x; cost after ${epochs.numpy} epochs ${last}`,
  );
}
