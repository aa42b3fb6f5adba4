/** Initial weights: normal numbers, cut or not, against the statistics of their distribution; orthogonal matrices. */

import { describe, expect, test } from "vitest";
import { Op, RANDOM_BYTES } from "../../../assembly/isa.js";
import { float64 } from "../../../src/formulas/float64.js";
import { BUILDS, expectSameBits, sameBits, toRows } from "../../helpers.js";
import type { Row } from "../../reference.js";
import { Lab } from "../lab.js";

const { erf } = float64;

const dot = (p: Row, q: Row): number => p.reduce((total, x, i) => total + x * q[i], 0);

describe.each(BUILDS)("$name", (build) => {
  const lab = new Lab(build);

  /** The initial W of a layer, [units][inputs]. */
  function draw(
    op: Op,
    units: number,
    inputs: number,
    { scale = 1, seed = 1, layer = 2, cut = 0 } = {},
  ): Float32Array {
    lab.clear();
    const W = lab.weights(units, inputs);
    const length = 4 * Math.ceil(Math.max(units, inputs) / 4);
    const scratch = lab.bytes(RANDOM_BYTES + 4 * Math.min(units, inputs) * length);
    const target = { c: W.address, ldc: W.stride, e: scratch };
    const share = cut ? erf(cut / Math.SQRT2) : 1;
    lab.run({ op, f: layer, rows: inputs, cols: units, ...target, p: [scale, seed, share] });
    const { values, isPadded } = lab.read(W);
    expect(isPadded).toBe(true);
    return values;
  }

  test.each([
    ["normal", Op.normal],
    ["orthogonal", Op.orthogonal],
  ] as const)("%s weights depend on seed and layer, and on nothing else", (_, op) => {
    const wanted = draw(op, 9, 17);
    expectSameBits(draw(op, 9, 17), wanted);
    for (const other of [{ seed: 2 }, { seed: 1 + 2 ** 32 }, { layer: 3 }]) {
      expect(sameBits(draw(op, 9, 17, other), wanted)).toBe(false);
    }
  });

  test("normal weights have the shares, the mean, and the variance of the distribution", () => {
    const scale = 0.3;
    const z = draw(Op.normal, 200, 1000, { scale }).map((x) => x / scale);
    expect(z.every((x) => Number.isFinite(x) && x !== 0)).toBe(true);
    for (const bound of [-3, -2, -1, -0.5, 0, 0.5, 1, 2, 3]) {
      const share = (1 + erf(bound / Math.SQRT2)) / 2;
      const deviation = Math.sqrt((share * (1 - share)) / z.length);
      expect(Math.abs(z.filter((x) => x < bound).length / z.length - share)).toBeLessThan(4 * deviation);
    }
    const mean = z.reduce((total, x) => total + x, 0) / z.length;
    const variance = z.reduce((total, x) => total + (x - mean) ** 2, 0) / z.length;
    expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(z.length));
    expect(Math.abs(variance - 1)).toBeLessThan(4 * Math.sqrt(2 / z.length));
  });

  test("cut normal weights stay within the cut and have the variance of the cut distribution", () => {
    const z = draw(Op.normal, 200, 1000, { cut: 2 });
    const largest = z.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    expect(largest).toBeLessThan(2.00001);
    expect(largest).toBeGreaterThan(1.999);
    const mean = z.reduce((total, x) => total + x, 0) / z.length;
    const variance = z.reduce((total, x) => total + x ** 2, 0) / z.length;
    // 1 - 2·2·φ(2) / erf(√2)
    const wanted = 1 - (4 * Math.exp(-2)) / Math.sqrt(2 * Math.PI) / erf(Math.SQRT2);
    expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(z.length));
    expect(Math.abs(variance - wanted)).toBeLessThan(4 / Math.sqrt(z.length));
  });

  test("weights do not depend on the shape: 3 x 20 and 20 x 3 are the same numbers", () => {
    expectSameBits(draw(Op.normal, 3, 20), draw(Op.normal, 20, 3));
  });

  test.each([
    [1, 1],
    [1, 5],
    [5, 1],
    [3, 4],
    [4, 3],
    [8, 8],
    [9, 17],
    [17, 9],
    [64, 64],
    [128, 300],
  ])("orthogonal weights of %i units and %i inputs are orthogonal", (units, inputs) => {
    const gain = 1.5;
    const rows = toRows(draw(Op.orthogonal, units, inputs, { scale: gain }), inputs);
    const vectors = units <= inputs ? rows : rows[0].map((_, i) => rows.map((row) => row[i]));
    for (const [i, p] of vectors.entries()) {
      for (const [j, q] of vectors.slice(0, i + 1).entries()) {
        expect(Math.abs(dot(p, q) / gain ** 2 - Number(i === j))).toBeLessThan(1e-5);
      }
    }
  });
});
