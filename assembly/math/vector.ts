/** Flat vectors of float32, whole v128 at a time: sums in float64 and combinations. */

import { Instruction } from "../op";
import { constant, highHalf, lowHalf, madd, splat, VECTOR } from "./simd";

/** Σ a·b in float64, over `bytes` of floats. */
export function dotProduct(a: usize, b: usize, bytes: usize): f64 {
  let low = f64x2.splat(0);
  let high = low;
  for (const end = a + bytes; a < end; a += VECTOR, b += VECTOR) {
    const x = v128.load(a);
    const y = v128.load(b);
    low = f64x2.add(low, f64x2.mul(lowHalf(x), lowHalf(y)));
    high = f64x2.add(high, f64x2.mul(highHalf(x), highHalf(y)));
  }
  const both = f64x2.add(low, high);
  return f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
}

/**
 * max |x| over `bytes` of floats; NaN if any of them is NaN. Without their signs, floats are in the order of their bits as
 * integers, with infinity and then NaN at the end: such a maximum takes one cycle, a sum of squares four.
 */
export function largestMagnitude(x: usize, bytes: usize): f32 {
  let most = i32x4.splat(0);
  let other = most;
  const end = x + bytes;
  // Two at a time, because each maximum waits for the one before it.
  for (; x + VECTOR < end; x += 2 * VECTOR) {
    most = i32x4.max_s(most, f32x4.abs(v128.load(x)));
    other = i32x4.max_s(other, f32x4.abs(v128.load(x, 16)));
  }
  if (x < end) most = i32x4.max_s(most, f32x4.abs(v128.load(x)));
  most = i32x4.max_s(most, other);
  const low = max(i32x4.extract_lane(most, 0), i32x4.extract_lane(most, 1));
  const high = max(i32x4.extract_lane(most, 2), i32x4.extract_lane(most, 3));
  return reinterpret<f32>(max(low, high));
}

/** c = p·a + q·b over `bytes` of floats. */
export function addScaled(p: f64, a: usize, q: f64, b: usize, c: usize, bytes: usize): void {
  const first = splat(p);
  const second = splat(q);
  for (let i: usize = 0; i < bytes; i += VECTOR) {
    v128.store(c + i, madd(second, v128.load(b + i), f32x4.mul(first, v128.load(a + i))));
  }
}

// The least normal float32, 2^-126.
const LEAST_NORMAL = memory.data<f32>([1.1754943508222875e-38]);

/** Sets to 0 the numbers of x that are too small to be normal; an address of 0 stands for no vector. */
export function flushSubnormals(x: usize, bytes: usize): void {
  if (!x) return;
  for (const end = x + bytes; x < end; x += VECTOR) {
    const value = v128.load(x);
    v128.store(x, v128.andnot(value, f32x4.lt(f32x4.abs(value), constant(LEAST_NORMAL))));
  }
}

/** The vectors a, b, and c of `cols` floats. */
@unmanaged
class VectorOp extends Instruction {
  @inline get bytes(): usize {
    return (<usize>this.cols) << 2;
  }
  /** One float64 per slot. */
  @inline get results(): usize {
    return this.d;
  }
}

/** results[slot] = a·b, in float64. */
export function dot(instruction: Instruction, slot: i32): void {
  const op = changetype<VectorOp>(instruction);
  store<f64>(op.results + ((<usize>slot) << 3), dotProduct(op.a, op.b, op.bytes));
}

/** results[slot] = max |a|, NaN if a has one. */
export function magnitude(instruction: Instruction, slot: i32): void {
  const op = changetype<VectorOp>(instruction);
  store<f64>(op.results + ((<usize>slot) << 3), <f64>largestMagnitude(op.a, op.bytes));
}

/** c = p0·a + p1·b */
export function combine(instruction: Instruction): void {
  const op = changetype<VectorOp>(instruction);
  addScaled(op.p0, op.a, op.p1, op.b, op.c, op.bytes);
}
