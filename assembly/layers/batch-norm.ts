/** Batch normalization: each column is normalized over the batch, or by its running statistics. */

import { Statistics } from "../isa";
import { madd, splat, VECTOR } from "../math/simd";
import { Instruction } from "../op";
import { inverseDeviation, NormGradientOp, NormOp, sumRows, Term, Value } from "./normalization";

/** (X - μ)² */
@unmanaged
class Square extends Term {
  @inline of(x: usize, _d: usize, saved: usize, _width: usize): v128 {
    const distance = f32x4.sub(v128.load(x), v128.load(saved));
    return f32x4.mul(distance, distance);
  }
}

/** dN·X̂ with μ and s of the column. */
@unmanaged
class ByColumn extends Term {
  @inline of(x: usize, d: usize, saved: usize, width: usize): v128 {
    const standard = f32x4.mul(f32x4.sub(v128.load(x), v128.load(saved)), v128.load(saved + width));
    return f32x4.mul(v128.load(d), standard);
  }
}

/** Moves the running statistic at `address` by `share` towards x. */
function follow(address: usize, x: v128, share: f64): void {
  const running = v128.load(address);
  v128.store(address, madd(splat(share), f32x4.sub(x, running), running));
}

/** Saves μ and s of the four columns that start at byte `offset` of a row; Statistics.batch moves the running ones too. */
function columnStatistics(op: NormOp, offset: usize): void {
  const x = op.X + offset;
  const saved = op.saved + offset;
  if (op.statistics === Statistics.running) {
    v128.store(saved, v128.load(op.runningMean + offset));
    v128.store(saved + op.width, inverseDeviation(v128.load(op.runningVariance + offset), op.epsilon));
    return;
  }
  const share = splat(1 / <f64>op.rows);
  const mean = f32x4.mul(sumRows<Value>(op.rows, x, op.strideX, 0, 0, 0, 0, 0), share);
  v128.store(saved, mean);
  const squares = sumRows<Square>(op.rows, x, op.strideX, 0, 0, saved, 0, 0);
  v128.store(saved + op.width, inverseDeviation(f32x4.mul(squares, share), op.epsilon));
  if (op.statistics === Statistics.batchOnly) return;
  follow(op.runningMean + offset, mean, op.momentum);
  // The running variance is the unbiased one; of a single row both are 0.
  const unbiased = f32x4.mul(squares, splat(1 / <f64>max(op.rows - 1, 1)));
  follow(op.runningVariance + offset, unbiased, op.momentum);
}

/** N = γ·s·(X - μ) + β with μ and s of each column. */
export function batchNorm(instruction: Instruction): void {
  const op = changetype<NormOp>(instruction);
  const width = op.width;
  for (let offset: usize = 0; offset < width; offset += VECTOR) {
    columnStatistics(op, offset);
    const mean = v128.load(op.saved + offset);
    const gain = f32x4.mul(v128.load(op.gamma + offset), v128.load(op.saved + offset + width));
    const bias = v128.load(op.beta + offset);
    let x = op.X + offset;
    let n = op.N + offset;
    for (let r = 0; r < op.rows; r++, x += op.strideX, n += op.strideN) {
      v128.store(n, madd(f32x4.sub(v128.load(x), mean), gain, bias));
    }
  }
}

/**
 * dX = γ·s·(dN - dβ/m - X̂·dγ/m) for the m rows of a batch, or γ·s·dN with running statistics; dγ = Σ dN·X̂, dβ = Σ dN.
 */
export function batchNormGradient(instruction: Instruction): void {
  const op = changetype<NormGradientOp>(instruction);
  const width = op.width;
  const share = splat(op.statistics === Statistics.running ? 0 : 1 / <f64>op.rows);
  for (let offset: usize = 0; offset < width; offset += VECTOR) {
    const saved = op.saved + offset;
    let x = op.X + offset;
    let d = op.dN + offset;
    const dGamma = sumRows<ByColumn>(op.rows, x, op.strideX, d, op.strideD, saved, 0, width);
    const dBeta = sumRows<Value>(op.rows, d, op.strideD, 0, 0, 0, 0, 0);
    if (op.dGamma) v128.store(op.dGamma + offset, dGamma);
    if (op.dBeta) v128.store(op.dBeta + offset, dBeta);
    const mean = v128.load(saved);
    const deviation = v128.load(saved + width);
    const gain = f32x4.mul(v128.load(op.gamma + offset), deviation);
    const slope = f32x4.mul(f32x4.mul(dGamma, deviation), share);
    const shift = f32x4.mul(dBeta, share);
    for (let r = 0; r < op.rows; r++, x += op.strideX, d += op.strideD) {
      const pull = madd(slope, f32x4.sub(v128.load(x), mean), shift);
      v128.store(d, f32x4.mul(gain, f32x4.sub(v128.load(d), pull)));
    }
  }
}
