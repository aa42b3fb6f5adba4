/**
 * The parts that batch and layer normalization share. As in PyTorch N = γ·X̂ + β with X̂ = (X - μ)·s and s = 1 / √(σ² + ε), where
 * σ² is the biased variance. batchNorm takes μ and s of each column over the batch, layerNorm those of each row. The padding of
 * γ and β is 0, so the padding of a batch stays 0. ε must be above 0.
 */

import { PANEL, Statistics } from "../isa";
import { CHAIN, constant, ONE, splat } from "../math/simd";
import { Instruction } from "../op";

/** N = normalization of X over rows x cols. */
@unmanaged
export class NormOp extends Instruction {
  @inline get statistics(): Statistics {
    return this.f;
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
  /** μ and s, kept for the gradient: of batchNorm, all μ and then, a padded row further, all s; of layerNorm, μ, s row by row. */
  @inline get saved(): usize {
    return this.h;
  }
  @inline get epsilon(): f64 {
    return this.p0;
  }
  /** The share by which the running statistics move towards those of a batch. */
  @inline get momentum(): f64 {
    return this.p1;
  }
  /** Bytes of a row, padded to whole panels. */
  @inline get width(): usize {
    return (<usize>(this.cols + PANEL - 1) & -PANEL) << 2;
  }
}

/** dX in place of dN, over rows x cols; dγ and dβ. */
@unmanaged
export class NormGradientOp extends Instruction {
  @inline get statistics(): Statistics {
    return this.f;
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
  /** μ and s as the forward pass saved them. */
  @inline get saved(): usize {
    return this.h;
  }
  /** Bytes of a row, padded to whole panels. */
  @inline get width(): usize {
    return (<usize>(this.cols + PANEL - 1) & -PANEL) << 2;
  }
}

/** A number that is summed over rows, from x, d = dN, and μ and s at `saved` (for batchNorm `width` bytes apart). */
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

/** The sum of a term over all rows, chain by chain; the next row is ldx, ldd, and lds bytes further. */
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
  let total = f32x4.splat(0);
  for (let left = rows; left > 0; left -= CHAIN) {
    let part = f32x4.splat(0);
    for (let r = min(left, CHAIN); r > 0; r--, x += ldx, d += ldd, saved += lds) {
      part = f32x4.add(part, term.of(x, d, saved, width));
    }
    total = f32x4.add(total, part);
  }
  return total;
}

/** s = 1 / √(σ² + ε) */
export function inverseDeviation(variance: v128, epsilon: f64): v128 {
  return f32x4.div(constant(ONE), f32x4.sqrt(f32x4.add(variance, splat(epsilon))));
}
