/** Losses and their gradients, on logits and on outputs, against float64. */

import { describe, expect, test } from "vitest";
import { Loss, Op } from "../../../assembly/isa.js";
import { float64 } from "../../../src/formulas/float64.js";
import { checkLoss, type NamedLossSpec, namedKindOf } from "../../../src/model/losses.js";
import type { LossName } from "../../../src/model/names.js";
import { loss } from "../../../src/program/loss.js";
import { BUILDS, floats, generator, oneHot, toRows, wholes } from "../../helpers.js";
import { losses, type Row } from "../../reference.js";
import { Lab } from "../lab.js";
import { namesOf } from "../names.js";

/** ln Σ e^z */
function logSum(z: Row): number {
  const top = Math.max(...z);
  return top + Math.log(z.reduce((total, x) => total + Math.exp(x - top), 0));
}

const { sigmoid, softplus } = float64;
const total = (row: Row): number => row.reduce((sum, x) => sum + x, 0);

/** The loss of one sample, summed over its outputs, and its derivatives. */
interface Formula {
  value(z: Row, y: Row): number;
  gradient(z: Row, y: Row): Row;
}

/** Of logit x and target y: 1 - p of the class of y, and the cross-entropy. */
const missOf = (x: number, y: number): number => y * sigmoid(-x) + (1 - y) * sigmoid(x);
const crossOf = (x: number, y: number): number => y * softplus(-x) + (1 - y) * softplus(x);

const dot = (a: Row, b: Row): number => total(a.map((x, j) => x * b[j]));

/** The cross-entropies of logits, in forms that do not overflow, and the loss of whole samples. */
const WHOLE: { [name in LossName]?: Formula } = {
  cosineSimilarity: {
    value: (a, y) => -dot(a, y) / Math.sqrt(dot(a, a) * dot(y, y)),
    gradient: (a, y) => {
      const [length, lengthY] = [Math.sqrt(dot(a, a)), Math.sqrt(dot(y, y))];
      return a.map((x, j) => ((dot(a, y) * x) / (length ** 2 * lengthY) - y[j] / lengthY) / length);
    },
  },
  binaryCrossentropy: {
    value: (z, y) => total(z.map((x, j) => y[j] * softplus(-x) + (1 - y[j]) * softplus(x))),
    gradient: (z, y) => z.map((x, j) => sigmoid(x) - y[j]),
  },
  focal: {
    value: (z, y) => total(z.map((x, j) => missOf(x, y[j]) ** 2 * crossOf(x, y[j]))),
    gradient: (z, y) =>
      z.map((x, j) => {
        const [p, m] = [sigmoid(x), missOf(x, y[j])];
        return m ** 2 * (p - y[j]) + 2 * m * crossOf(x, y[j]) * (1 - 2 * y[j]) * p * (1 - p);
      }),
  },
  categoricalCrossentropy: {
    value: (z, y) => total(y.map((t, j) => (t === 0 ? 0 : t * (logSum(z) - z[j])))),
    gradient: (z, y) => z.map((x, j) => Math.exp(x - logSum(z)) * total(y) - y[j]),
  },
};

function formulaOf(name: LossName): Formula {
  const { L, dL } = losses[name];
  return (
    WHOLE[name] ?? {
      value: (a, y) => total(a.map((x, j) => L(x, y[j]))),
      gradient: (a, y) => a.map((x, j) => dL(x, y[j])),
    }
  );
}

/** The scalars after the scale, from the default options. */
function scalarsOf(name: LossName): number[] {
  const spec = checkLoss(name, "linear", 2) as NamedLossSpec;
  return [namedKindOf(spec).scalar?.(spec) ?? 0];
}

/** Allows for float32 roundings of the value and of terms that cancel in it. */
function expectNear(actual: number, wanted: number, tolerance: number): void {
  expect(Math.abs(actual - wanted)).toBeLessThan(tolerance * Math.max(1, Math.abs(wanted)));
}

interface Case {
  name: LossName;
  z: Row[];
  y: Row[];
  /** One factor per row, in place of the scale. */
  factors?: number[];
  scalars?: number[];
  formula?: Formula;
}

/** Runs one loss and compares its value and its gradient with the formula. */
function check(
  lab: Lab,
  { name, z, y, factors, scalars = scalarsOf(name), formula = formulaOf(name) }: Case,
): void {
  const [samples, units] = [z.length, z[0].length];
  lab.clear();
  const [input, Y] = [lab.batch(units, samples, z.flat()), lab.batch(units, samples, y.flat())];
  const gradient = lab.batch(units, samples);
  const losses = lab.table(new Float64Array(2));
  const scratch = lab.table(new Float32Array(8 * (units + 8)));
  const scale = 1 / samples;
  const operands = { input, Y, losses, scratch, scale };
  const added = {
    h: factors && lab.table(Float32Array.from(factors)).address,
    p: [scale, ...scalars],
  };
  lab.run({ ...loss(name, { ...operands, gradient }, samples), ...added }, 0, 0);
  lab.run({ ...loss(name, { ...operands, gradient: undefined }, samples), ...added }, 0, 1);
  const [value, alone] = lab.doubles(losses);
  const factorOf = (s: number) => Math.fround(factors ? factors[s] : scale);
  expectNear(value, total(z.map((row, s) => factorOf(s) * formula.value(row, y[s]))), 1e-6);
  expect(alone).toBe(value);
  const { values, isPadded } = lab.read(gradient);
  expect(isPadded).toBe(true);
  const wanted = z.flatMap((row, s) => formula.gradient(row, y[s]).map((d) => factorOf(s) * d));
  const errors = wanted.map((d, i) => Math.abs(values[i] - d) / Math.max(1, Math.abs(d)));
  expect(Math.max(...errors)).toBeLessThan(6e-7);
}

const SHAPES = [1, 2, 5].flatMap((samples) => Array.from({ length: 33 }, (_, i) => [samples, i + 1]));

test("Op.custom leaves memory to the host", () => {
  const lab = new Lab(BUILDS[0]);
  const numbers = lab.batch(3, 4, floats(12, 1));
  const before = lab.read(numbers);
  lab.run({ op: Op.custom, rows: 4, cols: 3, a: numbers.address, c: numbers.address });
  expect(lab.read(numbers)).toEqual(before);
});

describe.each(BUILDS)("$name", (build) => {
  const lab = new Lab(build);

  describe.each(namesOf(Loss) as LossName[])("%s", (name) => {
    test("of one-hot targets", () => {
      for (const [samples, units] of SHAPES) {
        const z = toRows(floats(samples * units, units, 5), units);
        check(lab, { name, z, y: oneHot(wholes(samples, units, units), units) });
      }
    });

    test("of soft targets", () => {
      for (const [samples, units] of SHAPES) {
        const next = generator(units);
        const y = Array.from({ length: samples }, () =>
          Array.from({ length: units }, () => Math.fround(next())),
        );
        check(lab, { name, z: toRows(floats(samples * units, units, 5), units), y });
      }
    });

    test("with a factor per row", () => {
      for (const [samples, units] of SHAPES) {
        const z = toRows(floats(samples * units, units, 5), units);
        const y = oneHot(wholes(samples, units, units), units);
        check(lab, { name, z, y, factors: [0.3, 0, 2, 0.01, 1].slice(0, samples) });
      }
    });

    test("is finite for outputs of ±1000", () => {
      const z = [1000, -1000, 0, 1000, 1000];
      for (const y of oneHot([0, 1, 2, 3, 4], 5)) check(lab, { name, z: [z], y: [y] });
    });
  });

  test("the Kullback-Leibler divergence on logits is the cross-entropy without the entropy of the targets", () => {
    const { value, gradient } = formulaOf("categoricalCrossentropy");
    const entropy = (y: Row) => total(y.map((t) => (t === 0 ? 0 : t * Math.log(t))));
    const formula: Formula = { value: (z, y) => value(z, y) + entropy(y), gradient };
    for (const [samples, units] of SHAPES) {
      const z = toRows(floats(samples * units, units, 5), units);
      const y = toRows(floats(samples * units, 7), units).map((row) => row.map((t) => Math.max(t, 0)));
      check(lab, { name: "categoricalCrossentropy", z, y, scalars: [1], formula });
    }
  });

  test.each([0.25, 3])("huber with δ = %f", (delta) => {
    const bent = (d: number) => (Math.abs(d) < delta ? d ** 2 / 2 : delta * (Math.abs(d) - delta / 2));
    const formula: Formula = {
      value: (a, y) => total(a.map((x, j) => bent(x - y[j]))),
      gradient: (a, y) => a.map((x, j) => Math.min(Math.max(x - y[j], -delta), delta)),
    };
    const [z, y] = [toRows(floats(35, 1, 5), 7), toRows(floats(35, 2), 7)];
    check(lab, { name: "huber", z, y, scalars: [delta], formula });
  });

  test("a class of target 0 costs nothing, whatever its logit is", () => {
    check(lab, { name: "categoricalCrossentropy", z: [[3e38, -3e38, 0, 1, 2]], y: [[1, 0, 0, 0, 0]] });
  });

  test("the cost of probabilities bounds logarithms at -100", () => {
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
});
