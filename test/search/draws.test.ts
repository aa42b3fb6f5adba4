/** Random numbers and exact functions of the searches. */

import { describe, expect, test } from "vitest";
import { exp, ln } from "../../src/search/exact.js";
import { Draws, philox } from "../../src/search/philox.js";

describe("Philox 4x32-10", () => {
  // The known answers of Random123 (D. E. Shaw Research), kat_vectors.
  test.each([
    [
      [0, 0, 0, 0],
      [0, 0],
      [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    ],
    [Array(4).fill(0xffffffff), Array(2).fill(0xffffffff), [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd]],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ],
  ])("%j", (counter, key, words) => {
    expect(philox(counter, key)).toEqual(words);
  });

  test("seeds and purposes have numbers of their own, above 2^32 too", () => {
    const first = (seed: number, purpose: number) => new Draws(seed, purpose).at(0);
    const all = [first(0, 1), first(1, 1), first(0, 2), first(2 ** 32, 1), first(2 ** 52, 1)];
    expect(new Set(all).size).toBe(all.length);
  });

  test("a permutation has every number once, and every place is as likely", () => {
    const counts = Array.from({ length: 5 }, () => new Array<number>(5).fill(0));
    for (let stream = 0; stream < 2000; stream++) {
      const order = new Draws(7, 1).permutation(5, stream);
      expect([...order].sort()).toEqual([0, 1, 2, 3, 4]);
      order.forEach((value, place) => {
        counts[value][place]++;
      });
    }
    // 400 expected; the standard deviation is 18.
    for (const count of counts.flat()) expect(Math.abs(count - 400)).toBeLessThan(90);
  });
});

describe("exact functions", () => {
  const draws = new Draws(3, 9);
  const places = Array.from({ length: 5000 }, (_, i) => draws.at(i));

  test("exp is within 2 ulp of the truth", () => {
    for (const place of places) {
      const x = (place - 0.5) * 1400;
      expect(Math.abs(exp(x) / Math.exp(x) - 1)).toBeLessThan(4.5e-16);
    }
    expect([exp(0), exp(-1000), exp(1000)]).toEqual([1, 0, Infinity]);
  });

  test("ln is within 2 ulp of the truth", () => {
    for (const place of places) {
      for (const x of [place, place * 1e300, 1 + place * 1e-6]) {
        expect(Math.abs(ln(x) - Math.log(x))).toBeLessThanOrEqual(4.5e-16 * Math.abs(Math.log(x)));
      }
    }
    expect([ln(1), ln(2)]).toEqual([0, Math.LN2]);
  });
});
