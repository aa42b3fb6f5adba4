/**
 * npm run bench:kernels: GFLOP/s of each product as a share of the peak that this engine reaches in a loop of
 * register-only multiply-adds, measured in the same run; then nanoseconds an element of the element-wise kernels. With
 * --here it runs under this Node.js, else under the Node.js 24 that is installed beside the peers.
 */

import { readFileSync } from "node:fs";
import { products, Room, stride } from "./lib/instructions.mjs";
import { rerunUnderNode24 } from "./lib/node.mjs";
import { BUILDS, compilePeak, members } from "./lib/peak.mjs";
import { machine } from "./lib/report.mjs";

if (!process.argv.includes("--here")) rerunUnderNode24();

const Op = members("Op");
const Activation = members("Activation");
const Optimizer = members("Optimizer");
const ROUNDS = 40;
const ROUND_MS = 2;

function instantiate(build) {
  const bytes = readFileSync(new URL(`../build/${build}.wasm`, import.meta.url));
  return new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
}

/** Units of work a nanosecond: the best of many short rounds, since noise only ever slows. */
function rate(work, run) {
  let count = 1;
  let best = 0;
  for (let round = 0; round < ROUNDS; ) {
    const start = performance.now();
    run(count);
    const elapsed = performance.now() - start;
    if (elapsed < ROUND_MS) {
      count = Math.ceil(count * Math.min(8, (1.3 * ROUND_MS) / Math.max(elapsed, 0.01)));
      continue;
    }
    best = Math.max(best, (work * count) / (elapsed * 1e6));
    round++;
  }
  return best;
}

/** Units of work a nanosecond of one instruction. */
function measure(bench, work, instruction) {
  bench.write(instruction);
  return rate(work, (count) => bench.run(count));
}

/** Nanoseconds an element of the kernels that are not products. */
function elementwise(build) {
  const [rows, cols] = [32, 128];
  const bench = new Room(instantiate(build));
  const a = bench.place(rows * stride(cols));
  const c = bench.place(rows * stride(cols));
  const m = bench.place(rows * stride(cols));
  const v = bench.place(rows * stride(cols));
  const rates = bench.place(8);
  new Float64Array(bench.exports.memory.buffer, rates, 1)[0] = 1e-6;
  const shape = { rows, cols, a, c, lda: stride(cols), ldc: stride(cols) };
  const ns = (op) => 1 / measure(bench, rows * cols, op);
  return {
    sigmoid: ns({ op: Op.activate, f: Activation.sigmoid, ...shape }),
    tanh: ns({ op: Op.activate, f: Activation.tanh, ...shape }),
    softmax: ns({ op: Op.activate, f: Activation.softmax, ...shape }),
    softmax10: ns({
      op: Op.activate,
      f: Activation.softmax,
      ...shape,
      cols: 10,
      lda: 48,
      ldc: 48,
      rows: Math.floor((rows * cols) / 10),
    }),
    adam: ns({
      op: Op.update,
      f: Optimizer.adam,
      cols: rows * cols,
      a,
      b: c,
      c: m,
      e: v,
      rates,
      p: [0, 0.9, 0.999, 1e-8],
    }),
  };
}

const SHAPES = [
  [32, 784, 128],
  [128, 784, 128],
  [32, 128, 64],
  [64, 64, 64],
  [128, 128, 128],
  [128, 512, 512],
  [256, 256, 256],
  [512, 512, 512],
  [128, 784, 1024],
  [128, 1024, 1024],
  [32, 128, 10],
  [16, 4, 16],
  [16, 16, 3],
  [209, 12288, 20],
  [1, 784, 128],
];

const { date, processor, node } = machine();
console.log(`${date}, ${processor}, Node ${node}`);
for (const build of BUILDS) {
  const binary = await compilePeak(build);
  if (!WebAssembly.validate(binary)) {
    console.log(`${build.name}: this engine does not have it`);
    continue;
  }
  const { peak: peakOf } = new WebAssembly.Instance(new WebAssembly.Module(binary), { env: { abort() {} } })
    .exports;
  // The peak is measured around each shape, so that a drifting clock shifts both.
  const measurePeak = () => rate(build.chains * 4 * 2, (count) => peakOf(count, 0.999, 0.001));
  // The first rounds may be over before the engine has optimized the loop.
  measurePeak();
  console.log(`\n${build.name}, peak ${measurePeak().toFixed(1)} GFLOP/s`);
  console.log("batch x inputs -> units   forward        dA        dW   (GFLOP/s and share of the peak)");
  for (const [batch, inputs, units] of SHAPES) {
    const before = measurePeak();
    const bench = new Room(instantiate(build.name));
    const flops = 2 * batch * inputs * units;
    const figures = products(bench, Op, batch, inputs, units).map((product) =>
      measure(bench, flops, product),
    );
    const peak = Math.max(before, measurePeak());
    const cells = figures.map((x) =>
      `${x.toFixed(1)} ${((100 * x) / peak).toFixed(0).padStart(3)} %`.padStart(12),
    );
    console.log(`${`${batch} x ${inputs} -> ${units}`.padEnd(22)} ${cells.join("")}`);
  }
  const ns = Object.entries(elementwise(build.name)).map(([name, x]) => `${name} ${x.toFixed(2)}`);
  console.log(`ns an element: ${ns.join(", ")}`);
}
