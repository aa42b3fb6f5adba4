/**
 * The quarter tile of dW, for a panel of at most two columns: sixteen inputs by two units. Its vectors hold four inputs of one
 * unit, so that no lane is padding; pairs of units are put together when they are stored.
 */

import { madd } from "../math/simd";
import { ROW } from "./operands";

/** c[4][2] = (x[4], y[4]) transposed; or, if `adds`, c = c + factor times that. */
function storePairs(c: usize, x: v128, y: v128, adds: bool, factor: v128): void {
  let low = v128.shuffle<f32>(x, y, 0, 4, 1, 5);
  let high = v128.shuffle<f32>(x, y, 2, 6, 3, 7);
  if (adds) {
    low = madd(factor, low, v128.load64_lane(c + ROW, v128.load64_zero(c), 1));
    high = madd(factor, high, v128.load64_lane(c + 3 * ROW, v128.load64_zero(c + 2 * ROW), 1));
  }
  v128.store64_lane(c, low, 0);
  v128.store64_lane(c + ROW, low, 1);
  v128.store64_lane(c + 2 * ROW, high, 0);
  v128.store64_lane(c + 3 * ROW, high, 1);
}

/** c = a[inner][16]ᵀ · b[inner][2], or, if `adds`, c = c + scale · a[inner][16]ᵀ · b[inner][2]; A and c as in tileOfColumns. */
export function quarterOfColumns(
  a: usize,
  lda: usize,
  b: usize,
  inner: i32,
  c: usize,
  adds: bool,
  scale: f32,
): void {
  let x0 = f32x4.splat(0);
  let x1 = x0;
  let x2 = x0;
  let x3 = x0;
  let y0 = x0;
  let y1 = x0;
  let y2 = x0;
  let y3 = x0;
  const end = b + <usize>inner * ROW;
  while (b < end) {
    const b0 = v128.load32_splat(b);
    const b1 = v128.load32_splat(b, 4);
    let x = v128.load(a);
    x0 = madd(x, b0, x0);
    y0 = madd(x, b1, y0);
    x = v128.load(a, 16);
    x1 = madd(x, b0, x1);
    y1 = madd(x, b1, y1);
    x = v128.load(a, 32);
    x2 = madd(x, b0, x2);
    y2 = madd(x, b1, y2);
    x = v128.load(a, 48);
    x3 = madd(x, b0, x3);
    y3 = madd(x, b1, y3);
    a += lda;
    b += ROW;
  }
  const factor = f32x4.splat(scale);
  storePairs(c, x0, y0, adds, factor);
  storePairs(c + 4 * ROW, x1, y1, adds, factor);
  storePairs(c + 8 * ROW, x2, y2, adds, factor);
  storePairs(c + 12 * ROW, x3, y3, adds, factor);
}
