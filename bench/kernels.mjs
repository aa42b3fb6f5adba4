/**
 * npm run bench:kernels: GFLOP/s of each product as a share of the peak that this engine reaches in a loop of
 * register-only multiply-adds, measured in the same run; then nanoseconds an element of the element-wise kernels.
 */

import { readFileSync } from "node:fs";
import asc from "assemblyscript/asc";
import { rerunUnderNode24 } from "./lib/node.mjs";
import { machine } from "./lib/report.mjs";

rerunUnderNode24();

const OP_BYTES = 96;
const Op = members("Op");
const Activation = members("Activation");
const ROUNDS = 40;
const ROUND_MS = 2;

/** An enum of assembly/isa.ts, by name. */
function members(name) {
  const source = readFileSync(new URL("../assembly/isa.ts", import.meta.url), "utf8");
  const names = source.match(new RegExp(`enum ${name} {([^}]*)}`))[1].match(/\w+/g);
  return Object.fromEntries(names.map((member, value) => [member, value]));
}

/**
 * Independent chains, as many as hide the latency of one multiply-add (8 fused, 12 in two steps). The factors are arguments because V8 loads literals anew in
 * each turn, and the result is returned so that nothing is optimised away.
 */
const PEAK = (chains, madd) => `
  export function peak(count: i32, scale: f32, shift: f32): f32 {
    let x = f32x4.splat(scale), y = f32x4.splat(shift);
    ${Array.from({ length: chains }, (_, i) => `let c${i} = f32x4.splat(${i});`).join("\n")}
    for (let i = 0; i < count; i++) {
      ${Array.from({ length: chains }, (_, i) => `c${i} = ${madd(`c${i}`)};`).join("\n")}
    }
    return f32x4.extract_lane(${Array.from({ length: chains }, (_, i) => `c${i}`).reduce((sum, c) => `f32x4.add(${sum}, ${c})`)}, 0);
  }`;

const BUILDS = [
  { name: "strict", chains: 12, enable: ["simd"], madd: (c) => `f32x4.add(f32x4.mul(x, ${c}), y)` },
  {
    name: "relaxed",
    chains: 8,
    enable: ["simd", "relaxed-simd"],
    madd: (c) => `f32x4.relaxed_madd(x, ${c}, y)`,
  },
];

async function compilePeak({ chains, enable, madd }) {
  const options = { optimizeLevel: 3, runtime: "stub", enable };
  const { error, binary } = await asc.compileString(PEAK(chains, madd), options);
  if (error) throw error;
  if (!WebAssembly.validate(binary)) return undefined;
  return new WebAssembly.Instance(new WebAssembly.Module(binary), { env: { abort() {} } }).exports.peak;
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

const roundUp = (n, multiple) => Math.ceil(n / multiple) * multiple;

/** Bytes from sample to sample in a batch of so many features, as src/program/matrix.ts has it. */
function stride(features) {
  const padded = roundUp(features, 8);
  return 4 * (padded >= 128 && padded % 64 === 0 ? padded + 16 : padded);
}

/** A core with one instruction, its operands filled with small numbers. */
class Bench {
  constructor(build) {
    const bytes = readFileSync(new URL(`../build/${build}.wasm`, import.meta.url));
    this.exports = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { abort() {} } }).exports;
    this.top = roundUp(this.exports.heapBase(), 64);
    this.program = this.place(OP_BYTES);
  }

  place(bytes) {
    const address = this.top;
    this.top = roundUp(address + bytes, 64);
    const { memory } = this.exports;
    if (this.top > memory.buffer.byteLength)
      memory.grow(Math.ceil((this.top - memory.buffer.byteLength) / 65536));
    const floats = new Float32Array(memory.buffer, address, bytes >> 2);
    for (let i = 0; i < floats.length; i++) floats[i] = ((i * 7919) % 1000) / 1000 + 0.001;
    return address;
  }

  measure(
    work,
    {
      op,
      f = 0,
      rows = 0,
      inner = 0,
      cols = 0,
      a = 0,
      b = 0,
      c = 0,
      d = 0,
      e = 0,
      lda = 0,
      ldb = 0,
      ldc = 0,
      rates = 0,
      p = [],
    },
  ) {
    const view = new DataView(this.exports.memory.buffer, this.program, OP_BYTES);
    [op, f, rows, inner, cols, a, b, c, d, e, lda, ldb, ldc, rates].forEach((word, i) => {
      view.setInt32(4 * i, word, true);
    });
    p.forEach((scalar, i) => {
      view.setFloat64(56 + 8 * i, scalar, true);
    });
    return rate(work, (count) => {
      for (let i = 0; i < count; i++) this.exports.run(this.program, 1, 0, 0, 1);
    });
  }
}

/** The three products of a layer of `inputs` and `units` over a batch, in GFLOP/s. */
function products(build, batch, inputs, units) {
  const bench = new Bench(build);
  const A = bench.place(batch * stride(inputs));
  const Z = bench.place(batch * stride(units));
  const panel = 32 * (roundUp(inputs, 4) % 32 === 0 ? roundUp(inputs, 4) + 4 : roundUp(inputs, 4));
  const W = bench.place((panel * roundUp(units, 8)) / 8);
  const bias = bench.place(4 * roundUp(units, 8));
  const scratch = bench.place(
    4 * (roundUp(batch, 8) + 8) * (roundUp(units, 8) + 8) + 20 * (Math.max(inputs, batch) + 8),
  );
  const flops = 2 * batch * inputs * units;
  const strides = { lda: stride(inputs), ldb: panel, ldc: stride(units) };
  const forward = {
    op: Op.dense,
    rows: batch,
    inner: inputs,
    cols: units,
    a: A,
    b: W,
    c: Z,
    d: bias,
    e: scratch,
    p: [0],
    ...strides,
  };
  const dA = {
    op: Op.inputGradient,
    rows: batch,
    inner: units,
    cols: inputs,
    a: Z,
    b: W,
    c: A,
    e: scratch,
    lda: stride(units),
    ldb: panel,
    ldc: stride(inputs),
  };
  const dW = {
    op: Op.weightGradient,
    rows: inputs,
    inner: batch,
    cols: units,
    a: A,
    b: Z,
    c: W,
    d: bias,
    e: scratch,
    lda: stride(inputs),
    ldb: stride(units),
    ldc: panel,
  };
  return [forward, dA, dW].map((op) => bench.measure(flops, op));
}

/** Nanoseconds an element of the kernels that are not products. */
function elementwise(build) {
  const [rows, cols] = [32, 128];
  const bench = new Bench(build);
  const a = bench.place(rows * stride(cols));
  const c = bench.place(rows * stride(cols));
  const m = bench.place(rows * stride(cols));
  const v = bench.place(rows * stride(cols));
  const rates = bench.place(8);
  new Float64Array(bench.exports.memory.buffer, rates, 1)[0] = 1e-6;
  const shape = { rows, cols, a, c, lda: stride(cols), ldc: stride(cols) };
  const ns = (op) => 1 / bench.measure(rows * cols, op);
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
    adam: ns({ op: Op.adam, cols: rows * cols, a, b: c, c: m, e: v, rates, p: [0.9, 0.999, 1e-8, 0] }),
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
  const peakOf = await compilePeak(build);
  if (!peakOf) {
    console.log(`${build.name}: this engine does not have it`);
    continue;
  }
  // The peak is measured around each shape, so that a drifting clock shifts both.
  const measurePeak = () => rate(build.chains * 4 * 2, (count) => peakOf(count, 0.999, 0.001));
  console.log(`\n${build.name}, peak ${measurePeak().toFixed(1)} GFLOP/s`);
  console.log("batch x inputs -> units   forward        dA        dW   (GFLOP/s and share of the peak)");
  for (const [batch, inputs, units] of SHAPES) {
    const before = measurePeak();
    const figures = products(build.name, batch, inputs, units);
    const peak = Math.max(before, measurePeak());
    const cells = figures.map((x) =>
      `${x.toFixed(1)} ${((100 * x) / peak).toFixed(0).padStart(3)} %`.padStart(12),
    );
    console.log(`${`${batch} x ${inputs} -> ${units}`.padEnd(22)} ${cells.join("")}`);
  }
  const ns = Object.entries(elementwise(build.name)).map(([name, x]) => `${name} ${x.toFixed(2)}`);
  console.log(`ns an element: ${ns.join(", ")}`);
}
