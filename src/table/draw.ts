/**
 * Random numbers as a pure function of (seed, purpose, index), so that nothing depends on the order in which rows are
 * visited. The mixing steps are the finalizer of MurmurHash3 (Appleby, 2011).
 */

import { permutationBy } from "../data/permutation.js";

/** A purpose of its own for each use, so that no two use the same numbers. */
export const PURPOSE = {
  folds: 1,
  permutation: 2,
  sampling: 3,
  member: 4,
  importance: 5,
  tuning: 6,
} as const;

function mix(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** A whole number from 0 to below 2^32. */
export function draw(seed: number, purpose: number, index: number): number {
  const high = Math.floor(seed / 2 ** 32);
  return mix(mix(mix(mix(seed | 0) ^ high) + Math.imul(purpose, 0x9e3779b1)) ^ index);
}

/** The numbers from 0 to below `length` in a random order. */
export function permutation(length: number, seed: number, purpose: number): Int32Array {
  return permutationBy(length, (limit) => draw(seed, purpose, limit - 1) % limit);
}
