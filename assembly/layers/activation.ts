/**
 * The activations: f and, under it, f', of four lanes: z is what went in, a = f(z) what came out. To add one: its name in
 * isa.ts, its class here, its line in the two switches, and its formula in test/reference.ts and src/reference. Formulas
 * are PyTorch's, in forms that overflow nowhere.
 */

import { Activation } from "../isa";
import { erf } from "../math/erf";
import { exp, expm1, log1p, sigmoid, tanh } from "../math/math";
import { constant, madd, ONE } from "../math/simd";
import { Instruction } from "../op";
import { chain, Elementwise, map } from "./elementwise";
import { softmax, softmaxChain } from "./softmax";

// 3, 6, 1/6; 0.01; SELU's λ and λ·α (Klambauer et al., 2017); √½, ½, -½, 1/√(2π); 2.
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

/** yes where x > 0, else no. */
function positive(x: v128, yes: v128, no: v128): v128 {
  return v128.bitselect(yes, no, f32x4.gt(x, f32x4.splat(0)));
}

/** e^-|z| */
function shrink(z: v128): v128 {
  return exp(f32x4.neg(f32x4.abs(z)));
}

@unmanaged
class Sigmoid extends Elementwise {
  @inline forward(z: v128): v128 {
    return sigmoid(z);
  }
  /** σ' = σ·(1 - σ) */
  @inline derivative(_z: v128, a: v128): v128 {
    return f32x4.mul(a, f32x4.sub(constant(ONE), a));
  }
}

@unmanaged
class HardSigmoid extends Elementwise {
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
class Tanh extends Elementwise {
  @inline forward(z: v128): v128 {
    return tanh(z);
  }
  /** tanh' = 1 - tanh² */
  @inline derivative(_z: v128, a: v128): v128 {
    return f32x4.sub(constant(ONE), f32x4.mul(a, a));
  }
}

@unmanaged
class Relu extends Elementwise {
  @inline forward(z: v128): v128 {
    return f32x4.pmax(f32x4.splat(0), z);
  }
  /** relu' = 1 where a > 0, else 0 */
  @inline derivative(_z: v128, a: v128): v128 {
    return v128.and(f32x4.gt(a, f32x4.splat(0)), constant(ONE));
  }
}

@unmanaged
class LeakyRelu extends Elementwise {
  /** max(z, z / 100) */
  @inline forward(z: v128): v128 {
    return f32x4.pmax(z, f32x4.mul(z, constant(SLOPE)));
  }
  @inline derivative(_z: v128, a: v128): v128 {
    return positive(a, constant(ONE), constant(SLOPE));
  }
}

@unmanaged
class Elu extends Elementwise {
  /** z, below 0 e^z - 1 */
  @inline forward(z: v128): v128 {
    return positive(z, z, expm1(z));
  }
  /** 1, below 0 e^z = a + 1 */
  @inline derivative(z: v128, a: v128): v128 {
    return positive(z, constant(ONE), f32x4.add(a, constant(ONE)));
  }
}

@unmanaged
class Selu extends Elementwise {
  /** λ·z, below 0 λ·α·(e^z - 1) */
  @inline forward(z: v128): v128 {
    return positive(z, f32x4.mul(z, constant(SELU)), f32x4.mul(expm1(z), constant(SELU_ALPHA)));
  }
  /** λ, below 0 λ·α·e^z = a + λ·α */
  @inline derivative(z: v128, a: v128): v128 {
    return positive(z, constant(SELU), f32x4.add(a, constant(SELU_ALPHA)));
  }
}

/** Φ(z) = ½·(1 + erf(z·√½)), the share of a normal distribution below z. */
function normalShare(z: v128): v128 {
  return madd(erf(f32x4.mul(z, constant(ROOT_HALF))), constant(HALF), constant(HALF));
}

@unmanaged
class Gelu extends Elementwise {
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
class Silu extends Elementwise {
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
class Softplus extends Elementwise {
  /** ln(1 + e^z) = max(z, 0) + ln(1 + e^-|z|) */
  @inline forward(z: v128): v128 {
    return f32x4.add(f32x4.pmax(z, f32x4.splat(0)), log1p(shrink(z)));
  }
  @inline derivative(z: v128, _a: v128): v128 {
    return sigmoid(z);
  }
}

@unmanaged
class Softsign extends Elementwise {
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
 * z·t with t = tanh(ln(1 + e^z)) = ((1 + e^z)² - 1) / ((1 + e^z)² + 1). In e = e^-|z|, where nothing overflows or
 * cancels, it is n / (n + r): n = 1 + 2e and r = 2e² above 0, n = e·(2 + e) and r = 2 below.
 */
@unmanaged
class Mish extends Elementwise {
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
  /** t + z·(1 - t²)·σ with 1 - t = r / (n + r) and σ = 1 / (1 + e) above 0, e / (1 + e) below */
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

/** The activation that f names, found for each vector anew: the less frequent ones share a loop, for size. */
@unmanaged
class Named extends Elementwise {
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
        return z;
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
        return constant(ONE);
    }
  }
}

/** c = f(a) over rows x cols; f: Activation. */
export function activate(op: Instruction): void {
  switch (op.f) {
    case Activation.sigmoid:
      map<Sigmoid>(op);
      break;
    case Activation.tanh:
      map<Tanh>(op);
      break;
    case Activation.relu:
      map<Relu>(op);
      break;
    case Activation.softmax:
      softmax(op);
      break;
    default:
      map<Named>(op);
  }
}

/** c = c * f'(Z = a, A = b) over rows x cols; f: Activation. */
export function derive(op: Instruction): void {
  switch (op.f) {
    case Activation.sigmoid:
      chain<Sigmoid>(op);
      break;
    case Activation.tanh:
      chain<Tanh>(op);
      break;
    case Activation.relu:
      chain<Relu>(op);
      break;
    case Activation.softmax:
      softmaxChain(op);
      break;
    default:
      chain<Named>(op);
  }
}
