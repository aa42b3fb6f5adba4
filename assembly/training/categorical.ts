/** The cross-entropy of one choice between classes, on logits: softmax and its loss in one. */

import { IN_PLACE } from "../math/exp";
import { log, logOfSum } from "../math/math";
import { firstLanes, splat, sum, VECTOR } from "../math/simd";
import { storeTransposed, transposeRows } from "../products/panel";
import { LossOp } from "./loss-op";

/** Σ y·ln y of four transposed rows, where targets of 0 add nothing. */
function entropies(y: usize, end: usize): v128 {
  const zero = f32x4.splat(0);
  let total = zero;
  for (; y < end; y += VECTOR) {
    const target = v128.load(y);
    total = f32x4.add(total, v128.and(f32x4.mul(target, log(target)), f32x4.ne(target, zero)));
  }
  return total;
}

/** Makes transposed logits of samples that weigh 0 zeros, so that such a sample adds nothing, whatever its loss. */
function silence(z: usize, end: usize, weights: v128): void {
  const counted = f32x4.ne(weights, f32x4.splat(0));
  if (v128.all_true<i32>(counted)) return;
  for (; z < end; z += VECTOR) v128.store(z, v128.and(v128.load(z), counted));
}

/**
 * Returns Σ -y·ln softmax(z) = Σ y·(ln Σ e^x - x) with x = z - max z; dZ = (e^x·Σ y / Σ e^x - y)·scale.
 *
 * Four samples are taken at a time, transposed, so that a lane is a sample and the sums run down the columns:
 *
 *      scratch   | z0 of samples 0 to 3 | z1 of samples 0 to 3 | ... | padding |   16 bytes each
 *                | y0 of samples 0 to 3 | y1 of samples 0 to 3 | ... | padding |
 *
 * The rows of the gradient beyond the last sample, up to a whole four, become 0.
 */
export function categorical(op: LossOp): f64 {
  const cols = op.cols;
  const zero = f32x4.splat(0);
  const width = ((<usize>cols + 3) & -4) << 2;
  const z = op.scratch;
  const y = z + (width << 2);
  const end = z + ((<usize>cols) << 4);
  let loss: f64 = 0;
  let weights = f32x4.splat(1);
  let scale = splat(op.scale);
  for (let first = 0; first < op.rows; first += 4) {
    const rows = min(4, op.rows - first);
    if (op.factors) {
      weights = v128.and(v128.load(op.factors + ((<usize>first) << 2)), firstLanes(rows));
      scale = weights;
    }
    transposeRows(op.outputs + <usize>first * op.outputStride, op.outputStride, rows, width, z, VECTOR);
    transposeRows(op.targets + <usize>first * op.targetStride, op.targetStride, rows, width, y, VECTOR);
    if (op.factors) silence(z, end, weights);
    let top = v128.load(z);
    for (let j = z; j < end; j += VECTOR) top = f32x4.pmax(top, v128.load(j));
    // Each sum alternates between two: shorter chains lose fewer digits.
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
      // A target of 0 adds nothing, even if x is infinite.
      dot = f32x4.add(dot, v128.and(f32x4.mul(target, x), f32x4.ne(target, zero)));
    }
    total = f32x4.add(total, total1);
    weight = f32x4.add(weight, weight1);
    let values = f32x4.sub(f32x4.mul(logOfSum(total), weight), dot);
    if (op.option !== 0) values = f32x4.add(values, entropies(y, y + (end - z)));
    loss += sum(f32x4.mul(values, weights));
    if (!op.gradient) continue;
    const share = f32x4.div(weight, total);
    for (let j = z, k = y; j < end; j += VECTOR, k += VECTOR) {
      const difference = f32x4.sub(f32x4.mul(v128.load(j), share), v128.load(k));
      v128.store(j, f32x4.mul(difference, scale));
    }
    let d = op.gradient + <usize>first * op.gradientStride;
    for (let j = z; j < y; j += 4 * VECTOR, d += VECTOR) {
      const d0 = v128.load(j);
      const d1 = v128.load(j, 16);
      const d2 = v128.load(j, 32);
      const d3 = v128.load(j, 48);
      storeTransposed(d0, d1, d2, d3, d, op.gradientStride);
    }
  }
  return loss;
}
