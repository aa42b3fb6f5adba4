/**
 * The parts that batch and layer normalization share. As in PyTorch N = γ·X̂ + β with X̂ = (X - μ)·s and s = 1 / √(σ² + ε), where
 * σ² is the biased variance. batchNorm takes μ and s of each column over the batch, layerNorm those of each row. The padding of
 * γ and β is 0, so the padding of a batch stays 0. ε must be above 0.
 *
 * μ = m + δ with m one of the numbers of the column or row: X - m is exact or nearly so, hence numbers far from zero, such as
 * 1000003, keep their digits. Sums that overflow float32 are taken again in float64.
 */

import { PANEL, Statistics } from "../isa";
import { CHAIN, constant, highHalf, joinHalves, lowHalf, ONE, splat } from "../math/simd";
import { Instruction } from "../op";
import { counts } from "./silence";

/** The operands that the forward pass and the gradient share. */
@unmanaged
class NormalizationOp extends Instruction {
  /** The weight of each row for batchNorm, in the place of the rates, of which normalizations have none; 0 without weights. */
  @inline get weights(): usize {
    return this.rates;
  }
  /** The rows that count in the statistics of a batch: those that do not weigh 0. */
  get counted(): i32 {
    if (!this.weights) return this.rows;
    let counted = 0;
    for (let r = 0; r < this.rows; r++) counted += i32(counts(this.weights, r));
    return counted;
  }
  /** The number that the running variance divides the squares of these rows by: one less than the rows for the unbiased one. */
  @inline degrees(rows: i32): f64 {
    return <f64>(rows - 1) + this.p2;
  }
  /** The source of μ and s for batchNorm; a batch without such a variance, as of a single row, takes the running statistics. */
  @inline statistics(counted: i32): Statistics {
    return this.degrees(counted) < 1 ? Statistics.running : this.f;
  }
  @inline get X(): usize {
    return this.a;
  }
  @inline get strideX(): usize {
    return this.lda;
  }
  @inline get gamma(): usize {
    return this.b;
  }
  /** m, δ, and s, kept for the gradient: of batchNorm in three padded rows, with one more; of layerNorm in the first three of four floats per row. */
  @inline get saved(): usize {
    return this.h;
  }
  /** Bytes of a row of these columns, padded to whole panels. */
  @inline get bytes(): usize {
    return (<usize>(this.cols + PANEL - 1) & -PANEL) << 2;
  }
  /** Bytes of a padded row of all columns: `inner` are all, where a thread has only a part of them. */
  @inline get width(): usize {
    return (<usize>((this.inner || this.cols) + PANEL - 1) & -PANEL) << 2;
  }
}

/** N = normalization of X over rows x cols. */
@unmanaged
export class NormOp extends NormalizationOp {
  @inline get beta(): usize {
    return this.d;
  }
  @inline get N(): usize {
    return this.c;
  }
  @inline get strideN(): usize {
    return this.ldc;
  }
  /** The running mean and variance of each column, for batchNorm. */
  @inline get runningMean(): usize {
    return this.e;
  }
  @inline get runningVariance(): usize {
    return this.g;
  }
  @inline get epsilon(): f64 {
    return this.p0;
  }
  /** The share by which the running statistics move towards those of a batch. */
  @inline get momentum(): f64 {
    return this.p1;
  }
}

/** dX in place of dN, over rows x cols; dγ and dβ. */
@unmanaged
export class NormGradientOp extends NormalizationOp {
  @inline get dN(): usize {
    return this.c;
  }
  @inline get strideD(): usize {
    return this.ldc;
  }
  /** 0 if not wanted. */
  @inline get dGamma(): usize {
    return this.d;
  }
  /** 0 if not wanted. */
  @inline get dBeta(): usize {
    return this.e;
  }
}

/** A number that is summed over rows, from x, d = dN, and m, δ, and s at `saved` (for batchNorm `width` bytes apart). */
@unmanaged
export abstract class Term {
  abstract of(x: usize, d: usize, saved: usize, width: usize): v128;
}

/** X */
@unmanaged
export class Value extends Term {
  @inline of(x: usize, _d: usize, _saved: usize, _width: usize): v128 {
    return v128.load(x);
  }
}

/** The sum of a term over all rows, chains of float32 that are added up in float64; the next row is ldx, ldd, and lds bytes further. */
export function sumRows<T extends Term>(
  rows: i32,
  x: usize,
  ldx: usize,
  d: usize,
  ldd: usize,
  saved: usize,
  lds: usize,
  width: usize,
): v128 {
  const term = changetype<T>(0);
  let low = f64x2.splat(0);
  let high = low;
  for (let left = rows; left > 0; left -= CHAIN) {
    let part = f32x4.splat(0);
    for (let r = min(left, CHAIN); r > 0; r--, x += ldx, d += ldd, saved += lds) {
      part = f32x4.add(part, term.of(x, d, saved, width));
    }
    low = f64x2.add(low, lowHalf(part));
    high = f64x2.add(high, highHalf(part));
  }
  return joinHalves(low, high);
}

/** The mean of `count` numbers that lie `stride` bytes apart, in float64; without those of weight 0, if they have weights. */
export function wideMean(x: usize, stride: usize, count: i32, weights: usize): f64 {
  let total: f64 = 0;
  let counted = 0;
  for (let i = 0; i < count; i++, x += stride) {
    if (!counts(weights, i)) continue;
    total += load<f32>(x);
    counted++;
  }
  return total / counted;
}

/** The sum of the squared distances of such numbers from their mean, in float64. */
export function wideSquares(x: usize, stride: usize, count: i32, weights: usize, mean: f64): f64 {
  let total: f64 = 0;
  for (let i = 0; i < count; i++, x += stride) {
    if (!counts(weights, i)) continue;
    const distance = <f64>load<f32>(x) - mean;
    total += distance * distance;
  }
  return total;
}

/** True if a lane is infinite or NaN. */
export function overflows(x: v128): bool {
  return v128.any_true(f32x4.ne(f32x4.sub(x, x), f32x4.splat(0)));
}

/** s = 1 / √(σ² + ε) */
export function inverseDeviation(variance: v128, epsilon: f64): v128 {
  return f32x4.div(constant(ONE), f32x4.sqrt(f32x4.add(variance, splat(epsilon))));
}
