/** Softmax, whose outputs depend on all numbers of a row. */

import { IN_PLACE } from "../math/exp";
import { firstLanes, largest, madd, splat, sum } from "../math/simd";

/** One row: a = e^(z - max z) / Σ e^(z - max z); the padding becomes 0. */
export function softmaxRow(z: usize, a: usize, cols: i32): void {
  let tops = f32x4.splat(-Infinity);
  const lowest = tops;
  for (let j = 0; j < cols; j += 4) {
    const mask = firstLanes(cols - j);
    tops = f32x4.pmax(tops, v128.bitselect(v128.load(z + ((<usize>j) << 2)), lowest, mask));
  }
  const top = f32x4.splat(largest(tops));
  let total = f32x4.splat(0);
  for (let j = 0; j < cols; j += 4) {
    const offset = (<usize>j) << 2;
    const e = v128.and(IN_PLACE.decay(f32x4.sub(v128.load(z + offset), top)), firstLanes(cols - j));
    v128.store(a + offset, e);
    total = f32x4.add(total, e);
  }
  const factor = splat(1 / sum(total));
  for (let j = 0; j < cols; j += 4) {
    const offset = (<usize>j) << 2;
    v128.store(a + offset, f32x4.mul(v128.load(a + offset), factor));
  }
}

/** One row: dZ = A * (dA - Σ dA * A), in place of dA at d. */
export function softmaxChainRow(a: usize, d: usize, cols: i32): void {
  let dot = f32x4.splat(0);
  for (let j = 0; j < cols; j += 4) {
    const offset = (<usize>j) << 2;
    dot = madd(v128.load(a + offset), v128.load(d + offset), dot);
  }
  const mean = splat(sum(dot));
  for (let j = 0; j < cols; j += 4) {
    const offset = (<usize>j) << 2;
    v128.store(d + offset, f32x4.mul(v128.load(a + offset), f32x4.sub(v128.load(d + offset), mean)));
  }
}
