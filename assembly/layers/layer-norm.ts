/** Layer normalization: each row is normalized by itself. */

import { constant, firstLanes, madd, splat, sum, VECTOR } from "../math/simd";
import { Instruction } from "../op";
import { inverseDeviation, NormGradientOp, NormOp, sumRows, Term, Value } from "./normalization";

/** dN·X̂ with μ and s of the row. */
@unmanaged
class ByRow extends Term {
  @inline of(x: usize, d: usize, saved: usize, _width: usize): v128 {
    const standard = f32x4.mul(f32x4.sub(v128.load(x), constant(saved)), constant(saved + 4));
    return f32x4.mul(v128.load(d), standard);
  }
}

/** N = γ·s·(X - μ) + β with μ and s of each row. */
export function layerNorm(instruction: Instruction): void {
  const op = changetype<NormOp>(instruction);
  const count = <f64>op.cols;
  let saved = op.saved;
  for (let r = 0; r < op.rows; r++, saved += 8) {
    const x = op.X + <usize>r * op.strideX;
    const n = op.N + <usize>r * op.strideN;
    let total = f32x4.splat(0);
    for (let j = 0; j < op.cols; j += 4) total = f32x4.add(total, v128.load(x + ((<usize>j) << 2)));
    const mean = splat(sum(total) / count);
    let squares = f32x4.splat(0);
    for (let j = 0; j < op.cols; j += 4) {
      const distance = v128.and(f32x4.sub(v128.load(x + ((<usize>j) << 2)), mean), firstLanes(op.cols - j));
      squares = madd(distance, distance, squares);
    }
    const deviation = inverseDeviation(splat(sum(squares) / count), op.epsilon);
    store<f32>(saved, f32x4.extract_lane(mean, 0));
    store<f32>(saved, f32x4.extract_lane(deviation, 0), 4);
    for (let j = 0; j < op.cols; j += 4) {
      const offset = (<usize>j) << 2;
      const standard = f32x4.mul(f32x4.sub(v128.load(x + offset), mean), deviation);
      v128.store(n + offset, madd(standard, v128.load(op.gamma + offset), v128.load(op.beta + offset)));
    }
  }
}

/**
 * dX = s·(G - ΣG/n - X̂·Σ(G·X̂)/n) with G = γ·dN and the sums over the n numbers of a row; dγ = Σ dN·X̂ and dβ = Σ dN over all
 * rows.
 */
export function layerNormGradient(instruction: Instruction): void {
  const op = changetype<NormGradientOp>(instruction);
  for (let offset: usize = 0; offset < op.width; offset += VECTOR) {
    const x = op.X + offset;
    const d = op.dN + offset;
    if (op.dGamma) {
      v128.store(op.dGamma + offset, sumRows<ByRow>(op.rows, x, op.strideX, d, op.strideD, op.saved, 8, 0));
    }
    if (op.dBeta) v128.store(op.dBeta + offset, sumRows<Value>(op.rows, d, op.strideD, 0, 0, 0, 0, 0));
  }
  const count = <f64>op.cols;
  let saved = op.saved;
  for (let r = 0; r < op.rows; r++, saved += 8) {
    const x = op.X + <usize>r * op.strideX;
    const d = op.dN + <usize>r * op.strideD;
    const mean = constant(saved);
    const deviation = constant(saved + 4);
    let total = f32x4.splat(0);
    let dot = total;
    for (let j = 0; j < op.cols; j += 4) {
      const offset = (<usize>j) << 2;
      const g = f32x4.mul(v128.load(op.gamma + offset), v128.load(d + offset));
      total = f32x4.add(total, g);
      dot = madd(g, f32x4.sub(v128.load(x + offset), mean), dot);
    }
    const shift = splat(sum(total) / count);
    const slope = f32x4.mul(splat(sum(dot) / count), f32x4.mul(deviation, deviation));
    for (let j = 0; j < op.cols; j += 4) {
      const offset = (<usize>j) << 2;
      const g = f32x4.mul(v128.load(op.gamma + offset), v128.load(d + offset));
      const pull = madd(slope, f32x4.sub(v128.load(x + offset), mean), shift);
      v128.store(d + offset, v128.and(f32x4.mul(deviation, f32x4.sub(g, pull)), firstLanes(op.cols - j)));
    }
  }
}
