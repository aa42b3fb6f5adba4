/**
 * The losses of a batch and their gradients. PyTorch's conventions hold: the loss is a mean over samples and outputs (over
 * samples alone for the losses over classes), whose 1/m, the `scale`, is applied here and nowhere else.
 *
 * To add a loss: its name in isa.ts, its class and its case in `total` here, and its entry in
 * src/model/loss-kinds.ts.
 */

import { Loss } from "../isa";
import { exp, log, log1p, sigmoid, tanh } from "../math/math";
import { constant, firstLanes, ONE, sign, splat, sum, VECTOR } from "../math/simd";
import { Instruction } from "../op";
import { categorical } from "./categorical";
import { cosine } from "./cosine";
import { LossOp } from "./loss-op";

/** The formulas of a loss on four outputs a and targets y, as a view of its instruction. `share` serves both other methods. */
@unmanaged
abstract class Elementwise extends LossOp {
  abstract share(a: v128, y: v128): v128;
  abstract value(a: v128, y: v128, shared: v128): v128;
  abstract derivative(a: v128, y: v128, shared: v128): v128;
}

// ½; ln 2; the least output of which poisson and klDivergence take the logarithm; ¼; the series of ln cosh: 1/12, 1/45, 17/2520.
const NUMBERS = memory.data<f32>([0.5, 0.6931472, 1e-8, 0.25, 0.083333336, 0.022222223, 0.0067460317], 16);
const HALF = NUMBERS;
const LN2 = NUMBERS + 4;
const LEAST = NUMBERS + 8;
const QUARTER = NUMBERS + 12;
const SERIES2 = NUMBERS + 16;
const SERIES3 = NUMBERS + 20;
const SERIES4 = NUMBERS + 24;

/** A loss of d = a - y. */
@unmanaged
abstract class Difference extends Elementwise {
  @inline share(a: v128, y: v128): v128 {
    return f32x4.sub(a, y);
  }
}

@unmanaged
class SquaredError extends Difference {
  /** d² */
  @inline value(_a: v128, _y: v128, d: v128): v128 {
    return f32x4.mul(d, d);
  }
  /** 2·d */
  @inline derivative(_a: v128, _y: v128, d: v128): v128 {
    return f32x4.add(d, d);
  }
}

@unmanaged
class AbsoluteError extends Difference {
  /** |d| */
  @inline value(_a: v128, _y: v128, d: v128): v128 {
    return f32x4.abs(d);
  }
  /** sign(d) */
  @inline derivative(_a: v128, _y: v128, d: v128): v128 {
    return sign(d);
  }
}

/** ½·d² where |d| <= δ, beyond it a straight line. */
@unmanaged
class Huber extends Difference {
  /** q·(|d| - ½·q) with q = min(|d|, δ) */
  @inline value(_a: v128, _y: v128, d: v128): v128 {
    const size = f32x4.abs(d);
    const q = f32x4.pmin(size, splat(this.option));
    return f32x4.mul(q, f32x4.sub(size, f32x4.mul(q, constant(HALF))));
  }
  /** min(max(d, -δ), δ) */
  @inline derivative(_a: v128, _y: v128, d: v128): v128 {
    const delta = splat(this.option);
    return f32x4.pmin(f32x4.pmax(d, f32x4.neg(delta)), delta);
  }
}

@unmanaged
class LogCosh extends Difference {
  /** ln cosh d = |d| + ln(1 + e^-2|d|) - ln 2; for |d| < ¼, where that cancels, d²·(½ - d²·(1/12 - d²·(1/45 - d²·17/2520))) */
  @inline value(_a: v128, _y: v128, d: v128): v128 {
    const size = f32x4.abs(d);
    const far = f32x4.add(size, f32x4.sub(log1p(exp(f32x4.neg(f32x4.add(size, size)))), constant(LN2)));
    const square = f32x4.mul(d, d);
    let series = f32x4.sub(constant(SERIES3), f32x4.mul(square, constant(SERIES4)));
    series = f32x4.sub(constant(SERIES2), f32x4.mul(square, series));
    const near = f32x4.mul(square, f32x4.sub(constant(HALF), f32x4.mul(square, series)));
    return v128.bitselect(near, far, f32x4.lt(size, constant(QUARTER)));
  }
  /** tanh d */
  @inline derivative(_a: v128, _y: v128, d: v128): v128 {
    return tanh(d);
  }
}

/** -y·ln σ(z) - (1 - y)·ln(1 - σ(z)), in the form that does not overflow: max(z, 0) - z·y + ln(1 + e^-|z|). */
@unmanaged
export class BinaryCrossentropy extends Elementwise {
  /** e^-|z| */
  @inline share(z: v128, _y: v128): v128 {
    return exp(f32x4.neg(f32x4.abs(z)));
  }
  @inline value(z: v128, y: v128, e: v128): v128 {
    return f32x4.add(f32x4.sub(f32x4.pmax(f32x4.splat(0), z), f32x4.mul(z, y)), log1p(e));
  }
  /** σ(z) - y */
  @inline derivative(z: v128, y: v128, _e: v128): v128 {
    return f32x4.sub(sigmoid(z), y);
  }
}

/** The pinball loss, of which the quantile q of y is the least. */
@unmanaged
class Quantile extends Difference {
  /** (1 - q)·d where d > 0, else -q·d */
  @inline value(_a: v128, _y: v128, d: v128): v128 {
    const above = f32x4.mul(splat(1 - this.option), d);
    return f32x4.pmax(above, f32x4.mul(splat(-this.option), d));
  }
  /** 1 - q where d > 0, -q where d < 0, else 0 */
  @inline derivative(_a: v128, _y: v128, d: v128): v128 {
    const zero = f32x4.splat(0);
    const above = v128.and(splat(1 - this.option), f32x4.gt(d, zero));
    return v128.or(above, v128.and(splat(-this.option), f32x4.lt(d, zero)));
  }
}

/** The loss of the class t = 1 where y > 0, else t = -1. */
@unmanaged
class Hinge extends Elementwise {
  /** t */
  @inline share(_a: v128, y: v128): v128 {
    const one = constant(ONE);
    return v128.bitselect(one, f32x4.neg(one), f32x4.gt(y, f32x4.splat(0)));
  }
  /** max(0, 1 - t·a) */
  @inline value(a: v128, _y: v128, t: v128): v128 {
    return f32x4.pmax(f32x4.sub(constant(ONE), f32x4.mul(t, a)), f32x4.splat(0));
  }
  /** -t where t·a < 1, else 0 */
  @inline derivative(a: v128, _y: v128, t: v128): v128 {
    return v128.and(f32x4.neg(t), f32x4.lt(f32x4.mul(t, a), constant(ONE)));
  }
}

/** A loss with the logarithm of an output, which is that of 1e-8 for outputs below 1e-8. */
@unmanaged
abstract class Logarithmic extends Elementwise {
  @inline share(a: v128, _y: v128): v128 {
    return f32x4.pmax(constant(LEAST), a);
  }
  /** The derivative of y·ln a: y / a; 0 where a is below 1e-8 */
  @inline slope(a: v128, y: v128, bounded: v128): v128 {
    return v128.and(f32x4.div(y, bounded), f32x4.gt(a, constant(LEAST)));
  }
}

@unmanaged
class Poisson extends Logarithmic {
  /** a - y·ln a */
  @inline value(a: v128, y: v128, bounded: v128): v128 {
    return f32x4.sub(a, f32x4.mul(y, log(bounded)));
  }
  /** 1 - y / a */
  @inline derivative(a: v128, y: v128, bounded: v128): v128 {
    return f32x4.sub(constant(ONE), this.slope(a, y, bounded));
  }
}

@unmanaged
class KlDivergence extends Logarithmic {
  /** y·ln(y / a), 0 where y is 0 */
  @inline value(_a: v128, y: v128, bounded: v128): v128 {
    return v128.and(f32x4.mul(y, log(f32x4.div(y, bounded))), f32x4.ne(y, f32x4.splat(0)));
  }
  /** -y / a */
  @inline derivative(a: v128, y: v128, bounded: v128): v128 {
    return f32x4.neg(this.slope(a, y, bounded));
  }
}

/** mᵞ·L with L of BinaryCrossentropy and m = p + y - 2·p·y, which is 1 - p of the class of y (Lin et al., 2017). */
@unmanaged
class Focal extends Elementwise {
  /** p = σ(z) */
  @inline share(z: v128, _y: v128): v128 {
    return sigmoid(z);
  }
  /** ln m, of 1e-8 where m is less */
  @inline logMiss(y: v128, p: v128): v128 {
    const product = f32x4.mul(p, y);
    return log(f32x4.pmax(constant(LEAST), f32x4.sub(f32x4.add(p, y), f32x4.add(product, product))));
  }
  @inline cross(z: v128, y: v128): v128 {
    const e = exp(f32x4.neg(f32x4.abs(z)));
    return f32x4.add(f32x4.sub(f32x4.pmax(f32x4.splat(0), z), f32x4.mul(z, y)), log1p(e));
  }
  @inline value(z: v128, y: v128, p: v128): v128 {
    return f32x4.mul(exp(f32x4.mul(splat(this.option), this.logMiss(y, p))), this.cross(z, y));
  }
  /** mᵞ·(p - y) + γ·mᵞ⁻¹·L·(1 - 2·y)·p·(1 - p) */
  @inline derivative(z: v128, y: v128, p: v128): v128 {
    const one = constant(ONE);
    const miss = this.logMiss(y, p);
    const gamma = splat(this.option);
    const steep = f32x4.mul(f32x4.mul(gamma, exp(f32x4.mul(f32x4.sub(gamma, one), miss))), this.cross(z, y));
    const side = f32x4.sub(one, f32x4.add(y, y));
    const turn = f32x4.mul(f32x4.mul(steep, side), f32x4.mul(p, f32x4.sub(one, p)));
    return f32x4.add(f32x4.mul(exp(f32x4.mul(gamma, miss)), f32x4.sub(p, y)), turn);
  }
}

/**
 * Returns Σ of the values, each times the weight of its sample if there are factors; writes the gradients, if wanted. A
 * sample whose factor is 0 adds nothing, whatever its loss.
 */
function each<L extends Elementwise>(op: LossOp): f64 {
  const loss = changetype<L>(op);
  const gradients = op.gradient !== 0;
  let weight: f64 = 1;
  let scale = splat(op.scale);
  let total: f64 = 0;
  for (let r = 0; r < op.rows; r++) {
    let a = op.outputs + <usize>r * op.outputStride;
    let y = op.targets + <usize>r * op.targetStride;
    let d = op.gradient + <usize>r * op.gradientStride;
    if (op.factors) {
      const factor = load<f32>(op.factors + ((<usize>r) << 2));
      if (factor === 0) {
        const end = d + op.gradientStride;
        if (gradients) for (; d < end; d += VECTOR) v128.store(d, f32x4.splat(0));
        continue;
      }
      weight = factor;
      scale = f32x4.splat(factor);
    }
    for (let left = op.cols; left > 0; left -= 4, a += VECTOR, y += VECTOR, d += VECTOR) {
      const output = v128.load(a);
      const target = v128.load(y);
      const mask = firstLanes(left);
      const shared = loss.share(output, target);
      total += weight * sum(v128.and(loss.value(output, target, shared), mask));
      if (gradients) {
        v128.store(d, v128.and(f32x4.mul(loss.derivative(output, target, shared), scale), mask));
      }
    }
  }
  return total;
}

/** The sum of the losses of a batch, each times the factor of its sample if there are factors. */
function total(op: LossOp): f64 {
  switch (op.loss) {
    case Loss.meanSquaredError:
      return each<SquaredError>(op);
    case Loss.meanAbsoluteError:
      return each<AbsoluteError>(op);
    case Loss.huber:
      return each<Huber>(op);
    case Loss.logCosh:
      return IS_BASIC ? unreachable() : each<LogCosh>(op);
    case Loss.binaryCrossentropy:
      return each<BinaryCrossentropy>(op);
    case Loss.categoricalCrossentropy:
      return categorical(op);
    case Loss.hinge:
      return IS_BASIC ? unreachable() : each<Hinge>(op);
    case Loss.poisson:
      return IS_BASIC ? unreachable() : each<Poisson>(op);
    case Loss.klDivergence:
      return IS_BASIC ? unreachable() : each<KlDivergence>(op);
    case Loss.quantile:
      return IS_BASIC ? unreachable() : each<Quantile>(op);
    case Loss.focal:
      return IS_BASIC ? unreachable() : each<Focal>(op);
    case Loss.cosineSimilarity:
      return IS_BASIC ? unreachable() : cosine(op);
    default:
      return unreachable();
  }
}

/** losses[slot] = the mean loss of a batch; gradient = its derivatives by the outputs, or by the logits. */
export function loss(instruction: Instruction, slot: i32): void {
  const op = changetype<LossOp>(instruction);
  const sum = total(op);
  store<f64>(op.losses + ((<usize>slot) << 3), op.factors ? sum : sum * op.scale);
}
