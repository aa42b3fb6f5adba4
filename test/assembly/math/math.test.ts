/** The functions of assembly/math: their largest error in ulp over dense sweeps, and their special values. */

import asc from "assemblyscript/asc";
import { describe, expect, test } from "vitest";
import { float64 } from "../../../src/formulas/float64.js";

const { erf } = float64;

type Name = "exp" | "expm1" | "log" | "log1p" | "tanh" | "sigmoid" | "erf" | "erfinv";
type Kernel = (from: number, to: number, count: number) => void;
type Exports = Record<Name, Kernel> & { memory: WebAssembly.Memory };

const CHUNK = 2 ** 16;

/** Compiles math-entry.ts as the core is compiled. Returns a function that applies one of its exports to an array. */
async function build(features: string[]): Promise<(name: Name, x: Float32Array) => Float32Array> {
  let bytes = new Uint8Array(0);
  const flags = ["--outFile", "math.wasm", "--runtime", "stub", "-O3", "--initialMemory", "32"];
  const { error, stderr } = await asc.main(
    ["test/assembly/math/math-entry.ts", ...flags, ...features.flatMap((feature) => ["--enable", feature])],
    {
      writeFile: (_, contents) => {
        bytes = Uint8Array.from(contents as Uint8Array);
      },
    },
  );
  if (error) throw new Error(`${error.message}\n${stderr}`);
  const exports = new WebAssembly.Instance(new WebAssembly.Module(bytes), {}).exports as Exports;
  const from = 2 ** 16;
  const to = from + 4 * CHUNK;
  return (name, x) => {
    const result = new Float32Array(x.length);
    for (let first = 0; first < x.length; first += CHUNK) {
      const part = x.subarray(first, first + CHUNK);
      new Float32Array(exports.memory.buffer, from, part.length).set(part);
      exports[name](from, to, Math.ceil(part.length / 4) * 4);
      result.set(new Float32Array(exports.memory.buffer, to, part.length), first);
    }
    return result;
  };
}

const view = new DataView(new ArrayBuffer(8));

/** The distance between the float32 numbers around x, at least 2^-149. */
function ulp(x: number): number {
  view.setFloat64(0, x);
  const exponent = ((view.getUint32(0) >>> 20) & 0x7ff) - 1023;
  return 2 ** (Math.max(-126, Math.min(127, exponent)) - 23);
}

/** The error of a float32 result in ulp. Beyond the largest float, result and truth both count as 2^128. */
function error(result: number, truth: number): number {
  if (Object.is(result, truth)) return 0;
  const bounded = (x: number) => Math.max(-(2 ** 128), Math.min(2 ** 128, x));
  return Math.abs(bounded(result) - bounded(truth)) / ulp(bounded(truth));
}

/** Every `stride`th float32 from `low` to `high`, counted by their bits. Both must have the same sign. */
function sweep(low: number, high: number, stride: number): Float32Array {
  const [first, last] = new Uint32Array(Float32Array.of(low, high).buffer);
  const bits = Uint32Array.from(
    { length: Math.floor((last - first) / stride) + 1 },
    (_, i) => first + i * stride,
  );
  return new Float32Array(bits.buffer);
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** The inverse of erf by Newton's method, from below the root, where the iterates rise; a step is at most 1. */
function erfinv(y: number): number {
  let x = (y * Math.sqrt(Math.PI)) / 2;
  for (let i = 0; i < 60; i++) {
    const step = ((y - erf(x)) * Math.sqrt(Math.PI) * Math.exp(x * x)) / 2;
    x += Math.min(step, 1);
    if (Math.abs(step) < 1e-15 * x) break;
  }
  return x;
}

const MAX = 3.4028234663852886e38;
const TINY = 2 ** -149;

/** Each function with the ranges in which its results are finite and not constant, and the most ulp that it may be off. */
const FUNCTIONS: { name: Name; truth: (x: number) => number; ranges: [number, number][]; most: number }[] = [
  {
    name: "exp",
    truth: Math.exp,
    ranges: [
      [0, 90],
      [-0, -110],
    ],
    most: 2,
  },
  {
    name: "log",
    truth: Math.log,
    ranges: [
      [TINY, 0.5],
      [0.5, 2],
      [2, MAX],
    ],
    most: 2,
  },
  {
    name: "tanh",
    truth: Math.tanh,
    ranges: [
      [0, 20],
      [-0, -20],
    ],
    most: 2,
  },
  // Below -87 the result is 0 and the truth is below 2^-126.
  {
    name: "sigmoid",
    truth: sigmoid,
    ranges: [
      [0, 90],
      [-0, -87],
    ],
    most: 3,
  },
  { name: "log1p", truth: Math.log1p, ranges: [[0, 1]], most: 3 },
  {
    name: "expm1",
    truth: Math.expm1,
    ranges: [
      [0, 88],
      [-0, -110],
    ],
    most: 2,
  },
  {
    name: "erf",
    truth: erf,
    ranges: [
      [0, 5],
      [-0, -5],
    ],
    most: 2,
  },
  { name: "erfinv", truth: erfinv, ranges: [[TINY, 1 - 2 ** -24]], most: 4 },
];

const { NEGATIVE_INFINITY, POSITIVE_INFINITY, NaN: NAN } = Number;

/** Results that must be exact. */
const SPECIAL: Record<Name, [x: number, result: number][]> = {
  exp: [
    [0, 1],
    [-0, 1],
    [TINY, 1],
    [-TINY, 1],
    [1e-40, 1],
    [POSITIVE_INFINITY, POSITIVE_INFINITY],
    [NEGATIVE_INFINITY, 0],
    [NAN, NAN],
    [88.8, POSITIVE_INFINITY],
    [1000, POSITIVE_INFINITY],
    [MAX, POSITIVE_INFINITY],
    [-103.9, TINY],
    [-104, 0],
    [-1000, 0],
    [-MAX, 0],
  ],
  log: [
    [1, 0],
    [0, NEGATIVE_INFINITY],
    [-0, NEGATIVE_INFINITY],
    [POSITIVE_INFINITY, POSITIVE_INFINITY],
    [-1, NAN],
    [-TINY, NAN],
    [NEGATIVE_INFINITY, NAN],
    [NAN, NAN],
  ],
  tanh: [
    [0, 0],
    [-0, -0],
    [TINY, TINY],
    [-TINY, -TINY],
    [1e-40, Math.fround(1e-40)],
    [POSITIVE_INFINITY, 1],
    [NEGATIVE_INFINITY, -1],
    [NAN, NAN],
    [MAX, 1],
    [-MAX, -1],
    [10, 1],
    [-10, -1],
  ],
  sigmoid: [
    [0, 0.5],
    [-0, 0.5],
    [TINY, 0.5],
    [POSITIVE_INFINITY, 1],
    [NEGATIVE_INFINITY, 0],
    [NAN, NAN],
    [1000, 1],
    [-1000, 0],
    [MAX, 1],
    [-MAX, 0],
  ],
  expm1: [
    [0, 0],
    [TINY, TINY],
    [-TINY, -TINY],
    [1e-40, Math.fround(1e-40)],
    [NEGATIVE_INFINITY, -1],
    [-1000, -1],
    [-MAX, -1],
    [NAN, NAN],
  ],
  erf: [
    [0, 0],
    [TINY, TINY],
    [-TINY, -TINY],
    [4, 1],
    [-4, -1],
    [MAX, 1],
    [-MAX, -1],
    [POSITIVE_INFINITY, 1],
    [NEGATIVE_INFINITY, -1],
    [NAN, NAN],
  ],
  erfinv: [[0, 0]],
  log1p: [
    [0, 0],
    [TINY, TINY],
    [1e-40, Math.fround(1e-40)],
    [1e-20, Math.fround(1e-20)],
    [NAN, NAN],
  ],
};

describe.each([
  ["strict", ["simd"]],
  ["relaxed", ["simd", "relaxed-simd"]],
])("%s", async (math, features) => {
  const run = await build(features);

  test.each(FUNCTIONS)("$name is at most $most ulp from the truth", ({ name, truth, ranges, most }) => {
    let worst = { error: 0, x: 0 };
    let count = 0;
    for (const [low, high] of ranges) {
      // An odd stride meets all fractions.
      const x = sweep(low, high, 3001);
      count += x.length;
      run(name, x).forEach((result, i) => {
        const off = error(result, truth(x[i]));
        if (!(off <= worst.error)) worst = { error: off, x: x[i] };
      });
    }
    console.log(`${math} ${name}: at most ${worst.error.toFixed(3)} ulp, at ${worst.x}, of ${count} values`);
    expect(count).toBeGreaterThan(1.5e5);
    expect(worst.error).toBeLessThanOrEqual(most);
  });

  test.each(Object.entries(SPECIAL))("%s is exact for special values", (name, pairs) => {
    const results = run(
      name as Name,
      Float32Array.from(pairs, ([x]) => x),
    );
    expect([...results].map((result, i) => [pairs[i][0], result])).toEqual(pairs);
  });
});
