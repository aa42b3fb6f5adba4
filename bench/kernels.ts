/**
 * npm run bench:kernels: GFLOP/s of each product, as a share of the peak that this engine reaches in a loop of multiply-adds
 * in registers, measured in the same run; then nanoseconds per element of other kernels. With --here it runs under this
 * Node.js, otherwise under the Node.js 24 that is installed with the peers.
 */

import { readFileSync } from "node:fs";
import {
  type CoreExports,
  elementwise,
  type Operation,
  products,
  type Shape,
  Stand,
} from "./lib/instructions.js";
import { rerunUnderNode24 } from "./lib/node.js";
import { BUILDS, compilePeak } from "./lib/peak.js";
import { machine } from "./lib/report.js";

const ROUNDS = 40;
const ROUND_MS = 2;

const SHAPES: readonly Shape[] = [
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

if (!process.argv.includes("--here")) rerunUnderNode24();

function makeStand(build: string): Stand {
  const bytes = readFileSync(new URL(`../build/${build}.wasm`, import.meta.url));
  return new Stand(new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports as unknown as CoreExports);
}

/** Units of work per nanosecond: the best of many short rounds, since noise only slows. */
function rate(work: number, run: (count: number) => void): number {
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

/** Units of work per nanosecond of one instruction. */
function measure(stand: Stand, work: number, operation: Operation): number {
  stand.write(operation);
  return rate(work, (count) => stand.run(count));
}

/** Nanoseconds per element of the kernels that are not products. */
function elementwiseTimes(build: string): [name: string, ns: number][] {
  const [rows, cols] = [32, 128];
  const stand = makeStand(build);
  return Object.entries(elementwise(stand, rows, cols)).map(([name, operation]) => [
    name,
    1 / measure(stand, rows * cols, operation),
  ]);
}

const { date, processor, node } = machine();
console.log(`${date}, ${processor}, Node ${node}`);
for (const build of BUILDS) {
  const binary = await compilePeak(build);
  if (!WebAssembly.validate(binary)) {
    console.log(`${build.name}: this engine does not have it`);
    continue;
  }
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(binary), { env: { abort() {} } });
  const peakOf = exports.peak as (count: number, scale: number, shift: number) => number;
  // The peak is measured around each shape, so that a drifting clock shifts both.
  const measurePeak = () => rate(build.chains * 4 * 2, (count) => peakOf(count, 0.999, 0.001));
  // The first rounds may be over before the engine has optimized the loop.
  measurePeak();
  console.log(`\n${build.name}, peak ${measurePeak().toFixed(1)} GFLOP/s`);
  console.log("batch x inputs -> units   forward        dA        dW   (GFLOP/s and share of the peak)");
  for (const shape of SHAPES) {
    const [batch, inputs, units] = shape;
    const before = measurePeak();
    const stand = makeStand(build.name);
    const flops = 2 * batch * inputs * units;
    const figures = products(stand, shape).map((product) => measure(stand, flops, product));
    const peak = Math.max(before, measurePeak());
    const cells = figures.map((x) =>
      `${x.toFixed(1)} ${((100 * x) / peak).toFixed(0).padStart(3)} %`.padStart(12),
    );
    console.log(`${`${batch} x ${inputs} -> ${units}`.padEnd(22)} ${cells.join("")}`);
  }
  const ns = elementwiseTimes(build.name).map(([name, x]) => `${name} ${x.toFixed(2)}`);
  console.log(`ns per element: ${ns.join(", ")}`);
}
