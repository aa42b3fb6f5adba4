/** Flat vectors of `cols` floats: sums in float64 and combinations. */

import { Instruction } from "../op";
import { madd, VECTOR } from "./simd";

/** Σ a·b in float64, for whole vectors of floats in `bytes`. */
export function dotProduct(a: usize, b: usize, bytes: usize): f64 {
  let low = f64x2.splat(0);
  let high = low;
  for (const end = a + bytes; a < end; a += VECTOR, b += VECTOR) {
    const x = v128.load(a);
    const y = v128.load(b);
    low = f64x2.add(low, f64x2.mul(f64x2.promote_low_f32x4(x), f64x2.promote_low_f32x4(y)));
    const x1 = v128.shuffle<i64>(x, x, 1, 1);
    const y1 = v128.shuffle<i64>(y, y, 1, 1);
    high = f64x2.add(high, f64x2.mul(f64x2.promote_low_f32x4(x1), f64x2.promote_low_f32x4(y1)));
  }
  const both = f64x2.add(low, high);
  return f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
}

/** c = p·a + q·b for whole vectors of floats in `bytes`. */
export function addScaled(p: f64, a: usize, q: f64, b: usize, c: usize, bytes: usize): void {
  const first = f32x4.splat(<f32>p);
  const second = f32x4.splat(<f32>q);
  for (let i: usize = 0; i < bytes; i += VECTOR) {
    v128.store(c + i, madd(second, v128.load(b + i), f32x4.mul(first, v128.load(a + i))));
  }
}

/** d[slot] = a·b, in float64. */
export function dot(op: Instruction, slot: i32): void {
  store<f64>(op.d + ((<usize>slot) << 3), dotProduct(op.a, op.b, (<usize>op.cols) << 2));
}

/** c = p0·a + p1·b */
export function combine(op: Instruction): void {
  addScaled(op.p0, op.a, op.p1, op.b, op.c, (<usize>op.cols) << 2);
}
