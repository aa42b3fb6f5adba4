/**
 * The update steps, from the simplest on: PyTorch's formulas, each one stateless class whose method is inlined into
 * one flat loop over all parameters, since gradients and states mirror them.
 *
 * a: w, b: g, cols: count, rates: α of each slot; c, e, g: what a step remembers. λ is the weight decay.
 */

import { Optimizer } from "../isa";
import { constant, madd, sign, VECTOR } from "../math/simd";
import { Instruction } from "../op";

// What a step multiplies with, as float32: written before its loop, read in it by `constant`.
const RATE = memory.data(40, 16);
const DECAY = RATE + 4;
const SHRINK = RATE + 8;
const MOMENTUM = RATE + 12;
const GAIN = RATE + 16;
const GAIN2 = RATE + 20;
const EPSILON = RATE + 24;
const ROOT = RATE + 28;
const RATE2 = RATE + 32;

// The least normal number, 2^-126.
const LEAST = memory.data<f32>([1.1754943508222875e-38]);

/** Updates from one sweep to the next. */
const SWEEP = 64;

function put(address: usize, value: f64): void {
  store<f32>(address, <f32>value);
}

/** base^exponent by squaring: products only, so the same bits everywhere. */
function power(base: f64, exponent: i32): f64 {
  let result: f64 = 1;
  for (let n = exponent; n > 0; n >>= 1, base *= base) if (n & 1) result *= base;
  return result;
}

/** The learning rate of this slot. */
export function rateOf(op: Instruction, slot: i32): f64 {
  return load<f64>(op.rates + ((<usize>slot) << 3));
}

/** A step is its instruction, seen with the formula of four parameters. */
@unmanaged
abstract class Step extends Instruction {
  /** The next w of this w and g, whose states lie at this byte of each state. */
  abstract next(w: v128, g: v128, at: usize): v128;
}

/** Makes 0 of what is too small to be a normal number. */
function sweep(state: usize, count: i32): void {
  if (!state) return;
  for (const end = state + ((<usize>count) << 2); state < end; state += VECTOR) {
    const x = v128.load(state);
    v128.store(state, v128.andnot(x, f32x4.lt(f32x4.abs(x), constant(LEAST))));
  }
}

/**
 * Sweeps what a step remembers. Where gradients are 0, as those of W are for inputs that are 0, a mean fades to a number
 * too small to be normal, of which its own share is nothing, and stays there; processors take a hundred cycles for it.
 */
function sweepStates(op: Instruction, t: i32): void {
  if (t % SWEEP) return;
  sweep(op.c, op.cols);
  sweep(op.e, op.cols);
  sweep(op.g, op.cols);
}

/** w = next(w, g + λ·w) for all parameters. */
function sweepAll<S extends Step>(op: Instruction, t: i32, decay: f64): void {
  sweepStates(op, t);
  const step = changetype<S>(op);
  const dw = op.b - op.a;
  put(DECAY, decay);
  let w = op.a;
  for (let at: usize = 0, end = (<usize>op.cols) << 2; at < end; at += VECTOR, w += VECTOR) {
    const w0 = v128.load(w);
    v128.store(w, step.next(w0, madd(constant(DECAY), w0, v128.load(w + dw)), at));
  }
}

/** The mean at `address` moves by `gain` towards x. */
function average(address: usize, x: v128, gain: v128): v128 {
  const mean = v128.load(address);
  const moved = madd(gain, f32x4.sub(x, mean), mean);
  v128.store(address, moved);
  return moved;
}

@unmanaged
class Sgd extends Step {
  /** v = μ·v + (1 - dampening)·g; w -= α·v, or α·(g + μ·v) with nesterov; without v w -= α·g */
  @inline next(w: v128, g: v128, at: usize): v128 {
    let direction = g;
    if (this.c) {
      const momentum = constant(MOMENTUM);
      const v = madd(momentum, v128.load(this.c + at), f32x4.mul(constant(GAIN), g));
      v128.store(this.c + at, v);
      direction = this.p3 ? madd(momentum, v, g) : v;
    }
    return madd(constant(RATE), direction, w);
  }
}

/** torch.optim.SGD. c: v or 0; p0: λ, p1: μ, p2: dampening, which the first step is without; p3: 1 with nesterov. */
function sgd(op: Instruction, step: i32, slot: i32): void {
  put(RATE, -rateOf(op, slot));
  put(MOMENTUM, op.p1);
  put(GAIN, step ? 1 - op.p2 : 1);
  sweepAll<Sgd>(op, step, op.p0);
}

@unmanaged
class Lion extends Step {
  /** w -= α·(sign(m + (1 - β₁)·(g - m)) + λ·w); m += (1 - β₂)·(g - m) */
  @inline next(w: v128, g: v128, at: usize): v128 {
    const m = v128.load(this.c + at);
    const difference = f32x4.sub(g, m);
    v128.store(this.c + at, madd(constant(GAIN2), difference, m));
    return madd(constant(RATE), sign(madd(constant(GAIN), difference, m)), madd(constant(SHRINK), w, w));
  }
}

/** Lion of Chen et al., "Symbolic discovery of optimization algorithms" (2023). c: m; p0: λ, p1: β₁, p2: β₂. */
function lion(op: Instruction, step: i32, slot: i32): void {
  const rate = rateOf(op, slot);
  put(RATE, -rate);
  put(SHRINK, -rate * op.p0);
  put(GAIN, 1 - op.p1);
  put(GAIN2, 1 - op.p2);
  sweepAll<Lion>(op, step, 0);
}

@unmanaged
class Adagrad extends Step {
  /** s += g²; w -= α·g / (√s + ε) */
  @inline next(w: v128, g: v128, at: usize): v128 {
    const s = madd(g, g, v128.load(this.c + at));
    v128.store(this.c + at, s);
    return madd(constant(RATE), f32x4.div(g, f32x4.add(f32x4.sqrt(s), constant(EPSILON))), w);
  }
}

/** torch.optim.Adagrad. c: s; p0: λ, p1: ε, p2: decay of the rate, α / (1 + step·decay). */
function adagrad(op: Instruction, step: i32, slot: i32): void {
  put(RATE, -rateOf(op, slot) / (1 + step * op.p2));
  put(EPSILON, op.p1);
  sweepAll<Adagrad>(op, step, op.p0);
}

@unmanaged
class Adadelta extends Step {
  /** v += (1 - ρ)·(g² - v); δ = √(u + ε) / √(v + ε)·g; u += (1 - ρ)·(δ² - u); w -= α·δ */
  @inline next(w: v128, g: v128, at: usize): v128 {
    const epsilon = constant(EPSILON);
    const v = average(this.c + at, f32x4.mul(g, g), constant(GAIN));
    const past = f32x4.sqrt(f32x4.add(v128.load(this.e + at), epsilon));
    const delta = f32x4.mul(f32x4.div(past, f32x4.sqrt(f32x4.add(v, epsilon))), g);
    average(this.e + at, f32x4.mul(delta, delta), constant(GAIN));
    return madd(constant(RATE), delta, w);
  }
}

/** torch.optim.Adadelta. c: v, e: u; p0: λ, p1: ρ, p2: ε. */
function adadelta(op: Instruction, step: i32, slot: i32): void {
  put(RATE, -rateOf(op, slot));
  put(GAIN, 1 - op.p1);
  put(EPSILON, op.p2);
  sweepAll<Adadelta>(op, step, op.p0);
}

@unmanaged
class RmsProp extends Step {
  /**
   * v += (1 - ρ)·(g² - v), centered ḡ += (1 - ρ)·(g - ḡ); u = g / (√(v - ḡ²) + ε);
   * with momentum m = μ·m + u; w -= α·m, else w -= α·u
   */
  @inline next(w: v128, g: v128, at: usize): v128 {
    let v = average(this.c + at, f32x4.mul(g, g), constant(GAIN));
    if (this.g) {
      const mean = average(this.g + at, g, constant(GAIN));
      // Rounding may leave less than 0.
      v = f32x4.pmax(f32x4.sub(v, f32x4.mul(mean, mean)), f32x4.splat(0));
    }
    let direction = f32x4.div(g, f32x4.add(f32x4.sqrt(v), constant(EPSILON)));
    if (this.e) {
      direction = madd(constant(MOMENTUM), v128.load(this.e + at), direction);
      v128.store(this.e + at, direction);
    }
    return madd(constant(RATE), direction, w);
  }
}

/** torch.optim.RMSprop. c: v, e: m or 0, g: ḡ or 0; p0: λ, p1: ρ, p2: ε, p3: μ. */
function rmsprop(op: Instruction, step: i32, slot: i32): void {
  put(RATE, -rateOf(op, slot));
  put(GAIN, 1 - op.p1);
  put(EPSILON, op.p2);
  put(MOMENTUM, op.p3);
  sweepAll<RmsProp>(op, step, op.p0);
}

/** The two averages that Adam and its kin share. */
@unmanaged
abstract class Moments extends Step {
  /** m += (1 - β₁)·(g - m) */
  @inline first(g: v128, at: usize): v128 {
    return average(this.c + at, g, constant(GAIN));
  }
  /** v += (1 - β₂)·(g² - v) */
  @inline second(g: v128, at: usize): v128 {
    return average(this.e + at, f32x4.mul(g, g), constant(GAIN2));
  }
  /** √v / √(1 - β₂ᵗ) + ε */
  @inline scale(v: v128): v128 {
    return madd(f32x4.sqrt(v), constant(ROOT), constant(EPSILON));
  }
}

/** What they multiply with at update t. */
function putMoments(op: Instruction, t: i32): void {
  put(GAIN, 1 - op.p1);
  put(GAIN2, 1 - op.p2);
  put(ROOT, 1 / Math.sqrt(1 - power(op.p2, t)));
  put(EPSILON, op.p3);
}

@unmanaged
class Adam extends Moments {
  /** amsgrad v = v̂ = max(v̂, v); w -= α·λ·w + α / (1 - β₁ᵗ)·m / (√v / √(1 - β₂ᵗ) + ε) */
  @inline next(w: v128, g: v128, at: usize): v128 {
    const m = this.first(g, at);
    let v = this.second(g, at);
    if (this.g) {
      v = f32x4.pmax(v, v128.load(this.g + at));
      v128.store(this.g + at, v);
    }
    return madd(constant(RATE), f32x4.div(m, this.scale(v)), madd(constant(SHRINK), w, w));
  }
}

/**
 * torch.optim.Adam (Kingma and Ba, 2014, with ε outside the root of the corrected second moment), or AdamW where λ is
 * decoupled from the gradient. c: m, e: v, g: v̂ or 0; p0: λ, p1: β₁, p2: β₂, p3: ε.
 */
function adam(op: Instruction, step: i32, slot: i32): void {
  const rate = rateOf(op, slot);
  putMoments(op, step + 1);
  put(RATE, -rate / (1 - power(op.p1, step + 1)));
  const isDecoupled = op.f === Optimizer.adamw;
  put(SHRINK, isDecoupled ? -rate * op.p0 : 0);
  sweepAll<Adam>(op, step, isDecoupled ? 0 : op.p0);
}

@unmanaged
class Nadam extends Moments {
  /** w -= (α·(1 - μₜ) / (1 - μ₁⋯μₜ)·g + α·μₜ₊₁ / (1 - μ₁⋯μₜ·μₜ·μₜ₊₁)·m) / (√v / √(1 - β₂ᵗ) + ε) */
  @inline next(w: v128, g: v128, at: usize): v128 {
    const direction = madd(constant(RATE), g, f32x4.mul(constant(RATE2), this.first(g, at)));
    return f32x4.add(w, f32x4.div(direction, this.scale(this.second(g, at))));
  }
}

/** μ = β₁·(1 - ½·qᵗ) */
function momentumOf(op: Instruction, share: f64): f64 {
  return op.p1 * (1 - 0.5 * share);
}

/** μ₁⋯μₜ from the cell at h, which holds that product and its t of the step before, or of any other: then from 1. */
function momentumProduct(op: Instruction, t: i32): f64 {
  let product = load<f64>(op.h);
  let last = <i32>load<f64>(op.h, 8);
  if (last === 0 || last < t - 1 || last > t) {
    product = 1;
    last = 0;
  }
  while (last < t) product *= momentumOf(op, power(op.p4, ++last));
  store<f64>(op.h, product);
  store<f64>(op.h, t, 8);
  return product;
}

/**
 * NAdam (Dozat, 2016) as PyTorch 1.13 computes it: with μₜ twice in the second product, which later
 * releases of PyTorch count once. c: m, e: v, h: a cell of two float64, at first 0; p0: λ, p1: β₁, p2: β₂, p3: ε, p4:
 * q, which is 0.96 to the power of the momentum's decay.
 */
function nadam(op: Instruction, step: i32, slot: i32): void {
  const t = step + 1;
  const rate = -rateOf(op, slot);
  const share = power(op.p4, t);
  const product = momentumProduct(op, t);
  const momentum = momentumOf(op, share);
  const following = momentumOf(op, share * op.p4);
  putMoments(op, t);
  put(RATE, (rate * (1 - momentum)) / (1 - product));
  put(RATE2, (rate * following) / (1 - product * momentum * following));
  sweepAll<Nadam>(op, step, op.p0);
}

/** θ = θ - α·(the direction that the optimizer f makes of dθ). */
export function update(op: Instruction, step: i32, slot: i32): void {
  switch (op.f) {
    case Optimizer.sgd:
      sgd(op, step, slot);
      break;
    case Optimizer.rmsprop:
      rmsprop(op, step, slot);
      break;
    case Optimizer.adagrad:
      adagrad(op, step, slot);
      break;
    case Optimizer.adadelta:
      adadelta(op, step, slot);
      break;
    case Optimizer.adam:
    case Optimizer.adamw:
      adam(op, step, slot);
      break;
    case Optimizer.nadam:
      nadam(op, step, slot);
      break;
    case Optimizer.lion:
      lion(op, step, slot);
      break;
  }
}
