import { expect } from "vitest";
import type { Rows } from "../../src/article.js";
import { generator } from "../helpers.js";

/** Expects every value within `tolerance` · (floor + |value|). */
export function expectNear(actual: Rows, wanted: Rows, tolerance: number, floor: number): void {
  expect([actual.length, actual[0].length]).toEqual([wanted.length, wanted[0].length]);
  let worst = 0;
  actual.forEach((row, r) => {
    for (let c = 0; c < row.length; c++) {
      const error = Math.abs(row[c] - wanted[r][c]) / (floor + Math.abs(wanted[r][c]));
      if (!(error <= worst)) worst = error;
    }
  });
  expect(worst).toBeLessThanOrEqual(tolerance);
}

/** A matrix of uniform numbers from -1 to below 1. */
export function matrix(rows: number, cols: number, seed: number): number[][] {
  const next = generator(seed);
  return Array.from({ length: rows }, () => Array.from({ length: cols }, () => 2 * next() - 1));
}

/** A matrix of zeros and ones. */
export function bits(rows: number, cols: number, seed: number): number[][] {
  return matrix(rows, cols, seed).map((row) => row.map((value) => Number(value > 0)));
}

/** Transposes a matrix. */
export function transpose(rows: Rows): number[][] {
  return Array.from({ length: rows[0].length }, (_, c) => rows.map((row) => row[c]));
}

export const XOR = {
  X: [
    [0, 0, 1, 1],
    [0, 1, 0, 1],
  ],
  Y: [[0, 1, 1, 0]],
};
