/**
 * npm run bench:workerd: the products as a share of the peak in workerd, which checks the bounds of memory at every load. Its
 * clock stands still while code runs, so that requests are timed from outside. It needs `npm ci --prefix .ci`.
 */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Shape } from "./lib/instructions.js";
import { BUILDS, compilePeak } from "./lib/peak.js";
import { machine } from "./lib/report.js";

/** The part of miniflare that is used here. */
interface Miniflare {
  dispatchFetch(url: string, init: RequestInit): Promise<Response>;
  dispose(): Promise<void>;
}

/** Work for the Worker: the peak loop of a build, or one product of a shape. */
interface Job {
  readonly build: string;
  readonly shape?: Shape;
  readonly product?: number;
}

const ROUNDS = 9;
const ROUND_MS = 60;
const SHAPES: readonly Shape[] = [
  [32, 784, 128],
  [128, 128, 128],
  [128, 512, 512],
  [512, 512, 512],
];

const WORKER = `
import { products, Stand } from "./instructions.js";
import strict from "./strict.wasm";
import relaxed from "./relaxed.wasm";
import peakStrict from "./peak-strict.wasm";
import peakRelaxed from "./peak-relaxed.wasm";

const cores = { strict, relaxed };
const peaks = { strict: peakStrict, relaxed: peakRelaxed };
const stands = new Map();

/** A core with one product in it, made once. */
function standOf({ build, shape, product }) {
  const key = JSON.stringify([build, shape, product]);
  if (!stands.has(key)) {
    const stand = new Stand(new WebAssembly.Instance(cores[build]).exports);
    stand.write(products(stand, shape)[product]);
    stands.set(key, stand);
  }
  return stands.get(key);
}

let loops;
export default {
  async fetch(request) {
    const job = await request.json();
    if (job.shape) standOf(job).run(job.count);
    else {
      loops ??= Object.fromEntries(Object.entries(peaks).map(([name, module]) =>
        [name, new WebAssembly.Instance(module, { env: { abort() {} } }).exports.peak]));
      loops[job.build](job.count, 0.999, 0.001);
    }
    return new Response("");
  },
};
`;

/** lib/instructions.ts with its imports, as JavaScript. */
async function bundleInstructions(): Promise<string> {
  const entry = fileURLToPath(new URL("lib/instructions.ts", import.meta.url));
  const { outputFiles } = await build({ entryPoints: [entry], bundle: true, format: "esm", write: false });
  return outputFiles[0].text;
}

const require = createRequire(new URL("../.ci/package.json", import.meta.url));
const { Miniflare }: { Miniflare: new (options: object) => Miniflare } = require("miniflare");
const modules: { type: string; path: string; contents: string | Uint8Array }[] = [
  { type: "ESModule", path: "worker.js", contents: WORKER },
  { type: "ESModule", path: "instructions.js", contents: await bundleInstructions() },
];
for (const build of BUILDS) {
  const core = readFileSync(new URL(`../build/${build.name}.wasm`, import.meta.url));
  modules.push({ type: "CompiledWasm", path: `${build.name}.wasm`, contents: core });
  modules.push({ type: "CompiledWasm", path: `peak-${build.name}.wasm`, contents: await compilePeak(build) });
}
const worker = new Miniflare({ modules, compatibilityDate: "2026-04-01" });

/** Milliseconds of a request. */
async function time(job: Job, count: number): Promise<number> {
  const start = performance.now();
  const body = JSON.stringify({ ...job, count });
  await (await worker.dispatchFetch("http://worker/", { method: "POST", body })).text();
  return performance.now() - start;
}

/** Units of work per nanosecond: the best of some rounds, each less the time of an empty request. */
async function rate(work: number, job: Job): Promise<number> {
  let count = 1;
  let best = 0;
  for (let round = 0; round < ROUNDS; ) {
    const empty = await time(job, 0);
    const elapsed = (await time(job, count)) - empty;
    if (elapsed < ROUND_MS) {
      count = Math.ceil(count * Math.min(8, (1.3 * ROUND_MS) / Math.max(elapsed, 0.1)));
      continue;
    }
    best = Math.max(best, (work * count) / (elapsed * 1e6));
    round++;
  }
  return best;
}

const { date, processor } = machine();
console.log(`${date}, ${processor}, workerd of miniflare ${require("miniflare/package.json").version}`);
for (const { name, chains } of BUILDS) {
  console.log(
    `\n${name}: batch x inputs -> units   forward        dA        dW   (GFLOP/s and share of the peak)`,
  );
  for (const shape of SHAPES) {
    const [batch, inputs, units] = shape;
    const peak = await rate(chains * 8, { build: name });
    const cells: string[] = [];
    for (const product of [0, 1, 2]) {
      const figure = await rate(2 * batch * inputs * units, { build: name, shape, product });
      cells.push(`${figure.toFixed(1)} ${((100 * figure) / peak).toFixed(0).padStart(3)} %`.padStart(12));
    }
    console.log(
      `${`${batch} x ${inputs} -> ${units}`.padEnd(22)} ${cells.join("")}   peak ${peak.toFixed(1)}`,
    );
  }
}
await worker.dispose();
