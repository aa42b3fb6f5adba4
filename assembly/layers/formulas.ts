/**
 * The formulas of the activations on four lanes: f and, below it, its derivative f'. They are PyTorch's, in forms that do not
 * overflow.
 *
 * An activation with a slope α has it as p0.
 *
 * To add an activation: its name in isa.ts, here its class, and its case in each of the two switches of named.ts. Its formula
 * in float64 goes to src/formulas/activations.ts.
 */

import { erf } from "../math/erf";
import { exp, expm1, log1p, sigmoid, tanh } from "../math/math";
import { constant, madd, ONE, splat } from "../math/simd";
import { Instruction } from "../op";

/** An activation that takes each number by itself, as a view of its instruction; f names the activation. */
@unmanaged
export abstract class Formula extends Instruction {
  /** f(z) */
  abstract forward(z: v128): v128;
  /** f'(z), with a = f(z) */
  abstract derivative(z: v128, a: v128): v128;
}

// 3, 6, 1/6; ⅓; the λ and λ·α of SELU (Klambauer et al., 2017); √½, ½, -½, 1/√(2π); 2.
const NUMBERS = memory.data<f32>(
  [
    3.0, 6.0, 0.16666667, 0.33333334, 1.0507009873554805, 1.7580993408473766, 0.70710677, 0.5, -0.5,
    0.3989423, 2.0,
  ],
  16,
);
const THREE = NUMBERS;
const SIX = NUMBERS + 4;
const SIXTH = NUMBERS + 8;
const THIRD = NUMBERS + 12;
const SELU = NUMBERS + 16;
const SELU_ALPHA = NUMBERS + 20;
const ROOT_HALF = NUMBERS + 24;
const HALF = NUMBERS + 28;
const MINUS_HALF = NUMBERS + 32;
const DENSITY = NUMBERS + 36;
const TWO = NUMBERS + 40;

/** `yes` where x > 0, else `no`. */
function positive(x: v128, yes: v128, no: v128): v128 {
  return v128.bitselect(yes, no, f32x4.gt(x, f32x4.splat(0)));
}

/** e^-|z| */
function shrink(z: v128): v128 {
  return exp(f32x4.neg(f32x4.abs(z)));
}

@unmanaged
export class Sigmoid extends Formula {
  @inline forward(z: v128): v128 {
    return sigmoid(z);
  }
  /** σ' = σ·(1 - σ) */
  @inline derivative(_z: v128, a: v128): v128 {
    return f32x4.mul(a, f32x4.sub(constant(ONE), a));
  }
}

@unmanaged
export class HardSigmoid extends Formula {
  /** min(max(z + 3, 0), 6) / 6; with a slope α, min(max(α·z + ½, 0), 1) */
  @inline forward(z: v128): v128 {
    if (this.p0) {
      const raised = f32x4.pmax(f32x4.splat(0), madd(splat(this.p0), z, constant(HALF)));
      return f32x4.pmin(constant(ONE), raised);
    }
    const raised = f32x4.pmax(f32x4.add(z, constant(THREE)), f32x4.splat(0));
    return f32x4.div(f32x4.pmin(raised, constant(SIX)), constant(SIX));
  }
  /** 1/6 where |z| < 3, else 0; with a slope α, α where 0 < a < 1, else 0 */
  @inline derivative(z: v128, a: v128): v128 {
    if (this.p0) {
      const isInside = v128.and(f32x4.gt(a, f32x4.splat(0)), f32x4.lt(a, constant(ONE)));
      return v128.and(isInside, splat(this.p0));
    }
    return v128.and(f32x4.lt(f32x4.abs(z), constant(THREE)), constant(SIXTH));
  }
}

@unmanaged
export class Tanh extends Formula {
  @inline forward(z: v128): v128 {
    return tanh(z);
  }
  /** tanh' = 1 - tanh² */
  @inline derivative(_z: v128, a: v128): v128 {
    return f32x4.sub(constant(ONE), f32x4.mul(a, a));
  }
}

@unmanaged
export class Relu extends Formula {
  @inline forward(z: v128): v128 {
    return f32x4.pmax(f32x4.splat(0), z);
  }
  /** 1 where a > 0, else 0 */
  @inline derivative(_z: v128, a: v128): v128 {
    return v128.and(f32x4.gt(a, f32x4.splat(0)), constant(ONE));
  }
}

@unmanaged
export class LeakyRelu extends Formula {
  /** z; below 0, α·z */
  @inline forward(z: v128): v128 {
    return positive(z, z, f32x4.mul(z, splat(this.p0)));
  }
  @inline derivative(z: v128, _a: v128): v128 {
    return positive(z, constant(ONE), splat(this.p0));
  }
}

@unmanaged
export class Elu extends Formula {
  /** z; below 0, α·(e^z - 1) */
  @inline forward(z: v128): v128 {
    return positive(z, z, f32x4.mul(expm1(z), splat(this.p0)));
  }
  /** 1; below 0, α·e^z = a + α */
  @inline derivative(z: v128, a: v128): v128 {
    return positive(z, constant(ONE), f32x4.add(a, splat(this.p0)));
  }
}

@unmanaged
export class Selu extends Formula {
  /** λ·z; below 0, λ·α·(e^z - 1) */
  @inline forward(z: v128): v128 {
    return positive(z, f32x4.mul(z, constant(SELU)), f32x4.mul(expm1(z), constant(SELU_ALPHA)));
  }
  /** λ; below 0, λ·α·e^z = a + λ·α */
  @inline derivative(z: v128, a: v128): v128 {
    return positive(z, constant(SELU), f32x4.add(a, constant(SELU_ALPHA)));
  }
}

/** Φ(z) = ½·(1 + erf(z·√½)), the probability that a standard normal number is below z. */
function normalShare(z: v128): v128 {
  return madd(erf(f32x4.mul(z, constant(ROOT_HALF))), constant(HALF), constant(HALF));
}

@unmanaged
export class Gelu extends Formula {
  /** z·Φ(z) */
  @inline forward(z: v128): v128 {
    return f32x4.mul(z, normalShare(z));
  }
  /** Φ(z) + z·φ(z) with φ(z) = e^(-z²/2) / √(2π) */
  @inline derivative(z: v128, _a: v128): v128 {
    const bell = exp(f32x4.mul(f32x4.mul(z, z), constant(MINUS_HALF)));
    return madd(z, f32x4.mul(bell, constant(DENSITY)), normalShare(z));
  }
}

@unmanaged
export class Silu extends Formula {
  /** z·σ(z) */
  @inline forward(z: v128): v128 {
    return f32x4.mul(z, sigmoid(z));
  }
  /** σ + a·(1 - σ) */
  @inline derivative(z: v128, a: v128): v128 {
    const share = sigmoid(z);
    return madd(a, f32x4.sub(constant(ONE), share), share);
  }
}

@unmanaged
export class Softplus extends Formula {
  /** ln(1 + e^z) = max(z, 0) + ln(1 + e^-|z|) */
  @inline forward(z: v128): v128 {
    return f32x4.add(f32x4.pmax(z, f32x4.splat(0)), log1p(shrink(z)));
  }
  @inline derivative(z: v128, _a: v128): v128 {
    return sigmoid(z);
  }
}

@unmanaged
export class Softsign extends Formula {
  /** z / (1 + |z|) */
  @inline forward(z: v128): v128 {
    return f32x4.div(z, f32x4.add(constant(ONE), f32x4.abs(z)));
  }
  /** 1 / (1 + |z|)² */
  @inline derivative(z: v128, _a: v128): v128 {
    const share = f32x4.div(constant(ONE), f32x4.add(constant(ONE), f32x4.abs(z)));
    return f32x4.mul(share, share);
  }
}

/**
 * z·t with t = tanh(ln(1 + e^z)) = ((1 + e^z)² - 1) / ((1 + e^z)² + 1). In terms of e = e^-|z|, where nothing overflows or
 * cancels, t = n / (n + r): above 0, n = 1 + 2e and r = 2e²; below, n = e·(2 + e) and r = 2.
 */
@unmanaged
export class Mish extends Formula {
  /** n */
  @inline numerator(z: v128, e: v128): v128 {
    const two = constant(TWO);
    return positive(z, madd(two, e, constant(ONE)), f32x4.mul(e, f32x4.add(two, e)));
  }
  /** r */
  @inline rest(z: v128, e: v128): v128 {
    const two = constant(TWO);
    return positive(z, f32x4.mul(two, f32x4.mul(e, e)), two);
  }
  @inline forward(z: v128): v128 {
    const e = shrink(z);
    const n = this.numerator(z, e);
    return f32x4.mul(z, f32x4.div(n, f32x4.add(n, this.rest(z, e))));
  }
  /** t + z·(1 - t²)·σ with 1 - t = r / (n + r), and σ = 1 / (1 + e) above 0 and e / (1 + e) below */
  @inline derivative(z: v128, _a: v128): v128 {
    const one = constant(ONE);
    const e = shrink(z);
    const n = this.numerator(z, e);
    const r = this.rest(z, e);
    const whole = f32x4.add(n, r);
    const t = f32x4.div(n, whole);
    const slope = f32x4.mul(f32x4.div(r, whole), f32x4.add(one, t));
    const share = f32x4.div(positive(z, one, e), f32x4.add(one, e));
    return madd(z, f32x4.mul(slope, share), t);
  }
}

@unmanaged
export class Relu6 extends Formula {
  /** min(max(z, 0), 6) */
  @inline forward(z: v128): v128 {
    return f32x4.pmin(constant(SIX), f32x4.pmax(f32x4.splat(0), z));
  }
  /** 1 where 0 < a < 6, else 0 */
  @inline derivative(_z: v128, a: v128): v128 {
    return v128.and(v128.and(f32x4.gt(a, f32x4.splat(0)), f32x4.lt(a, constant(SIX))), constant(ONE));
  }
}

@unmanaged
export class Exponential extends Formula {
  /** e^z */
  @inline forward(z: v128): v128 {
    return exp(z);
  }
  @inline derivative(_z: v128, a: v128): v128 {
    return a;
  }
}

@unmanaged
export class HardSwish extends Formula {
  /** z·min(max(z + 3, 0), 6) / 6 */
  @inline forward(z: v128): v128 {
    const raised = f32x4.pmax(f32x4.add(z, constant(THREE)), f32x4.splat(0));
    return f32x4.mul(z, f32x4.div(f32x4.pmin(raised, constant(SIX)), constant(SIX)));
  }
  /** z/3 + ½ where |z| < 3; 0 below, 1 above */
  @inline derivative(z: v128, _a: v128): v128 {
    const isInside = f32x4.lt(f32x4.abs(z), constant(THREE));
    const outside = v128.and(f32x4.gt(z, f32x4.splat(0)), constant(ONE));
    return v128.bitselect(madd(z, constant(THIRD), constant(HALF)), outside, isInside);
  }
}
