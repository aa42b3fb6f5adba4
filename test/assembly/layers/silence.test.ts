/** Rows of weight 0: they become zeros, and do not count in the statistics of a batch. */

import { describe, expect, test } from "vitest";
import { Op, Statistics } from "../../../assembly/isa.js";
import { BUILDS, expectClose, floats } from "../../helpers.js";
import { Lab } from "../lab.js";

const SHAPES = [1, 3, 4, 9, 17].map((units) => ({ units, samples: 70 }));

describe.each(BUILDS)("$name", (build) => {
  const lab = new Lab(build);

  describe.each(SHAPES)("$samples samples of $units units", ({ samples, units }) => {
    const weights = floats(samples, 5).map((w, s) => (s % 3 === 1 ? 0 : w));
    const numbers = floats(samples * units, 6);
    const counted = Array.from(weights.keys()).filter((s) => weights[s] !== 0);
    const rowOf = (values: ArrayLike<number>, s: number) =>
      Array.from({ length: units }, (_, j) => values[s * units + j]);
    /** The same rows, of which those of weight 0 are infinite. */
    const spoilt = numbers.map((x, i) => (weights[Math.floor(i / units)] === 0 ? Infinity : x));

    test("silence: these rows become 0, the others stay", () => {
      lab.clear();
      const A = lab.batch(units, samples, spoilt);
      const h = lab.table(Float32Array.from(weights)).address;
      lab.run({ op: Op.silence, rows: samples, a: A.address, lda: A.stride, h });
      const { values, isPadded } = lab.read(A);
      expect(isPadded).toBe(true);
      expect(Array.from(values)).toEqual(
        Array.from(numbers, (x, i) => (weights[Math.floor(i / units)] === 0 ? 0 : x)),
      );
    });

    /** Runs batchNorm and its gradient over some rows. @returns N, dX, dγ, dβ and the running statistics. */
    function normalize(x: readonly number[], dN: readonly number[], w?: readonly number[]) {
      lab.clear();
      const rows = x.length / units;
      const width = 8 * Math.ceil(units / 8);
      const [X, N, d] = [lab.batch(units, rows, x), lab.batch(units, rows), lab.batch(units, rows, dN)];
      const vector = (value: number) => lab.bias(units, new Array<number>(units).fill(value));
      const [gamma, beta, mean, variance] = [2, 1, 0, 1].map(vector);
      const [dGamma, dBeta] = [lab.bias(units), lab.bias(units)];
      const h = lab.table(new Float32Array(4 * width)).address;
      const rates = w && lab.table(Float32Array.from(w)).address;
      const shared = { f: Statistics.batch, rows, cols: units, b: gamma.address, h, rates };
      const forward = { c: N.address, ldc: N.stride, d: beta.address, e: mean.address, g: variance.address };
      const backward = { c: d.address, ldc: d.stride, d: dGamma.address, e: dBeta.address };
      const input = { a: X.address, lda: X.stride };
      lab.run({ op: Op.batchNorm, ...shared, ...input, ...forward, p: [1e-5, 0.1] });
      if (w) lab.run({ op: Op.silence, rows, ...input, h: rates });
      lab.run({ op: Op.batchNormGradient, ...shared, ...input, ...backward });
      const [n, dX, ...columns] = [N, d, dGamma, dBeta, mean, variance].map(
        (matrix) => lab.read(matrix).values,
      );
      return { n, dX, columns };
    }

    test.each([counted.length, 2, 1])("batchNorm with %i rows that count is that of these rows", (many) => {
      const kept = counted.slice(0, many);
      const w = weights.map((weight, s) => (kept.includes(s) ? weight : 0));
      const take = (values: ArrayLike<number>) => kept.flatMap((s) => rowOf(values, s));
      const x = Array.from(numbers, (value, i) => (w[Math.floor(i / units)] === 0 ? Infinity : value + 9));
      const dN = Array.from(floats(samples * units, 8), (d, i) => (w[Math.floor(i / units)] === 0 ? 0 : d));
      const actual = normalize(x, dN, Array.from(w));
      const wanted = normalize(take(x), take(dN));
      expectClose(take(actual.n), wanted.n, 1e-4);
      expectClose(take(actual.dX), wanted.dX, 1e-3);
      for (const [i, column] of actual.columns.entries()) expectClose(column, wanted.columns[i], 1e-4);
      const silent = Array.from(w.keys()).filter((s) => w[s] === 0);
      expect(silent.flatMap((s) => rowOf(actual.dX, s)).every((d) => d === 0)).toBe(true);
    });
  });
});
