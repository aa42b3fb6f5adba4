/** A = f(Z) and dZ = dA * f'(Z) for every activation, over shapes with and without padding, against the reference. */

import { describe, expect, test } from "vitest";
import { Activation } from "../../../assembly/isa.js";
import type { SlopedActivation } from "../../../src/model/activations.js";
import type { ActivationName } from "../../../src/model/names.js";
import { activate, derive } from "../../../src/program/equations.js";
import { BUILDS, floats, toRows } from "../../helpers.js";
import * as reference from "../../reference.js";
import { Lab } from "../lab.js";
import { namesOf } from "../names.js";

/** All activations except linear, which needs no operation since A is Z. */
const OPERATIONS = (namesOf(Activation) as ActivationName[]).filter((name) => name !== "linear");

const SHAPES = [1, 2, 5].flatMap((samples) => Array.from({ length: 33 }, (_, i) => [samples, i + 1]));

/** A few float32 roundings, of the value or of terms that cancel in it. */
const TOLERANCE = 6e-7;

function worstError(actual: Float32Array, wanted: number[]): number {
  expect(actual.length).toBe(wanted.length);
  const error = (value: number, i: number) =>
    actual[i] === value ? 0 : Math.abs(actual[i] - value) / Math.max(1, Math.abs(value));
  return Math.max(...wanted.map(error));
}

describe.each(BUILDS)("$name", (build) => {
  const lab = new Lab(build);

  describe.each(OPERATIONS)("%s", (name) => {
    test.each([1, 12])("A = f(Z) for values up to %f", (size) => {
      for (const [samples, units] of SHAPES) {
        lab.clear();
        const z = floats(samples * units, units, size);
        const A = lab.batch(units, samples);
        lab.run(activate(name, lab.batch(units, samples, z), A, samples));
        const { values, isPadded } = lab.read(A);
        const wanted = toRows(z, units).flatMap((row) => reference.activate(name, row));
        expect(isPadded).toBe(true);
        expect(worstError(values, wanted)).toBeLessThan(TOLERANCE);
      }
    });

    test("dZ = dA * f'(Z)", () => {
      for (const [samples, units] of SHAPES) {
        lab.clear();
        const [z, dA] = [floats(samples * units, 1, 3), floats(samples * units, 2)];
        const zRows = toRows(z, units);
        const aRows = zRows.map((row) => reference.activate(name, row));
        const wanted = zRows.flatMap((row, s) =>
          reference.derive(name, row, aRows[s], Array.from(dA.subarray(s * units, (s + 1) * units))),
        );
        const [Z, A] = [lab.batch(units, samples, z), lab.batch(units, samples, aRows.flat())];
        const d = lab.batch(units, samples, dA);
        lab.run(derive(name, Z, A, d, samples));
        const { values, isPadded } = lab.read(d);
        expect(isPadded).toBe(true);
        expect(worstError(values, wanted)).toBeLessThan(TOLERANCE);
      }
    });

    test("stays finite at ±1000 and ±3e38", () => {
      lab.clear();
      const z = [1000, -1000, 3e38, -3e38, 0, -0, 88, -104];
      const A = lab.batch(z.length, 1);
      lab.run(activate(name, lab.batch(z.length, 1, z), A, 1));
      const { values } = lab.read(A);
      expect(worstError(values, reference.activate(name, z))).toBeLessThan(TOLERANCE);
    });
  });

  test.each<[SlopedActivation, (z: number) => number, (z: number) => number]>([
    [{ type: "leakyRelu", alpha: 0.3 }, (z) => (z > 0 ? z : 0.3 * z), (z) => (z > 0 ? 1 : 0.3)],
    [{ type: "leakyRelu", alpha: 0 }, (z) => Math.max(z, 0), (z) => Number(z > 0)],
    [{ type: "leakyRelu", alpha: 2 }, (z) => (z > 0 ? z : 2 * z), (z) => (z > 0 ? 1 : 2)],
    [
      { type: "elu", alpha: 0.5 },
      (z) => (z > 0 ? z : 0.5 * Math.expm1(z)),
      (z) => (z > 0 ? 1 : 0.5 * Math.exp(z)),
    ],
    [
      { type: "hardSigmoid", alpha: 0.2 },
      (z) => Math.min(1, Math.max(0, 0.2 * z + 0.5)),
      (z) => (Math.abs(z) < 2.5 ? 0.2 : 0),
    ],
  ])("%o and its derivative", (f, value, slope) => {
    lab.clear();
    const [z, dA] = [floats(7 * 13, 1, 4), floats(7 * 13, 2)];
    const [Z, A, d] = [lab.batch(13, 7, z), lab.batch(13, 7), lab.batch(13, 7, dA)];
    lab.run(activate(f, Z, A, 7));
    expect(worstError(lab.read(A).values, Array.from(z, value))).toBeLessThan(TOLERANCE);
    lab.run(derive(f, Z, A, d, 7));
    const wanted = Array.from(dA, (g, i) => g * slope(z[i]));
    expect(worstError(lab.read(d).values, wanted)).toBeLessThan(TOLERANCE);
  });

  test("the samples of a batch behind the last one asked for stay as they are", () => {
    lab.clear();
    const A = lab.batch(5, 3);
    lab.run(activate("sigmoid", lab.batch(5, 3, floats(15, 1)), A, 2));
    const { values } = lab.read(A);
    expect(values.subarray(0, 10).every(Number.isFinite)).toBe(true);
    expect(values.subarray(10).every(Number.isNaN)).toBe(true);
  });
});
