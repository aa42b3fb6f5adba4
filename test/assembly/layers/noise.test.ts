/** Dropout and noise: the words of Philox that they use, their shares and moments, and the scale of dropout. */

import { describe, expect, test } from "vitest";
import { Op, RANDOM_BYTES, RandomStream } from "../../../assembly/isa.js";
import { float64 } from "../../../src/formulas/float64.js";
import { BUILDS, expectClose, expectSameBits, floats, sameBits } from "../../helpers.js";
import { Lab } from "../lab.js";
import { philox } from "../philox.js";

interface Draw {
  op?: Op.dropout | Op.noise;
  rows?: number;
  cols?: number;
  parameter?: number;
  seed?: number;
  stream?: number;
  step?: number;
  values?: Float32Array;
}

const WIDTHS = [1, 3, 4, 5, 8, 9, 17, 33, 128];

describe.each(BUILDS)("$name", (build) => {
  const lab = new Lab(build);

  /** A disturbed batch, of ones by default; in place it must come out the same. */
  function disturb({
    op = Op.dropout,
    rows = 7,
    cols = 9,
    parameter = 0.5,
    seed = 1,
    stream = 2,
    step = 3,
    values = new Float32Array(rows * cols).fill(1),
  }: Draw): Float32Array {
    lab.clear();
    const [A, C] = [lab.batch(cols, rows, values), lab.batch(cols, rows)];
    const e = lab.bytes(RANDOM_BYTES);
    const shared = { op, f: stream, rows, cols, a: A.address, lda: A.stride, e, p: [parameter, seed] };
    for (const to of [C, A]) lab.run({ ...shared, c: to.address, ldc: to.stride }, step);
    const [elsewhere, inPlace] = [lab.read(C), lab.read(A)];
    expect(elsewhere.isPadded && inPlace.isPadded).toBe(true);
    expectSameBits(inPlace.values, elsewhere.values);
    return elsewhere.values;
  }

  describe.each([
    ["dropout", Op.dropout],
    ["noise", Op.noise],
  ] as const)("%s", (_, op) => {
    test("depends on seed, layer, and step", () => {
      const wanted = disturb({ op });
      expectSameBits(disturb({ op }), wanted);
      for (const other of [{ seed: 2 }, { seed: 1 + 2 ** 32 }, { stream: 3 }, { step: 4 }]) {
        expect(sameBits(disturb({ op, ...other }), wanted)).toBe(false);
      }
    });

    test("of a row does not depend on the rows that follow", () => {
      for (const cols of WIDTHS) {
        const all = disturb({ op, cols, rows: 11 });
        expectSameBits(disturb({ op, cols, rows: 4 }), all.subarray(0, 4 * cols));
      }
    });

    test("differs from row to row", () => {
      const values = disturb({ op, rows: 64, cols: 32 });
      const rows = new Set(Array.from({ length: 64 }, (_, r) => values.subarray(32 * r, 32 * r + 32).join()));
      expect(rows.size).toBe(64);
    });
  });

  test("dropout reads the rate of its slot from a table", () => {
    const values = floats(63, 1);
    const wanted = disturb({ parameter: 0.25, values });
    lab.clear();
    const [A, C] = [lab.batch(9, 7, values), lab.batch(9, 7)];
    const rates = lab.table(Float64Array.of(Number.NaN, 0.25)).address;
    const operands = { rows: 7, cols: 9, a: A.address, lda: A.stride, c: C.address, ldc: C.stride, rates };
    lab.run({ op: Op.dropout, f: 2, ...operands, e: lab.bytes(RANDOM_BYTES), p: [0.9, 1] }, 3, 1);
    expectSameBits(lab.read(C).values, wanted);
  });

  test("dropout keeps the values whose half word of Philox is at least the rate", () => {
    const [layer, step, seed, rate] = [2, 3, 1, 0.3];
    const words = [0, 1, 2, 3].map((counter) =>
      philox([counter, step, layer, RandomStream.dropout], [seed, 0]),
    );
    // Each vector of four words, one of each counter, decides on eight columns.
    const halves = [0, 1, 2, 3].flatMap((word) =>
      words.flatMap((four) => [four[word] & 0xffff, four[word] >>> 16]),
    );
    const kept = disturb({ rows: 1, cols: 32, parameter: rate, stream: layer, step, seed });
    expect([...kept].map((x) => x !== 0)).toEqual(halves.map((half) => half >= Math.round(rate * 65536)));
  });

  test("noise is the inverse normal distribution of the words of Philox", () => {
    const [layer, step, seed] = [2, 3, 1];
    const words = [0, 1, 2, 3].map((counter) =>
      philox([counter, step, layer, RandomStream.noise], [seed, 0]),
    );
    const values = new Float32Array(16);
    const z = disturb({ op: Op.noise, rows: 1, cols: 16, parameter: 1, stream: layer, step, seed, values });
    // The upper 25 bits, made odd: a uniform number between -1 and 1.
    const uniform = [0, 1, 2, 3].flatMap((word) =>
      words.map((four) => (((four[word] | 0) >> 7) | 1) / 2 ** 24),
    );
    expectClose(
      Array.from(z, (x) => float64.erf(x / Math.SQRT2)),
      uniform,
      1e-6,
    );
  });

  test.each([0, 0.1, 0.5, 0.9])(
    "dropout at rate %f keeps that share of the values out and scales the others up",
    (rate) => {
      for (const cols of WIDTHS) {
        const values = floats(cols * 50, cols);
        const factor = Math.fround(65536 / (65536 - Math.round(65536 * rate)));
        const results = disturb({ rows: 50, cols, parameter: rate, values });
        const wrong = results.findIndex(
          (value, i) => value !== 0 && value !== Math.fround(values[i] * factor),
        );
        expect(wrong).toBe(-1);
      }
      const count = 1000 * 128;
      const share = disturb({ rows: 1000, cols: 128, parameter: rate }).filter((x) => x !== 0).length / count;
      // Four standard deviations, which one seed in 16,000 exceeds.
      expect(Math.abs(share - (1 - rate))).toBeLessThanOrEqual(4 * Math.sqrt((rate * (1 - rate)) / count));
    },
  );

  test("dropout decides on each column independently", () => {
    const [rows, cols] = [4000, 8];
    const values = disturb({ rows, cols });
    const kept = (r: number, j: number) => Number(values[r * cols + j] !== 0);
    for (let j = 0; j < cols; j++) {
      for (let k = 0; k < j; k++) {
        const both = Array.from({ length: rows }, (_, r) => kept(r, j) * kept(r, k));
        const share = both.reduce((total, x) => total + x, 0) / rows;
        expect(Math.abs(share - 0.25)).toBeLessThan(4 * Math.sqrt(0.1875 / rows));
      }
    }
  });

  test("noise is normal, with the given deviation, and is added", () => {
    const [rows, cols] = [1000, 128];
    const values = floats(rows * cols, 1);
    const noisy = disturb({ op: Op.noise, rows, cols, parameter: 0.3, values });
    const z = Array.from(noisy, (x, i) => (x - values[i]) / 0.3);
    const moment = (power: number) => z.reduce((total, x) => total + x ** power, 0) / z.length;
    // Four standard deviations of a moment of this many numbers.
    const margin = 4 / Math.sqrt(z.length);
    expect(Math.abs(moment(1))).toBeLessThan(margin);
    expect(Math.abs(moment(2) - 1)).toBeLessThan(margin * Math.sqrt(2));
    expect(Math.abs(moment(3))).toBeLessThan(margin * Math.sqrt(15));
    expect(Math.abs(moment(4) - 3)).toBeLessThan(margin * Math.sqrt(96));
    expectClose(disturb({ op: Op.noise, rows, cols, parameter: 0, values }), values, 0);
  });
});
