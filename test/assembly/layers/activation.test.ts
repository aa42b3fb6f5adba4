/** A = f(Z) and dZ = dA * f'(Z) for every activation, over shapes with and without padding, against the reference. */

import { describe, expect, test } from "vitest";
import { Activation } from "../../../assembly/isa.js";
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
  const error = (value: number, i: number) => Math.abs(actual[i] - value) / Math.max(1, Math.abs(value));
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

  test("the samples of a batch behind the last one asked for stay as they are", () => {
    lab.clear();
    const A = lab.batch(5, 3);
    lab.run(activate("sigmoid", lab.batch(5, 3, floats(15, 1)), A, 2));
    const { values } = lab.read(A);
    expect(values.subarray(0, 10).every(Number.isFinite)).toBe(true);
    expect(values.subarray(10).every(Number.isNaN)).toBe(true);
  });
});
