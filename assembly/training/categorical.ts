/** The cross-entropy of one choice, on logits: softmax and its loss in one. */

import { IN_PLACE } from "../math/exp";
import { log, logOfSum } from "../math/math";
import { firstLanes, sum, VECTOR } from "../math/simd";
import { Instruction } from "../op";
import { transposeRows } from "../products/panel";

/** Σ y·ln y of four rows turned, where 0 adds nothing. */
function entropies(y: usize, end: usize): v128 {
  const zero = f32x4.splat(0);
  let total = zero;
  for (; y < end; y += VECTOR) {
    const target = v128.load(y);
    total = f32x4.add(total, v128.and(f32x4.mul(target, log(target)), f32x4.ne(target, zero)));
  }
  return total;
}

/**
 * -Σ y·ln softmax(z) = Σ y·(ln Σ e^x - x) with x = z - max z; dZ = (e^x·Σ y / Σ e^x - y)·p0. Four rows at a time,
 * turned so that a lane is a row and sums run down the columns; e: room for the columns of z and y. c has room for
 * whole fours of rows; those beyond the last get zeros. h: the factor of each row, in place of p0; p1: whether
 * Σ y·ln y is added, which makes it the Kullback-Leibler divergence.
 */
export function categorical(op: Instruction): f64 {
  const cols = op.cols;
  const zero = f32x4.splat(0);
  const width = ((<usize>cols + 3) & -4) << 2;
  const z = op.e;
  const y = z + (width << 2);
  const end = z + ((<usize>cols) << 4);
  let loss: f64 = 0;
  let weights = f32x4.splat(1);
  let scale = f32x4.splat(<f32>op.p0);
  for (let first = 0; first < op.rows; first += 4) {
    const rows = min(4, op.rows - first);
    if (op.h) {
      weights = v128.and(v128.load(op.h + ((<usize>first) << 2)), firstLanes(rows));
      scale = weights;
    }
    transposeRows(op.a + <usize>first * op.lda, op.lda, rows, width, z, VECTOR);
    transposeRows(op.b + <usize>first * op.ldb, op.ldb, rows, width, y, VECTOR);
    let top = v128.load(z);
    for (let j = z; j < end; j += VECTOR) top = f32x4.pmax(top, v128.load(j));
    // Each sum is two sums in turn: shorter chains lose less.
    let total = zero;
    let total1 = zero;
    let dot = zero;
    let weight = zero;
    let weight1 = zero;
    for (let j = z, k = y; j < end; j += VECTOR, k += VECTOR) {
      const x = f32x4.sub(v128.load(j), top);
      const e = IN_PLACE.decay(x);
      const target = v128.load(k);
      v128.store(j, e);
      const odd = f32x4.add(total1, e);
      total1 = total;
      total = odd;
      const oddWeight = f32x4.add(weight1, target);
      weight1 = weight;
      weight = oddWeight;
      // A target of 0 must win over an infinite x.
      dot = f32x4.add(dot, v128.and(f32x4.mul(target, x), f32x4.ne(target, zero)));
    }
    total = f32x4.add(total, total1);
    weight = f32x4.add(weight, weight1);
    let values = f32x4.sub(f32x4.mul(logOfSum(total), weight), dot);
    if (op.p1 !== 0) values = f32x4.add(values, entropies(y, y + (end - z)));
    loss += sum(f32x4.mul(values, weights));
    if (!op.c) continue;
    const share = f32x4.div(weight, total);
    for (let j = z, k = y; j < end; j += VECTOR, k += VECTOR) {
      const difference = f32x4.sub(f32x4.mul(v128.load(j), share), v128.load(k));
      v128.store(j, f32x4.mul(difference, scale));
    }
    const d = op.c + <usize>first * op.ldc;
    for (let j: usize = 0; j < width; j += VECTOR) transposeRows(z + 4 * j, VECTOR, 4, VECTOR, d + j, op.ldc);
  }
  return loss;
}
