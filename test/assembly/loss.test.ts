/** Losses and their gradients on logits and on outputs, and the count of right predictions, against float64. */

import { describe, expect, test } from "vitest";
import { Hit, Op } from "../../assembly/isa.js";
import { loss } from "../../src/program/equations.js";
import { LOSSES, type LossName } from "../../src/spec/names.js";
import { BUILDS, floats, generator, oneHot, toRows, wholes } from "../helpers.js";
import type { Row } from "../reference.js";
import { Lab } from "./lab.js";

/** ln Σ e^z */
function logSum(z: Row): number {
  const top = Math.max(...z);
  return top + Math.log(z.reduce((total, x) => total + Math.exp(x - top), 0));
}

/** ln(1 + e^z) */
const softplus = (z: number): number => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));
const total = (row: Row): number => row.reduce((sum, x) => sum + x, 0);

/** Sum over one sample, and its derivatives: the cross-entropies of logits, in the forms that cannot overflow. */
const FORMULAS: Record<LossName, { value(z: Row, y: Row): number; gradient(z: Row, y: Row): Row }> = {
  meanSquaredError: {
    value: (a, y) => total(a.map((x, j) => (x - y[j]) ** 2)),
    gradient: (a, y) => a.map((x, j) => 2 * (x - y[j])),
  },
  binaryCrossentropy: {
    value: (z, y) => total(z.map((x, j) => y[j] * softplus(-x) + (1 - y[j]) * softplus(x))),
    gradient: (z, y) => z.map((x, j) => sigmoid(x) - y[j]),
  },
  categoricalCrossentropy: {
    value: (z, y) => total(y.map((t, j) => (t === 0 ? 0 : t * (logSum(z) - z[j])))),
    gradient: (z, y) => z.map((x, j) => Math.exp(x - logSum(z)) * total(y) - y[j]),
  },
};

/** Runs one loss; wants its value and gradients within float32 roundings of the formula. */
function check(lab: Lab, name: LossName, z: Row[], y: Row[]): void {
  const [samples, units] = [z.length, z[0].length];
  lab.clear();
  const [input, Y] = [lab.batch(units, samples, z.flat()), lab.batch(units, samples, y.flat())];
  const gradient = lab.batch(units, samples);
  const losses = lab.table(new Float64Array(2));
  const scratch = lab.table(new Float32Array(8 * (units + 8)));
  const scale = 1 / samples;
  const operands = { input, Y, losses, scratch, scale };
  lab.run(loss(name, { ...operands, gradient }, samples), 0, 0);
  lab.run(loss(name, { ...operands, gradient: undefined }, samples), 0, 1);
  const [value, alone] = lab.doubles(losses);
  const exact = scale * total(z.map((row, s) => FORMULAS[name].value(row, y[s])));
  expect(Math.abs(value - exact) / Math.max(1, Math.abs(exact))).toBeLessThan(1e-6);
  expect(alone).toBe(value);
  const { values, isPadded } = lab.read(gradient);
  expect(isPadded).toBe(true);
  z.flatMap((row, s) => FORMULAS[name].gradient(row, y[s])).forEach((wanted, i) => {
    expect(Math.abs(values[i] - scale * wanted)).toBeLessThan(scale * 6e-7 * Math.max(1, Math.abs(wanted)));
  });
}

const SHAPES = [1, 2, 5].flatMap((samples) => Array.from({ length: 33 }, (_, i) => [samples, i + 1]));

describe.each(BUILDS)("$name", (build) => {
  const lab = new Lab(build);

  describe.each(LOSSES)("%s", (name) => {
    test("one-hot targets", () => {
      for (const [samples, units] of SHAPES) {
        const z = toRows(floats(samples * units, units, 5), units);
        check(lab, name, z, oneHot(wholes(samples, units, units), units));
      }
    });

    test("soft targets", () => {
      for (const [samples, units] of SHAPES) {
        const next = generator(units);
        const y = Array.from({ length: samples }, () =>
          Array.from({ length: units }, () => Math.fround(next())),
        );
        check(lab, name, toRows(floats(samples * units, units, 5), units), y);
      }
    });

    test("outputs of ±1000 give neither NaN nor Infinity", () => {
      const z = [1000, -1000, 0, 1000, -1000];
      for (const y of oneHot([0, 1, 2, 3, 4], 5)) check(lab, name, [z], [y]);
    });
  });

  test("a class that is not wanted costs nothing, however unlikely", () => {
    check(lab, "categoricalCrossentropy", [[3e38, -3e38, 0, 1, 2]], [[1, 0, 0, 0, 0]]);
  });

  test("cost of probabilities, with logarithms that end at -100", () => {
    for (const [samples, units] of SHAPES) {
      lab.clear();
      const next = generator(units);
      const a = toRows(
        Array.from({ length: samples * units }, () => Math.fround(next())),
        units,
      );
      const y = oneHot(wholes(samples, units, units), units);
      a[0][0] = 0;
      a[samples - 1][units - 1] = 1;
      const [A, Y] = [lab.batch(units, samples, a.flat()), lab.batch(units, samples, y.flat())];
      const losses = lab.table(new Float64Array(1));
      const operands = { a: A.address, lda: A.stride, b: Y.address, ldb: Y.stride, d: losses.address };
      lab.run({ op: Op.cost, rows: samples, cols: units, ...operands, p: [1 / samples] });
      const ln = (p: number): number => Math.max(-100, Math.log(p));
      const terms = a.flatMap((row, s) => row.map((p, j) => y[s][j] * ln(p) + (1 - y[s][j]) * ln(1 - p)));
      const [value] = lab.doubles(losses);
      expect(Math.abs(value + total(terms) / samples)).toBeLessThan(1e-6 * Math.max(1, Math.abs(value)));
    }
  });

  describe("hits", () => {
    const [samples, units] = [50, 7];
    const a = toRows(floats(samples * units, 1), units);

    function count(y: Row[], f: Hit, threshold: number): number {
      lab.clear();
      const [A, Y] = [lab.batch(units, samples, a.flat()), lab.batch(units, samples, y.flat())];
      const hits = lab.table(new Int32Array(3));
      const strides = { lda: A.stride, ldb: Y.stride };
      const addresses = { a: A.address, b: Y.address, d: hits.address };
      lab.run({ op: Op.hits, f, rows: samples, cols: units, ...addresses, ...strides, p: [threshold] }, 0, 1);
      const [before, counted, after] = lab.integers(hits);
      expect([before, after]).toEqual([0, 0]);
      return counted;
    }

    test("largest: rows whose largest values stand in the same place", () => {
      const classes = wholes(samples, 2, units);
      const right = a.filter((row, s) => row.indexOf(Math.max(...row)) === classes[s]).length;
      expect(right).toBeGreaterThan(0);
      expect(count(oneHot(classes, units), Hit.largest, 0)).toBe(right);
    });

    test.each([0, 0.5])("threshold: outputs on the target's side of %f", (threshold) => {
      const y = toRows(wholes(samples * units, 3, 2), units);
      const right = a.flat().filter((x, i) => x > threshold === y.flat()[i] > 0.5).length;
      expect(count(y, Hit.threshold, threshold)).toBe(right);
    });
  });
});
