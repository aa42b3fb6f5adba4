/** Counts of right predictions, counts of true and predicted classes, and sums of deviations, against plain loops. */

import { describe, expect, test } from "vitest";
import { Hit, Op } from "../../../assembly/isa.js";
import type { Matrix } from "../../../src/program/matrix.js";
import { BUILDS, expectClose, floats, oneHot, toRows, wholes } from "../../helpers.js";
import type { Row } from "../../reference.js";
import { Lab, type Operation } from "../lab.js";

const SHAPES = [1, 2, 3, 4, 5, 8, 9, 17].map((units) => ({ units, samples: 50 }));

const argmax = (row: Row): number => row.indexOf(Math.max(...row));

describe.each(BUILDS)("$name", (build) => {
  const lab = new Lab(build);

  /** Compares outputs with targets; the counts or sums go to `result`. */
  function compare(op: Op, a: Row[], y: Row[], result: Matrix, options: Partial<Operation>, slot = 0): void {
    const [samples, units] = [a.length, a[0].length];
    const [A, Y] = [lab.batch(units, samples, a.flat()), lab.batch(units, samples, y.flat())];
    const operands = { a: A.address, lda: A.stride, b: Y.address, ldb: Y.stride, d: result.address };
    lab.run({ op, rows: samples, cols: units, ...operands, ...options }, 0, slot);
  }

  function outputs(samples: number, units: number, seed = 1): Row[] {
    return toRows(floats(samples * units, seed), units);
  }

  describe.each(SHAPES)("$samples samples of $units units", ({ samples, units }) => {
    const a = outputs(samples, units);
    const classes = wholes(samples, 2, units).map((label, s) => (s % 3 ? label : argmax(a[s])));
    const bits = toRows(wholes(samples * units, 3, 2), units);

    function count(y: Row[], f: Hit, parameter: number): number {
      lab.clear();
      const hits = lab.table(new Float64Array(3));
      compare(Op.hits, a, y, hits, { f, p: [parameter] }, 1);
      const [before, counted, after] = lab.doubles(hits);
      expect([before, after]).toEqual([0, 0]);
      return counted;
    }

    test("hits, largest: rows whose largest output is that of the true class", () => {
      const right = a.filter((row, s) => argmax(row) === classes[s]).length;
      expect(right).toBeGreaterThan(0);
      expect(count(oneHot(classes, units), Hit.largest, 0)).toBe(right);
    });

    test.each([1, 3, 5])("hits, top %i: rows whose true class is among the largest outputs", (most) => {
      const isAmong = (row: Row, s: number) =>
        [...row]
          .sort((p, q) => q - p)
          .slice(0, most)
          .includes(row[classes[s]]);
      expect(count(oneHot(classes, units), Hit.top, most)).toBe(a.filter(isAmong).length);
    });

    test.each([0, 0.5])("hits, threshold: outputs on the side of %f that the target names", (threshold) => {
      const right = a.flat().filter((x, i) => x > threshold === bits.flat()[i] > 0.5).length;
      expect(count(bits, Hit.threshold, threshold)).toBe(right);
    });

    test("confuse, largest: batches add up to counts of [true][predicted]", () => {
      lab.clear();
      const counts = lab.table(new Float64Array(units * units));
      const wanted = new Array<number>(units * units).fill(0);
      for (const seed of [1, 2]) {
        const batch = outputs(samples, units, seed);
        compare(Op.confuse, batch, oneHot(classes, units), counts, { f: Hit.largest });
        batch.forEach((row, s) => {
          wanted[classes[s] * units + argmax(row)]++;
        });
      }
      expect(lab.doubles(counts)).toEqual(wanted);
    });

    test("confuse, threshold: batches add up to counts of [true][predicted] per output", () => {
      lab.clear();
      const counts = lab.table(new Float64Array(4 * units));
      const wanted = new Array<number>(4 * units).fill(0);
      for (const seed of [1, 2]) {
        const batch = outputs(samples, units, seed);
        compare(Op.confuse, batch, bits, counts, { f: Hit.threshold, p: [0.25] });
        batch.forEach((row, s) => {
          row.forEach((x, j) => {
            wanted[4 * j + 2 * bits[s][j] + Number(x > 0.25)]++;
          });
        });
      }
      expect(lab.doubles(counts)).toEqual(wanted);
    });

    test("weights of samples count in all of them, and a sample of weight 0 adds nothing", () => {
      const weights = floats(samples, 9).map((w, s) => (s % 5 ? Math.abs(w) : 0));
      const spoilt = a.map((row, s) => (s % 5 ? row : row.map(() => Number.NaN)));
      const total = (value: (s: number) => number) =>
        weights.reduce((sum, w, s) => sum + (w && w * value(s)), 0);
      const results = (op: Op, size: number, f: Hit, p = 0): number[] => {
        lab.clear();
        const result = lab.table(new Float64Array(size));
        const h = lab.table(weights).address;
        compare(op, spoilt, bits, result, { f, h, p: [p] });
        return lab.doubles(result);
      };
      const hits = (s: number) => a[s].filter((x, j) => x > 0.25 === bits[s][j] > 0.5).length;
      expectClose(results(Op.hits, 1, Hit.threshold, 0.25), [total(hits)], 1e-12);
      const table = results(Op.confuse, 4 * units, Hit.threshold, 0.25);
      expectClose([table[3]], [total((s) => Number(bits[s][0] === 1 && a[s][0] > 0.25))], 1e-12);
      const sums = results(Op.deviate, 5 * units, Hit.largest);
      const wanted = [1, 2, 3].map((power) => total((s) => Math.abs(a[s][0] - bits[s][0]) ** (power - 1)));
      expectClose(sums.slice(0, 3), wanted, 1e-12);
    });

    test("deviate: batches add up to n, Σ|a - y|, Σ(a - y)², and the mean and Σ(y - mean)² of y, far from zero too", () => {
      for (const base of [0, 1e7, -3e6]) {
        lab.clear();
        const sums = lab.table(new Float64Array(5 * units));
        const rows: [a: number[], y: number[]][] = [];
        for (const seed of [1, 2]) {
          const y = outputs(samples, units, seed + 2).map((row) => row.map((t) => Math.fround(base + 9 * t)));
          const batch = outputs(samples, units, seed).map((row, s) =>
            row.map((d, j) => Math.fround(y[s][j] + d)),
          );
          compare(Op.deviate, batch, y, sums, {});
          rows.push(...batch.map((row, s): [number[], number[]] => [row, y[s]]));
        }
        const mean = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;
        const wanted = Array.from({ length: units }, (_, j) => {
          const [a, y] = [0, 1].map((side) => rows.map((row) => row[side][j]));
          const errors = a.map((v, s) => v - y[s]);
          const center = mean(y);
          return [
            1,
            mean(errors.map(Math.abs)),
            mean(errors.map((d) => d * d)),
            center / rows.length,
            mean(y.map((t) => (t - center) ** 2)),
          ].map((term) => term * rows.length);
        });
        expectClose(lab.doubles(sums), wanted.flat(), base === 0 ? 1e-12 : 1e-9);
      }
    });
  });
});
