/**
 * Batch normalization: each column is normalized over the rows of the batch that do not weigh 0, or by its running statistics.
 */

import { Statistics } from "../isa";
import { madd, splat, VECTOR } from "../math/simd";
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
import { silenceRows } from "./silence";

/** X - m */
@unmanaged
class Shifted extends Term {
  @inline of(x: usize, _d: usize, saved: usize, _width: usize): v128 {
    return f32x4.sub(v128.load(x), v128.load(saved));
  }
}

/** X - μ = (X - m) - δ */
function distance(x: usize, saved: usize, width: usize): v128 {
  return f32x4.sub(f32x4.sub(v128.load(x), v128.load(saved)), v128.load(saved + width));
}

/** (X - μ)² */
@unmanaged
class Square extends Term {
  @inline of(x: usize, _d: usize, saved: usize, width: usize): v128 {
    const difference = distance(x, saved, width);
    return f32x4.mul(difference, difference);
  }
}

/** dN·X̂ with m, δ, and s of the column. */
function columnTerm(x: usize, d: usize, saved: usize, width: usize): v128 {
  return f32x4.mul(v128.load(d), f32x4.mul(distance(x, saved, width), v128.load(saved + 2 * width)));
}

/** dN·X̂ */
@unmanaged
class ByColumn extends Term {
  @inline of(x: usize, d: usize, saved: usize, width: usize): v128 {
    return columnTerm(x, d, saved, width);
  }
}

/** dN·X̂, or 0 where dN is 0, as in rows that do not count: their X̂ may be infinite. */
@unmanaged
class WeightedByColumn extends Term {
  @inline of(x: usize, d: usize, saved: usize, width: usize): v128 {
    return v128.and(columnTerm(x, d, saved, width), f32x4.ne(v128.load(d), f32x4.splat(0)));
  }
}

/** Moves the running statistic at `address` by `share` towards x. */
function follow(address: usize, x: v128, share: f64): void {
  const running = v128.load(address);
  v128.store(address, madd(splat(share), f32x4.sub(x, running), running));
}

/**
 * Saves m, δ, and s of four columns by sums in float64, for columns whose sums overflow float32 and for those with rows that do
 * not count. Returns Σ(X - μ)², which is saved behind the others.
 */
function wideStatistics(op: NormOp, x: usize, saved: usize, counted: i32): v128 {
  const width = op.width;
  const squares = saved + 3 * width;
  for (const end = x + VECTOR; x < end; x += 4, saved += 4) {
    const mean = wideMean(x, op.strideX, op.rows, op.weights);
    const total = wideSquares(x, op.strideX, op.rows, op.weights, mean);
    store<f32>(saved, <f32>mean);
    store<f32>(saved + width, <f32>(mean - <f64>(<f32>mean)));
    store<f32>(saved + 2 * width, <f32>(1 / Math.sqrt(total / counted + op.epsilon)));
    store<f32>(saved + 3 * width, <f32>total);
  }
  return v128.load(squares);
}

/** Saves m and δ of four columns, and returns Σ(X - μ)². */
function columnSums(op: NormOp, x: usize, saved: usize): v128 {
  const width = op.width;
  const share = splat(1 / <f64>op.rows);
  v128.store(saved, v128.load(x));
  v128.store(
    saved + width,
    f32x4.mul(sumRows<Shifted>(op.rows, x, op.strideX, 0, 0, saved, 0, width), share),
  );
  return sumRows<Square>(op.rows, x, op.strideX, 0, 0, saved, 0, width);
}

/** Saves m, δ, and s of the four columns that start at byte `offset` of a row; Statistics.batch moves the running ones too. */
function columnStatistics(op: NormOp, offset: usize, counted: i32): void {
  const width = op.width;
  const x = op.X + offset;
  const saved = op.saved + offset;
  if (op.statistics(counted) === Statistics.running) {
    v128.store(saved, v128.load(op.runningMean + offset));
    v128.store(saved + width, f32x4.splat(0));
    v128.store(saved + 2 * width, inverseDeviation(v128.load(op.runningVariance + offset), op.epsilon));
    return;
  }
  let squares = columnSums(op, x, saved);
  // The rows that do not count are in these sums.
  if (counted < op.rows || overflows(squares)) squares = wideStatistics(op, x, saved, counted);
  else {
    const variance = f32x4.mul(squares, splat(1 / <f64>counted));
    v128.store(saved + 2 * width, inverseDeviation(variance, op.epsilon));
  }
  if (op.statistics(counted) === Statistics.batchOnly) return;
  follow(op.runningMean + offset, f32x4.add(v128.load(saved), v128.load(saved + width)), op.momentum);
  follow(op.runningVariance + offset, f32x4.mul(squares, splat(1 / op.degrees(counted))), op.momentum);
}

/** N = γ·s·(X - m) + (β - γ·s·δ) with m, δ, and s of each column. */
export function batchNorm(instruction: Instruction): void {
  const op = changetype<NormOp>(instruction);
  const width = op.width;
  const counted = op.counted;
  for (let offset: usize = 0; offset < op.bytes; offset += VECTOR) {
    columnStatistics(op, offset, counted);
    const middle = v128.load(op.saved + offset);
    const delta = v128.load(op.saved + offset + width);
    const gain = f32x4.mul(v128.load(op.gamma + offset), v128.load(op.saved + offset + 2 * width));
    const bias = f32x4.sub(v128.load(op.beta + offset), f32x4.mul(gain, delta));
    let x = op.X + offset;
    let n = op.N + offset;
    for (let r = 0; r < op.rows; r++, x += op.strideX, n += op.strideN) {
      v128.store(n, madd(f32x4.sub(v128.load(x), middle), gain, bias));
    }
  }
}

/**
 * dX = γ·s·(dN - dβ/m - X̂·dγ/m) for the m rows of a batch that count, or γ·s·dN with running statistics; dγ = Σ dN·X̂, dβ = Σ dN.
 */
export function batchNormGradient(instruction: Instruction): void {
  const op = changetype<NormGradientOp>(instruction);
  const width = op.width;
  const counted = op.counted;
  const share = splat(op.statistics(counted) === Statistics.running ? 0 : 1 / <f64>counted);
  for (let offset: usize = 0; offset < op.bytes; offset += VECTOR) {
    const saved = op.saved + offset;
    let x = op.X + offset;
    let d = op.dN + offset;
    const dGamma =
      counted < op.rows
        ? sumRows<WeightedByColumn>(op.rows, x, op.strideX, d, op.strideD, saved, 0, width)
        : sumRows<ByColumn>(op.rows, x, op.strideX, d, op.strideD, saved, 0, width);
    const dBeta = sumRows<Value>(op.rows, d, op.strideD, 0, 0, 0, 0, 0);
    if (op.dGamma) v128.store(op.dGamma + offset, dGamma);
    if (op.dBeta) v128.store(op.dBeta + offset, dBeta);
    const deviation = v128.load(saved + 2 * width);
    const gain = f32x4.mul(v128.load(op.gamma + offset), deviation);
    const slope = f32x4.mul(f32x4.mul(dGamma, deviation), share);
    const shift = f32x4.mul(dBeta, share);
    for (let r = 0; r < op.rows; r++, x += op.strideX, d += op.strideD) {
      const pull = madd(slope, distance(x, saved, width), shift);
      v128.store(d, f32x4.mul(gain, f32x4.sub(v128.load(d), pull)));
    }
  }
  if (counted < op.rows) silenceRows(op.dN, op.strideD, op.rows, op.bytes, op.weights);
}
