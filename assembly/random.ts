/**
 * Everything random is a pure function of (seed, purpose, epoch or layer, index): Philox 4x32-10 of Salmon et al.,
 * "Parallel random numbers: as easy as 1, 2, 3" (SC 2011). No generator has a state, so neither chunking nor
 * resuming can change a result.
 */

import { PANEL, Purpose } from "./isa";
import { Instruction } from "./op";

const ROUNDS = 10;

// Sixteen random words, four counters one beside the other: word k of counter c at 16·k + 4·c. Rewritten by philox.
const WORDS = memory.data(64, 16);

/** The high halves of the four 64-bit products of x and factor. */
function high(x: v128, factor: v128): v128 {
  const even = i64x2.extmul_low_i32x4_u(x, factor);
  const odd = i64x2.extmul_high_i32x4_u(x, factor);
  return v128.shuffle<i32>(even, odd, 1, 3, 5, 7);
}

/** Writes the words of counters (index to index + 3, 0, stream, purpose) under the key (low and high half of seed). */
function philox(index: u32, stream: u32, purpose: u32, seed: u64): void {
  const factor0 = i32x4.splat(0xd2511f53);
  const factor1 = i32x4.splat(0xcd9e8d57);
  let x0 = i32x4.add(i32x4.splat(index), i32x4(0, 1, 2, 3));
  let x1 = i32x4.splat(0);
  let x2 = i32x4.splat(stream);
  let x3 = i32x4.splat(purpose);
  let k0 = <u32>seed;
  let k1 = <u32>(seed >> 32);
  for (let round = 0; round < ROUNDS; round++) {
    const y0 = v128.xor(v128.xor(high(x2, factor1), x1), i32x4.splat(k0));
    const y2 = v128.xor(v128.xor(high(x0, factor0), x3), i32x4.splat(k1));
    x1 = i32x4.mul(x2, factor1);
    x3 = i32x4.mul(x0, factor0);
    x0 = y0;
    x2 = y2;
    k0 += 0x9e3779b9;
    k1 += 0xbb67ae85;
  }
  v128.store(WORDS, x0);
  v128.store(WORDS, x1, 16);
  v128.store(WORDS, x2, 32);
  v128.store(WORDS, x3, 48);
}

/** The uniform words of a stream, to be asked for one after the other from index 0 on. */
function word(index: u32, stream: u32, purpose: u32, seed: u64): u32 {
  if ((index & 15) === 0) philox(index >> 2, stream, purpose, seed);
  return load<u32>(WORDS + <usize>(((index & 3) << 4) | (index & 12)));
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
 * order = a random permutation of 0 to rows - 1 (Fisher and Yates) for the epoch `step`; `ldc` bytes of the table
 * at c are one epoch's. p0: seed.
 */
export function shuffle(op: Instruction, step: i32, slot: i32): void {
  const order = op.c + <usize>slot * op.ldc;
  const epoch = <u32>step;
  const seed = <u64>op.p0;
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
