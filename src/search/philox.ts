/**
 * Philox 4x32-10 of Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (SC 2011), as in the core: random words as
 * a pure function of key and counter. No generator has a state, so the order of draws cannot change a result.
 */

import { permutationBy } from "../data/permutation.js";

const ROUNDS = 10;

/** The upper 32 bits of the product of two 32-bit numbers. */
function upperProduct(a: number, b: number): number {
  const [a0, a1, b0, b1] = [a & 0xffff, a >>> 16, b & 0xffff, b >>> 16];
  const low = a0 * b0;
  const middle = a1 * b0 + (low >>> 16);
  const cross = a0 * b1 + (middle % 0x10000);
  return (a1 * b1 + Math.floor(middle / 0x10000) + Math.floor(cross / 0x10000)) >>> 0;
}

/** Four random words for a counter of four words and a key of two. */
export function philox(counter: readonly number[], key: readonly number[]): number[] {
  let [x0, x1, x2, x3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < ROUNDS; round++) {
    const y0 = upperProduct(x2, 0xcd9e8d57) ^ x1 ^ k0;
    const y2 = upperProduct(x0, 0xd2511f53) ^ x3 ^ k1;
    x1 = Math.imul(x2, 0xcd9e8d57);
    x3 = Math.imul(x0, 0xd2511f53);
    x0 = y0;
    x2 = y2;
    k0 = (k0 + 0x9e3779b9) | 0;
    k1 = (k1 + 0xbb67ae85) | 0;
  }
  return [x0 >>> 0, x1 >>> 0, x2 >>> 0, x3 >>> 0];
}

/** A purpose of its own for each use, so that no two use the same numbers. */
export const PURPOSE = { folds: 1, split: 2, settings: 3 } as const;

/** Random numbers for one purpose, each a function of seed, purpose and its place. */
export class Draws {
  readonly #key: readonly number[];
  readonly #purpose: number;

  constructor(seed: number, purpose: number) {
    this.#key = [seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0];
    this.#purpose = purpose;
  }

  /** A number of at least 0 and below 1, with 53 random bits. */
  at(index: number, stream = 0, part = 0): number {
    const [high, low] = philox([index, stream, part, this.#purpose], this.#key);
    return ((high >>> 5) * 2 ** 26 + (low >>> 6)) / 2 ** 53;
  }

  /** The numbers from 0 to below `length` in a random order. */
  permutation(length: number, stream = 0): Int32Array {
    return permutationBy(length, (limit) => Math.floor(this.at(limit - 1, stream) * limit));
  }
}
