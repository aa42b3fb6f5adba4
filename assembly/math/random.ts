/**
 * Random numbers as a pure function of (seed, stream, step or epoch, layer, index): Philox 4x32-10 of Salmon et al.,
 * "Parallel random numbers: as easy as 1, 2, 3" (SC 2011). No generator has a state, so neither the size of a call nor
 * resuming can change a result.
 */

import { RandomStream } from "../isa";
import { Instruction } from "../op";
import { erfinv } from "./erf";
import { constant } from "./simd";

const ROUNDS = 10;

// The numbers of four counters side by side; the two factors of Philox.
const PHILOX = memory.data<u32>([0, 1, 2, 3, 0xd2511f53, 0xcd9e8d57], 16);

/** The upper halves of the four 64-bit products of x and factor. */
function upperProduct(x: v128, factor: v128): v128 {
  const even = i64x2.extmul_low_i32x4_u(x, factor);
  const odd = i64x2.extmul_high_i32x4_u(x, factor);
  return v128.shuffle<i32>(even, odd, 1, 3, 5, 7);
}

/**
 * Writes sixteen random words, RANDOM_BYTES, to `words`: those of the counters (index to index + 3, low half of step, layer,
 * stream + 256 · high half of step) under the key (low half of seed, high half of seed).
 *
 *      byte 0   word 0 of counters 0, 1, 2, 3
 *          16   word 1 of counters 0, 1, 2, 3
 *          32   word 2 of counters 0, 1, 2, 3
 *          48   word 3 of counters 0, 1, 2, 3
 */
export function philox(
  words: usize,
  index: u32,
  step: u64,
  layer: u32,
  stream: RandomStream,
  seed: u64,
): void {
  const factor0 = constant(PHILOX + 16);
  const factor1 = constant(PHILOX + 20);
  let x0 = i32x4.add(i32x4.splat(index), v128.load(PHILOX));
  let x1 = i32x4.splat(<u32>step);
  let x2 = i32x4.splat(layer);
  let x3 = i32x4.splat(stream + ((<u32>(step >> 32)) << 8));
  let k0 = <u32>seed;
  let k1 = <u32>(seed >> 32);
  for (let round = 0; round < ROUNDS; round++) {
    const y0 = v128.xor(v128.xor(upperProduct(x2, factor1), x1), i32x4.splat(k0));
    const y2 = v128.xor(v128.xor(upperProduct(x0, factor0), x3), i32x4.splat(k1));
    x1 = i32x4.mul(x2, factor1);
    x3 = i32x4.mul(x0, factor0);
    x0 = y0;
    x2 = y2;
    k0 += 0x9e3779b9;
    k1 += 0xbb67ae85;
  }
  v128.store(words, x0);
  v128.store(words, x1, 16);
  v128.store(words, x2, 32);
  v128.store(words, x3, 48);
}

/** The address of the word `index`, where the words are numbered counter by counter. */
export function wordAt(words: usize, index: u32): usize {
  return words + <usize>(((index & 3) << 4) | (index & 12));
}

// 2^-24, √2.
const NORMAL = memory.data<f32>([5.9604645e-8, 1.4142135], 16);

/**
 * Standard normal numbers from four words, cut at ±c if `share` = erf(c / √2) is below 1: √2·erfinv(v), with v uniform in
 * -share to share. v is an odd multiple of 2^-24·share, hence neither 0 nor ±1.
 */
export function normals(words: v128, share: v128): v128 {
  const odd = v128.or(i32x4.shr_s(words, 7), constant(PHILOX + 4));
  const v = f32x4.mul(f32x4.convert_i32x4_s(odd), constant(NORMAL));
  return f32x4.mul(erfinv(f32x4.mul(v, share)), constant(NORMAL + 4));
}

/** order = a random permutation of 0 to rows - 1. */
@unmanaged
class ShuffleOp extends Instruction {
  /** The table of orders, int32. */
  @inline get order(): usize {
    return this.c;
  }
  /** Bytes of the order of one epoch. */
  @inline get epochBytes(): usize {
    return this.ldc;
  }
  /** Sixteen words. */
  @inline get scratch(): usize {
    return this.e;
  }
  @inline get seed(): u64 {
    return <u64>this.p0;
  }
}

/** Shuffles the rows for the epoch `step` by the method of Fisher and Yates; the order goes to the epoch `slot` of the table. */
export function shuffle(instruction: Instruction, step: f64, slot: i32): void {
  const op = changetype<ShuffleOp>(instruction);
  const words = op.scratch;
  const epoch = <u32>(<u64>step);
  const order = op.order + <usize>slot * op.epochBytes;
  for (let i = 0; i < op.rows; i++) store<i32>(order + ((<usize>i) << 2), i);
  let index: u32 = 0;
  for (let i = op.rows - 1; i > 0; i--, index++) {
    if ((index & 15) === 0) philox(words, index >> 2, 0, epoch, RandomStream.shuffle, op.seed);
    const random = load<u32>(wordAt(words, index));
    const j = <usize>((<u64>random * <u64>(i + 1)) >> 32);
    const last = order + ((<usize>i) << 2);
    const other = order + (j << 2);
    const swapped = load<i32>(last);
    store<i32>(last, load<i32>(other));
    store<i32>(other, swapped);
  }
}
