/**
 * The formulas of the activations on four lanes: f and, below it, its derivative f'. They are PyTorch's, in forms that do not
 * overflow.
 *
 * To add an activation: its name in isa.ts, and here its class and its case in each of the two switches of Named. Its
 * formula in float64 goes to src/formulas/activations.ts.
 */

import { Activation } from "../isa";
import { erf } from "../math/erf";
import { exp, expm1, log1p, sigmoid, tanh } from "../math/math";
import { constant, madd, ONE } from "../math/simd";
import { Instruction } from "../op";

/** An activation that takes each number by itself, as a view of its instruction; f names the activation. */
@unmanaged
export abstract class Formula extends Instruction {
  /** f(z) */
  abstract forward(z: v128): v128;
  /** f'(z), with a = f(z) */
  abstract derivative(z: v128, a: v128): v128;
}

// 3, 6, 1/6; 0.01; the λ and λ·α of SELU (Klambauer et al., 2017); √½, ½, -½, 1/√(2π); 2.
const NUMBERS = memory.data<f32>(
  [3.0, 6.0, 0.16666667, 0.01, 1.0507009873554805, 1.7580993408473766, 0.70710677, 0.5, -0.5, 0.3989423, 2.0],
  16,
);
const THREE = NUMBERS;
const SIX = NUMBERS + 4;
const SIXTH = NUMBERS + 8;
const SLOPE = NUMBERS + 12;
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
class HardSigmoid extends Formula {
  /** min(max(z + 3, 0), 6) / 6 */
  @inline forward(z: v128): v128 {
    const raised = f32x4.pmax(f32x4.add(z, constant(THREE)), f32x4.splat(0));
    return f32x4.div(f32x4.pmin(raised, constant(SIX)), constant(SIX));
  }
  /** 1/6 where |z| < 3, else 0 */
  @inline derivative(z: v128, _a: v128): v128 {
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
class LeakyRelu extends Formula {
  /** max(z, z / 100) */
  @inline forward(z: v128): v128 {
    return f32x4.pmax(z, f32x4.mul(z, constant(SLOPE)));
  }
  @inline derivative(_z: v128, a: v128): v128 {
    return positive(a, constant(ONE), constant(SLOPE));
  }
}

@unmanaged
class Elu extends Formula {
  /** z; below 0, e^z - 1 */
  @inline forward(z: v128): v128 {
    return positive(z, z, expm1(z));
  }
  /** 1; below 0, e^z = a + 1 */
  @inline derivative(z: v128, a: v128): v128 {
    return positive(z, constant(ONE), f32x4.add(a, constant(ONE)));
  }
}

@unmanaged
class Selu extends Formula {
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
class Gelu extends Formula {
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
class Silu extends Formula {
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
class Softplus extends Formula {
  /** ln(1 + e^z) = max(z, 0) + ln(1 + e^-|z|) */
  @inline forward(z: v128): v128 {
    return f32x4.add(f32x4.pmax(z, f32x4.splat(0)), log1p(shrink(z)));
  }
  @inline derivative(z: v128, _a: v128): v128 {
    return sigmoid(z);
  }
}

@unmanaged
class Softsign extends Formula {
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
class Mish extends Formula {
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

/**
 * The activation that the instruction names, chosen anew for each vector: the less frequent activations share one loop,
 * which keeps the module small.
 */
@unmanaged
export class Named extends Formula {
  @inline forward(z: v128): v128 {
    switch (this.f) {
      case Activation.hardSigmoid:
        return changetype<HardSigmoid>(0).forward(z);
      case Activation.leakyRelu:
        return changetype<LeakyRelu>(0).forward(z);
      case Activation.elu:
        return changetype<Elu>(0).forward(z);
      case Activation.selu:
        return changetype<Selu>(0).forward(z);
      case Activation.gelu:
        return changetype<Gelu>(0).forward(z);
      case Activation.silu:
        return changetype<Silu>(0).forward(z);
      case Activation.softplus:
        return changetype<Softplus>(0).forward(z);
      case Activation.softsign:
        return changetype<Softsign>(0).forward(z);
      case Activation.mish:
        return changetype<Mish>(0).forward(z);
      default:
        return unreachable();
    }
  }
  @inline derivative(z: v128, a: v128): v128 {
    switch (this.f) {
      case Activation.hardSigmoid:
        return changetype<HardSigmoid>(0).derivative(z, a);
      case Activation.leakyRelu:
        return changetype<LeakyRelu>(0).derivative(z, a);
      case Activation.elu:
        return changetype<Elu>(0).derivative(z, a);
      case Activation.selu:
        return changetype<Selu>(0).derivative(z, a);
      case Activation.gelu:
        return changetype<Gelu>(0).derivative(z, a);
      case Activation.silu:
        return changetype<Silu>(0).derivative(z, a);
      case Activation.softplus:
        return changetype<Softplus>(0).derivative(z, a);
      case Activation.softsign:
        return changetype<Softsign>(0).derivative(z, a);
      case Activation.mish:
        return changetype<Mish>(0).derivative(z, a);
      default:
        return unreachable();
    }
  }
}
