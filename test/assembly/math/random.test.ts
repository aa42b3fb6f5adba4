/** Random streams: Philox against its known answers, initial weights and orders against Philox, the statistics of both. */

import { describe, expect, test } from "vitest";
import { Op, RANDOM_BYTES, RandomStream } from "../../../assembly/isa.js";
import { BUILDS, expectSameBits } from "../../helpers.js";
import { Lab } from "../lab.js";
import { philox } from "../philox.js";

/** Counter, key, and answer, from kat_vectors of the Random123 library. */
const KNOWN_ANSWERS = [
  [
    [0, 0, 0, 0],
    [0, 0],
    [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
  ],
  [
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    [0xffffffff, 0xffffffff],
    [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  ],
  [
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    [0xa4093822, 0x299f31d0],
    [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  ],
];

test.each(KNOWN_ANSWERS)("the Philox of the tests gives the known answer for %j", (counter, key, answer) => {
  expect(philox(counter, key)).toEqual(answer);
});

describe.each(BUILDS)("$name", (build) => {
  const lab = new Lab(build);

  function uniform(units: number, inputs: number, layer: number, seed: number, limit = 1): Float32Array {
    lab.clear();
    const W = lab.weights(units, inputs);
    const target = { c: W.address, ldc: W.stride, e: lab.bytes(RANDOM_BYTES) };
    lab.run({ op: Op.uniform, f: layer, rows: inputs, cols: units, ...target, p: [limit, seed] });
    const { values, isPadded } = lab.read(W);
    expect(isPadded).toBe(true);
    return values;
  }

  test.each([0, 1, 42, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER])(
    "uniform numbers are the words of Philox for seed %i",
    (seed) => {
      const key = [seed % 2 ** 32, Math.floor(seed / 2 ** 32)];
      for (const [layer, units, inputs] of [
        [0, 1, 4],
        [1, 3, 7],
        [5, 17, 33],
      ]) {
        const words = Array.from({ length: Math.ceil((units * inputs) / 4) }, (_, block) =>
          philox([block, 0, layer, RandomStream.weights], key),
        ).flat();
        const wanted = Float32Array.from(
          words.slice(0, units * inputs),
          (word) => (word >>> 8) / 2 ** 23 - 1,
        );
        expectSameBits(uniform(units, inputs, layer, seed), wanted);
      }
    },
  );

  test("uniform numbers fill their range evenly and stay in it", () => {
    const limit = 0.25;
    const values = uniform(100, 1000, 2, 7, limit);
    const counts = new Array<number>(20).fill(0);
    expect(values.every((value) => Math.abs(value) <= limit)).toBe(true);
    for (const value of values) {
      counts[Math.min(19, Math.floor(((value + limit) / (2 * limit)) * 20))]++;
    }
    // χ² with 19 degrees of freedom exceeds 43.8 for one seed in a thousand.
    const expected = values.length / counts.length;
    expect(counts.reduce((chi, count) => chi + (count - expected) ** 2 / expected, 0)).toBeLessThan(43.8);
  });

  function shuffle(rows: number, epoch: number, seed: number): number[] {
    lab.clear();
    const order = lab.table(new Int32Array(rows));
    lab.run({ op: Op.shuffle, rows, c: order.address, e: lab.bytes(RANDOM_BYTES), p: [seed] }, epoch);
    return lab.integers(order);
  }

  const sequence = (rows: number): number[] => Array.from({ length: rows }, (_, i) => i);

  test("shuffle is Fisher and Yates with the words of Philox", () => {
    const [rows, epoch, seed] = [50, 3, 9];
    const words = Array.from({ length: 13 }, (_, block) =>
      philox([block, 0, epoch, RandomStream.shuffle], [seed, 0]),
    ).flat();
    const wanted = sequence(rows);
    for (let i = rows - 1; i > 0; i--) {
      const j = Number((BigInt(words[rows - 1 - i]) * BigInt(i + 1)) >> 32n);
      [wanted[i], wanted[j]] = [wanted[j], wanted[i]];
    }
    expect(shuffle(rows, epoch, seed)).toEqual(wanted);
  });

  test("shuffle returns permutations", () => {
    for (const rows of [...sequence(34).slice(1), 1000, 60_000]) {
      const order = shuffle(rows, 0, 0);
      expect([...order].sort((a, b) => a - b)).toEqual(sequence(rows));
    }
  });

  test("the order depends on seed and epoch, and on nothing else", () => {
    const wanted = shuffle(100, 3, 9);
    expect(shuffle(100, 3, 9)).toEqual(wanted);
    expect(shuffle(100, 4, 9)).not.toEqual(wanted);
    expect(shuffle(100, 3, 10)).not.toEqual(wanted);
    expect(shuffle(100, 3, 9 + 2 ** 32)).not.toEqual(wanted);
  });

  test("all orders of four rows are equally likely", () => {
    const EPOCHS = 24_000;
    const counts = new Map<string, number>();
    for (let epoch = 0; epoch < EPOCHS; epoch++) {
      const key = shuffle(4, epoch, 0).join("");
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    // χ² with 23 degrees of freedom exceeds 49.7 for one seed in a thousand.
    const expected = EPOCHS / 24;
    const chi = [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    expect(chi).toBeLessThan(49.7);
  });
});
