/**
 * Everything random is a pure function of (seed, purpose, epoch or layer, index): Philox 4x32-10 of Salmon et al.,
 * "Parallel random numbers: as easy as 1, 2, 3" (SC 2011). No generator has a state, so neither chunking nor
 * resuming can change a result.
 */

import { PANEL, Purpose } from "./isa";
import { Instruction } from "./op";

const ROUNDS = 10;

// The four words of the last counter: the generator's output buffer, rewritten by each call of philox.
const BLOCK = memory.data(16, 16);

/** Writes the four random words of counter (index, high, stream, purpose) under the key (low and high of seed). */
function philox(index: u32, high: u32, stream: u32, purpose: u32, seed: u64): void {
  let x0 = index;
  let x1 = high;
  let x2 = stream;
  let x3 = purpose;
  let k0 = <u32>seed;
  let k1 = <u32>(seed >> 32);
  for (let round = 0; round < ROUNDS; round++) {
    const p0 = <u64>0xd2511f53 * <u64>x0;
    const p1 = <u64>0xcd9e8d57 * <u64>x2;
    x0 = <u32>(p1 >> 32) ^ x1 ^ k0;
    x1 = <u32>p1;
    x2 = <u32>(p0 >> 32) ^ x3 ^ k1;
    x3 = <u32>p0;
    k0 += 0x9e3779b9;
    k1 += 0xbb67ae85;
  }
  store<u32>(BLOCK, x0);
  store<u32>(BLOCK, x1, 4);
  store<u32>(BLOCK, x2, 8);
  store<u32>(BLOCK, x3, 12);
}

/** Four uniform words of a stream at a time, one after the other. */
function word(index: u32, stream: u32, purpose: u32, seed: u64): u32 {
  if ((index & 3) === 0) philox(index >> 2, 0, stream, purpose, seed);
  return load<u32>(BLOCK + <usize>((index & 3) << 2));
}

/**
 * W[u][i] = uniform in -p0 to p0 for inputs `rows` and units `cols`, drawn in the order of a row-major
 * [units][inputs] matrix so that the numbers do not depend on the layout. p1: seed, f: layer.
 */
export function uniform(op: Instruction): void {
  const inputs = op.rows;
  const limit = <f32>op.p0;
  const seed = <u64>op.p1;
  let index: u32 = 0;
  for (let unit = 0; unit < op.cols; unit++) {
    let w = op.c + <usize>(unit / PANEL) * op.ldc + <usize>((unit % PANEL) << 2);
    for (let input = 0; input < inputs; input++) {
      // The upper 24 bits as a multiple of 2^-23 in -1 to 1: exact in float32.
      const x = <f32>(word(index++, op.f, Purpose.weights, seed) >> 8) * <f32>(1.0 / 8388608.0) - 1;
      store<f32>(w, x * limit);
      w += PANEL << 2;
    }
  }
}

/**
 * order = a random permutation of 0 to rows - 1 (Fisher and Yates) for the epoch p0 + step; `ldc` bytes of the table
 * at c are one epoch's. p1: seed.
 */
export function shuffle(op: Instruction, step: i32, slot: i32): void {
  const order = op.c + <usize>slot * op.ldc;
  const epoch = <u32>op.p0 + <u32>step;
  const seed = <u64>op.p1;
  for (let i = 0; i < op.rows; i++) store<i32>(order + ((<usize>i) << 2), i);
  let index: u32 = 0;
  for (let i = op.rows - 1; i > 0; i--) {
    const random = word(index++, epoch, Purpose.shuffle, seed);
    const j = <usize>((<u64>random * <u64>(i + 1)) >> 32);
    const last = order + ((<usize>i) << 2);
    const other = order + (j << 2);
    const swapped = load<i32>(last);
    store<i32>(last, load<i32>(other));
    store<i32>(other, swapped);
  }
}
