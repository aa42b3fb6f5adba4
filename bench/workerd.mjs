/**
 * npm run bench:workerd: the products as a share of the peak in workerd, which checks the bounds of memory at every load. Its
 * clock stands still while code runs, so requests are timed from outside; needs `npm ci --prefix .ci`.
 */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { BUILDS, compilePeak, members } from "./lib/peak.mjs";
import { machine } from "./lib/report.mjs";

const ROUNDS = 9;
const ROUND_MS = 60;
const SHAPES = [
  [32, 784, 128],
  [128, 128, 128],
  [128, 512, 512],
  [512, 512, 512],
];

const WORKER = `
import { products, Room } from "./instructions.mjs";
import strict from "./strict.wasm";
import relaxed from "./relaxed.wasm";
import peakStrict from "./peak-strict.wasm";
import peakRelaxed from "./peak-relaxed.wasm";

const cores = { strict, relaxed };
const peaks = { strict: peakStrict, relaxed: peakRelaxed };
const rooms = new Map();

/** A room with one product in it, made once. */
function roomOf({ build, Op, shape, product }) {
  const key = JSON.stringify([build, shape, product]);
  if (!rooms.has(key)) {
    const room = new Room(new WebAssembly.Instance(cores[build]).exports);
    room.write(products(room, Op, ...shape)[product]);
    rooms.set(key, room);
  }
  return rooms.get(key);
}

let loops;
export default {
  async fetch(request) {
    const task = await request.json();
    if (task.shape) roomOf(task).run(task.count);
    else {
      loops ??= Object.fromEntries(Object.entries(peaks).map(([name, module]) =>
        [name, new WebAssembly.Instance(module, { env: { abort() {} } }).exports.peak]));
      loops[task.build](task.count, 0.999, 0.001);
    }
    return new Response("");
  },
};
`;

const require = createRequire(new URL("../.ci/package.json", import.meta.url));
const { Miniflare } = require("miniflare");
const read = (path) => readFileSync(new URL(path, import.meta.url));
const modules = [
  { type: "ESModule", path: "worker.mjs", contents: WORKER },
  { type: "ESModule", path: "instructions.mjs", contents: String(read("lib/instructions.mjs")) },
];
for (const build of BUILDS) {
  modules.push({
    type: "CompiledWasm",
    path: `${build.name}.wasm`,
    contents: read(`../build/${build.name}.wasm`),
  });
  modules.push({ type: "CompiledWasm", path: `peak-${build.name}.wasm`, contents: await compilePeak(build) });
}
const worker = new Miniflare({ modules, compatibilityDate: "2026-04-01" });
const Op = members("Op");

/** Milliseconds of a request. */
async function time(task) {
  const start = performance.now();
  await (await worker.dispatchFetch("http://worker/", { method: "POST", body: JSON.stringify(task) })).text();
  return performance.now() - start;
}

/** Units of work a nanosecond: the best of some rounds, each less what an empty request takes. */
async function rate(work, task) {
  let count = 1;
  let best = 0;
  for (let round = 0; round < ROUNDS; ) {
    const empty = await time({ ...task, count: 0 });
    const elapsed = (await time({ ...task, count })) - empty;
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
    const peak = await rate(chains * 8, { build: name });
    const flops = 2 * shape.reduce((a, b) => a * b);
    const cells = [];
    for (const product of [0, 1, 2]) {
      const figure = await rate(flops, { build: name, Op, shape, product });
      cells.push(`${figure.toFixed(1)} ${((100 * figure) / peak).toFixed(0).padStart(3)} %`.padStart(12));
    }
    const [batch, inputs, units] = shape;
    console.log(
      `${`${batch} x ${inputs} -> ${units}`.padEnd(22)} ${cells.join("")}   peak ${peak.toFixed(1)}`,
    );
  }
}
await worker.dispose();
