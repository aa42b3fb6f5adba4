/** Layer normalization: each row is normalized by itself. */

import { constant, firstLanes, madd, splat, sum, VECTOR } from "../math/simd";
import { Instruction } from "../op";
import {
  inverseDeviation,
  NormGradientOp,
  NormOp,
  overflows,
  sumRows,
  Term,
  Value,
  wideMean,
  wideSquares,
} from "./normalization";

/** Bytes of m, δ, and s of one row, and four that are not used. */
const SAVED: usize = 16;

/** X - μ = (X - m) - δ */
function distance(x: usize, saved: usize): v128 {
  return f32x4.sub(f32x4.sub(v128.load(x), constant(saved)), constant(saved + 4));
}

/** dN·X̂ with m, δ, and s of the row. */
@unmanaged
class ByRow extends Term {
  @inline of(x: usize, d: usize, saved: usize, _width: usize): v128 {
    return f32x4.mul(v128.load(d), f32x4.mul(distance(x, saved), constant(saved + 8)));
  }
}

/** Saves m, δ, and s of the row at x. */
function rowStatistics(op: NormOp, x: usize, saved: usize): void {
  const bytes = (<usize>op.cols) << 2;
  const count = <f64>op.cols;
  const middle = load<f32>(x);
  store<f32>(saved, middle);
  let total = f32x4.splat(0);
  for (let at: usize = 0, left = op.cols; at < bytes; at += VECTOR, left -= 4) {
    const shifted = f32x4.sub(v128.load(x + at), f32x4.splat(middle));
    total = f32x4.add(total, v128.and(shifted, firstLanes(left)));
  }
  store<f32>(saved, <f32>(sum(total) / count), 4);
  let squares = f32x4.splat(0);
  for (let at: usize = 0, left = op.cols; at < bytes; at += VECTOR, left -= 4) {
    const difference = v128.and(distance(x + at, saved), firstLanes(left));
    squares = madd(difference, difference, squares);
  }
  let variance = sum(squares) / count;
  if (overflows(squares)) {
    const mean = wideMean(x, 4, op.cols, 0);
    store<f32>(saved, <f32>mean);
    store<f32>(saved, <f32>(mean - <f64>(<f32>mean)), 4);
    variance = wideSquares(x, 4, op.cols, 0, mean) / count;
    store<f32>(saved, <f32>(1 / Math.sqrt(variance + op.epsilon)), 8);
    return;
  }
  store<f32>(saved, f32x4.extract_lane(inverseDeviation(splat(variance), op.epsilon), 0), 8);
}

/** N = γ·s·(X - μ) + β with m, δ, and s of each row. */
export function layerNorm(instruction: Instruction): void {
  const op = changetype<NormOp>(instruction);
  let saved = op.saved;
  for (let r = 0; r < op.rows; r++, saved += SAVED) {
    const x = op.X + <usize>r * op.strideX;
    const n = op.N + <usize>r * op.strideN;
    rowStatistics(op, x, saved);
    const deviation = constant(saved + 8);
    for (let at: usize = 0, end = (<usize>op.cols) << 2; at < end; at += VECTOR) {
      const standard = f32x4.mul(distance(x + at, saved), deviation);
      v128.store(n + at, madd(standard, v128.load(op.gamma + at), v128.load(op.beta + at)));
    }
  }
}

/**
 * dX = s·(G - ΣG/n - X̂·Σ(G·X̂)/n) with G = γ·dN and the sums over the n numbers of a row; dγ = Σ dN·X̂ and dβ = Σ dN over all
 * rows.
 */
export function layerNormGradient(instruction: Instruction): void {
  const op = changetype<NormGradientOp>(instruction);
  for (let offset: usize = 0; offset < op.bytes; offset += VECTOR) {
    const x = op.X + offset;
    const d = op.dN + offset;
    if (op.dGamma) {
      v128.store(
        op.dGamma + offset,
        sumRows<ByRow>(op.rows, x, op.strideX, d, op.strideD, op.saved, SAVED, 0),
      );
    }
    if (op.dBeta) v128.store(op.dBeta + offset, sumRows<Value>(op.rows, d, op.strideD, 0, 0, 0, 0, 0));
  }
  const count = <f64>op.cols;
  let saved = op.saved;
  for (let r = 0; r < op.rows; r++, saved += SAVED) {
    const x = op.X + <usize>r * op.strideX;
    const d = op.dN + <usize>r * op.strideD;
    const deviation = load<f32>(saved, 8);
    let total = f32x4.splat(0);
    let dot = total;
    for (let j = 0; j < op.cols; j += 4) {
      const offset = (<usize>j) << 2;
      const g = f32x4.mul(v128.load(op.gamma + offset), v128.load(d + offset));
      total = f32x4.add(total, g);
      dot = madd(g, distance(x + offset, saved), dot);
    }
    const shift = splat(sum(total) / count);
    const slope = splat((sum(dot) / count) * <f64>deviation);
    const scale = f32x4.splat(deviation);
    for (let j = 0; j < op.cols; j += 4) {
      const offset = (<usize>j) << 2;
      const g = f32x4.mul(v128.load(op.gamma + offset), v128.load(d + offset));
      const pull = madd(slope, f32x4.mul(distance(x + offset, saved), scale), shift);
      v128.store(d + offset, v128.and(f32x4.mul(scale, f32x4.sub(g, pull)), firstLanes(op.cols - j)));
    }
  }
}
