/** Flat vectors against float64: products, combinations, penalties, clipping, and weights of bounded length. */

import { describe, expect, test } from "vitest";
import { Op } from "../../../assembly/isa.js";
import { BUILDS, expectClose, floats, toRows } from "../../helpers.js";
import { Lab } from "../lab.js";

/** Lengths of vectors, which are multiples of a panel. */
const COUNTS = [8, 16, 40, 4096];

const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((total, x) => total + x, 0);
const length = (values: ArrayLike<number>): number => Math.hypot(...Array.from(values));

describe.each(BUILDS)("$name", (build) => {
  const lab = new Lab(build);

  describe.each(COUNTS)("%i floats", (count) => {
    const [a, b] = [floats(count, 1), floats(count, 2)];

    test("dot is a sum in float64", () => {
      lab.clear();
      const cells = lab.table(new Float64Array(3));
      const addresses = { a: lab.bias(count, a).address, b: lab.bias(count, b).address, d: cells.address };
      lab.run({ op: Op.dot, cols: count, ...addresses }, 0, 1);
      const [before, value, after] = lab.doubles(cells);
      expect([before, after]).toEqual([0, 0]);
      expect(value).toBeCloseTo(sum(Array.from(a, (x, i) => x * b[i])), 12);
    });

    test("magnitude is the largest |a|, wherever and whatever it is", () => {
      for (const value of [
        -7,
        9,
        -3e38,
        1e-45,
        Number.POSITIVE_INFINITY,
        Number.NEGATIVE_INFINITY,
        Number.NaN,
      ]) {
        for (const place of [0, 1, 2, 3, 5, count - 1]) {
          lab.clear();
          const cells = lab.table(new Float64Array(3));
          const values = a.map((x, i) => (i === place ? value : x));
          lab.run(
            { op: Op.magnitude, cols: count, a: lab.bias(count, values).address, d: cells.address },
            0,
            1,
          );
          expect([...lab.doubles(cells)]).toEqual([0, Math.max(...values.map(Math.abs)), 0]);
        }
      }
    });

    test("combine is p·a + q·b", () => {
      lab.clear();
      const c = lab.bias(count);
      const addresses = { a: lab.bias(count, a).address, b: lab.bias(count, b).address, c: c.address };
      lab.run({ op: Op.combine, cols: count, ...addresses, p: [0.7, -2.5] });
      expectClose(
        lab.read(c).values,
        Array.from(a, (x, i) => 0.7 * x - 2.5 * b[i]),
        1e-5,
      );
    });

    test.each([
      [0, 0.01],
      [0.02, 0],
      [0.02, 0.01],
    ])("penalize with l1 = %f and l2 = %f adds to gradients, and penalty to its table", (l1, l2) => {
      lab.clear();
      const w = a.map((x, i) => (i % 5 ? x : 0));
      const dW = lab.bias(count, b);
      const penalties = lab.table(Float64Array.of(0, 1, 0));
      const operands = { cols: count, a: lab.bias(count, w).address, p: [l1, l2] };
      lab.run({ op: Op.penalize, ...operands, b: dW.address });
      lab.run({ op: Op.penalty, ...operands, d: penalties.address }, 0, 1);
      const wanted = Array.from(w, (x, i) => b[i] + l1 * Math.sign(x) + 2 * l2 * x);
      expectClose(lab.read(dW).values, wanted, 1e-5);
      const penalty = sum(Array.from(w, (x) => l1 * Math.abs(x) + l2 * x * x));
      const [before, value, after] = lab.doubles(penalties);
      expect([before, after]).toEqual([0, 0]);
      expect(Math.abs(value - 1 - penalty)).toBeLessThan(1e-6 * penalty);
    });

    test.each([0.5, 2])("clipNorm to %f times the norm", (share) => {
      lab.clear();
      const [g, most] = [lab.bias(count, a), share * length(a)];
      lab.run({ op: Op.clipNorm, cols: count, a: g.address, p: [most] });
      const factor = Math.min(1, most / (length(a) + 1e-6));
      expectClose(
        lab.read(g).values,
        Array.from(a, (x) => factor * x),
        1e-6,
      );
    });

    test("clipValue bounds every gradient", () => {
      lab.clear();
      const g = lab.bias(count, a);
      lab.run({ op: Op.clipValue, cols: count, a: g.address, p: [0.25] });
      expect([...lab.read(g).values]).toEqual(Array.from(a, (x) => Math.min(Math.max(x, -0.25), 0.25)));
    });
  });

  test("maxNorm shortens the weights of units that are too long, and no others", () => {
    for (const units of [1, 3, 8, 9, 17]) {
      for (const inputs of [1, 4, 5, 33]) {
        lab.clear();
        const rows = toRows(floats(units * inputs, units), inputs).map((row, u) =>
          row.map((x) => x * (u + 1)),
        );
        const W = lab.weights(units, inputs, rows.flat());
        lab.run({ op: Op.maxNorm, rows: inputs, cols: units, c: W.address, ldc: W.stride, p: [2] });
        const wanted = rows.flatMap((row) => {
          const factor = length(row) > 2 ? 2 / length(row) : 1;
          return row.map((x) => factor * x);
        });
        const { values, isPadded } = lab.read(W);
        expect(isPadded).toBe(true);
        expectClose(values, wanted, 1e-6);
      }
    }
  });
});
