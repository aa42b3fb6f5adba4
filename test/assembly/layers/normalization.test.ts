/** batchNorm and layerNorm and their gradients, against PyTorch's formulas in float64. */

import { describe, expect, test } from "vitest";
import { Op, Statistics } from "../../../assembly/isa.js";
import { BUILDS, floats, toRows } from "../../helpers.js";
import type { Row } from "../../reference.js";
import { Lab } from "../lab.js";

const EPSILON = 1e-5;
const MOMENTUM = 0.1;

/** Float32 roundings of numbers between 1 and 10, which cancel if a batch has two rows. */
const TOLERANCE = 1e-5;

function expectNear(actual: Float32Array, wanted: ArrayLike<number>): void {
  expect(actual.length).toBe(wanted.length);
  const errors = Array.from(wanted, (value, i) => Math.abs(actual[i] - value) / Math.max(1, Math.abs(value)));
  expect(Math.max(...errors)).toBeLessThan(TOLERANCE);
}

const SHAPES = [1, 2, 5, 63, 64, 65, 200].flatMap((samples) =>
  [1, 3, 4, 5, 8, 9, 17].map((units) => ({ samples, units })),
);

const mean = (values: Row): number => values.reduce((total, x) => total + x, 0) / values.length;
function variance(values: Row): number {
  const middle = mean(values);
  return mean(values.map((x) => (x - middle) ** 2));
}
const transpose = (rows: Row[]): Row[] => rows[0].map((_, j) => rows.map((row) => row[j]));
const ones = (count: number, value = 1): Row => new Array<number>(count).fill(value);

/** μ and s of some numbers. */
interface Moments {
  mu: number;
  s: number;
}
const moments = (mu: number, sigma2: number): Moments => ({ mu, s: 1 / Math.sqrt(sigma2 + EPSILON) });
const momentsOf = (values: Row): Moments => moments(mean(values), variance(values));

/** dX of numbers that are normalized together, from g = dL/dX̂: s·(g - mean g - x̂·mean(g·x̂)). */
function gradientOf(x: Row, g: Row, { mu, s }: Moments): Row {
  const standard = x.map((value) => (value - mu) * s);
  const [push, pull] = [mean(g), mean(g.map((d, i) => d * standard[i]))];
  return g.map((d, i) => s * (d - push - standard[i] * pull));
}

describe.each(BUILDS)("$name", (build) => {
  const lab = new Lab(build);

  /** A batch whose columns differ in mean and deviation, γ, β, dN, and the memory that the operations need. */
  function prepare(samples: number, units: number) {
    lab.clear();
    const place = (i: number) => (i % units) / units;
    const spread = floats(samples * units, units, 2).map((x, i) => x * (1 + place(i)) + 3 * place(i) - 1);
    const [gamma, beta] = [floats(units, 2), floats(units, 3)];
    const dN = floats(samples * units, 4);
    const width = 8 * Math.ceil(units / 8);
    const matrices = {
      X: lab.batch(units, samples, spread),
      N: lab.batch(units, samples),
      d: lab.batch(units, samples, dN),
      gamma: lab.bias(units, gamma),
      beta: lab.bias(units, beta),
      dGamma: lab.bias(units),
      dBeta: lab.bias(units),
      saved: lab.table(new Float32Array(Math.max(4 * width, 4 * samples))),
    };
    const { X, N, d, saved } = matrices;
    const shared = { rows: samples, cols: units, a: X.address, lda: X.stride, h: saved.address };
    const forward = {
      ...shared,
      b: matrices.gamma.address,
      c: N.address,
      ldc: N.stride,
      d: matrices.beta.address,
      p: [EPSILON, MOMENTUM],
    };
    const backward = {
      ...shared,
      b: matrices.gamma.address,
      c: d.address,
      ldc: d.stride,
      d: matrices.dGamma.address,
      e: matrices.dBeta.address,
    };
    const rows = (values: Float32Array) => toRows(values, units);
    return { matrices, forward, backward, x: rows(spread), dN: rows(dN), gamma, beta };
  }

  function expectBatch(matrix: Parameters<Lab["read"]>[0], wanted: Row[]): void {
    const { values, isPadded } = lab.read(matrix);
    expect(isPadded).toBe(true);
    expectNear(values, wanted.flat());
  }

  /** Compares N, dX, dγ, and dβ with float64; `of` returns the moments of an element. */
  function check(
    prepared: ReturnType<typeof prepare>,
    of: (s: number, j: number) => Moments,
    dX: Row[],
  ): void {
    const { matrices, x, dN, gamma, beta } = prepared;
    const standard = x.map((row, s) => row.map((value, j) => (value - of(s, j).mu) * of(s, j).s));
    const wanted = standard.map((row) => row.map((value, j) => gamma[j] * value + beta[j]));
    expectBatch(matrices.N, wanted);
    expectBatch(matrices.d, dX);
    const total = (row: Row) => row.length * mean(row);
    expectBatch(matrices.dGamma, [
      transpose(dN).map((d, j) => total(d.map((value, s) => value * standard[s][j]))),
    ]);
    expectBatch(matrices.dBeta, [transpose(dN).map(total)]);
  }

  describe.each(SHAPES)("$samples samples of $units units", ({ samples, units }) => {
    test.each([
      ["the batch, which move the running ones", Statistics.batch],
      ["the batch alone", Statistics.batchOnly],
      ["earlier batches", Statistics.running],
    ] as const)("batchNorm with the statistics of %s", (_, f) => {
      const prepared = prepare(samples, units);
      const { forward, backward, x, dN, gamma } = prepared;
      const start = { mean: floats(units, 5), variance: floats(units, 6).map((v) => 1 + v) };
      const running = { mean: lab.bias(units, start.mean), variance: lab.bias(units, start.variance) };
      lab.run({ op: Op.batchNorm, f, ...forward, e: running.mean.address, g: running.variance.address });
      lab.run({ op: Op.batchNormGradient, f, ...backward });
      const columns = transpose(x);
      // A single row has no variance: it takes the running statistics and does not move them.
      const isRunning = f === Statistics.running || samples === 1;
      const used = columns.map((column, j) =>
        isRunning ? moments(start.mean[j], start.variance[j]) : momentsOf(column),
      );
      const dX = transpose(dN).map((d, j) => {
        const g = d.map((value) => gamma[j] * value);
        return isRunning ? g.map((value) => value * used[j].s) : gradientOf(columns[j], g, used[j]);
      });
      check(prepared, (_, j) => used[j], transpose(dX));
      const share = f === Statistics.batch && !isRunning ? MOMENTUM : 0;
      const moved = (values: ArrayLike<number>, to: Row) =>
        to.map((value, j) => (1 - share) * values[j] + share * value);
      expectNear(lab.read(running.mean).values, moved(start.mean, columns.map(mean)));
      const unbiased = columns.map((column) => (variance(column) * samples) / Math.max(samples - 1, 1));
      expectNear(lab.read(running.variance).values, moved(start.variance, unbiased));
    });

    test("layerNorm", () => {
      const prepared = prepare(samples, units);
      const { forward, backward, x, dN, gamma } = prepared;
      lab.run({ op: Op.layerNorm, ...forward });
      lab.run({ op: Op.layerNormGradient, ...backward });
      const used = x.map(momentsOf);
      const dX = x.map((row, s) =>
        gradientOf(
          row,
          dN[s].map((d, j) => gamma[j] * d),
          used[s],
        ),
      );
      check(prepared, (s) => used[s], dX);
    });
  });

  test.each(["batchNorm", "layerNorm"] as const)(
    "%s without trained parameters writes no gradients of them",
    (name) => {
      const { matrices, forward, backward } = prepare(5, 9);
      const running = { e: lab.bias(9, ones(9)).address, g: lab.bias(9, ones(9)).address };
      lab.run({ op: Op[name], ...forward, ...running });
      lab.run({ op: Op[`${name}Gradient`], ...backward, d: 0, e: 0 });
      expect(lab.read(matrices.d).values.every(Number.isFinite)).toBe(true);
      expect(lab.read(matrices.dGamma).values.every(Number.isNaN)).toBe(true);
      expect(lab.read(matrices.dBeta).values.every(Number.isNaN)).toBe(true);
    },
  );

  test.each([1, 5])("batchNorm of %i rows with the biased variance, which one row has too", (samples) => {
    const prepared = prepare(samples, 9);
    const { forward, backward, x, dN, gamma } = prepared;
    const running = { mean: lab.bias(9, ones(9, 0)), variance: lab.bias(9, ones(9)) };
    const f = Statistics.batch;
    const p = [EPSILON, MOMENTUM, 1];
    const operands = { e: running.mean.address, g: running.variance.address, p };
    lab.run({ op: Op.batchNorm, f, ...forward, ...operands });
    lab.run({ op: Op.batchNormGradient, f, ...backward, p });
    const columns = transpose(x);
    const used = columns.map(momentsOf);
    const dX = transpose(dN).map((d, j) =>
      gradientOf(
        columns[j],
        d.map((value) => gamma[j] * value),
        used[j],
      ),
    );
    check(prepared, (_, j) => used[j], transpose(dX));
    const moved = (from: number, to: Row) => to.map((value) => (1 - MOMENTUM) * from + MOMENTUM * value);
    expectNear(lab.read(running.mean).values, moved(0, columns.map(mean)));
    expectNear(lab.read(running.variance).values, moved(1, columns.map(variance)));
  });

  test("the mean of 60,000 rows does not lose digits", () => {
    lab.clear();
    const values = floats(60_000, 1).map((x) => 100 + x);
    const [X, N] = [lab.batch(1, 60_000, values), lab.batch(1, 60_000)];
    const saved = lab.table(new Float32Array(24));
    const [gamma, beta] = [lab.bias(1, [1]), lab.bias(1, [0])];
    const operands = { a: X.address, lda: X.stride, b: gamma.address, c: N.address, ldc: N.stride };
    const more = { d: beta.address, h: saved.address, p: [EPSILON] };
    lab.run({ op: Op.batchNorm, f: Statistics.batchOnly, rows: 60_000, cols: 1, ...operands, ...more });
    const { mu, s } = momentsOf(Array.from(values));
    const kept = lab.read(saved).values;
    expect(Math.abs(kept[0] + kept[8] - mu)).toBeLessThan(5e-5);
    expect(Math.abs(kept[16] - s)).toBeLessThan(1e-5 * s);
  });
});
