/** The test that values are finite, which adds up several of them at a time. */

import { describe, expect, test } from "vitest";
import { areFinite, isBytes } from "../../src/data/values.js";

describe("areFinite", () => {
  test.each([Number.NaN, Infinity, -Infinity])("finds %d at every index of every length", (wrong) => {
    for (let length = 1; length <= 9; length++) {
      for (let at = 0; at < length; at++) {
        const values = new Float32Array(length).fill(-3e38);
        expect(areFinite(values)).toBe(true);
        values[at] = wrong;
        expect(areFinite(values), `index ${at} of ${length}`).toBe(false);
      }
    }
  });

  test("an infinity does not hide the one of the other sign", () => {
    expect(areFinite(Float32Array.of(Infinity, -Infinity, Infinity, -Infinity))).toBe(false);
  });

  test("no values are finite ones", () => {
    expect(areFinite(new Float32Array(0))).toBe(true);
  });
});

test("bytes are unsigned ones, and no other array", () => {
  expect(isBytes(new Uint8Array(1))).toBe(true);
  expect(isBytes(new Uint8ClampedArray(1))).toBe(true);
  for (const values of [new Float32Array(1), new Int8Array(1), new Float64Array(1), [1]]) {
    expect(isBytes(values)).toBe(false);
  }
});
