/**
 * The optimizers. Each is one loop over a flat vector of parameters w with the gradients dw, four lanes at a time, in
 * PyTorch's formulas. The factors of a step are computed before its loop and stay in registers. For that the loop tests its
 * condition at the end: V8 11.3 (Node.js 20) moves such computations into a loop whose body might not run, and adam takes twice
 * as long.
 *
 * To add an optimizer: its name in isa.ts, its function and its case in `update` here, and its entry in
 * src/program/optimizers.ts.
 */

import { Optimizer } from "../isa";
import { madd, sign, splat, VECTOR } from "../math/simd";
import { flushSubnormals } from "../math/vector";
import { Instruction } from "../op";
import { adam, adamax, nadam } from "./adam";
import { average, UpdateOp } from "./update";

/**
 * torch.optim.SGD: g = dw + λ·w; v = μ·v + (1 - dampening)·g; w = w - α·v, or w - α·(g + μ·v) with nesterov. The first
 * step is not dampened. Without momentum, w = w - α·g.
 */
function sgd(op: UpdateOp, step: f64, slot: i32): void {
  const W = op.W;
  const dW = op.dW;
  const velocity = op.state1;
  const momentum = splat(op.p1);
  const gain = splat(step ? 1 - op.p2 : 1);
  const isNesterov = op.p3 !== 0;
  const rate = splat(-op.alpha(slot));
  const decay = splat(op.weightDecay(slot));
  const end = op.bytes;
  let at: usize = 0;
  do {
    const w = v128.load(W + at);
    const g = madd(decay, w, v128.load(dW + at));
    let direction = g;
    if (velocity) {
      const v = madd(momentum, v128.load(velocity + at), f32x4.mul(gain, g));
      v128.store(velocity + at, v);
      direction = isNesterov ? madd(momentum, v, g) : v;
    }
    v128.store(W + at, madd(rate, direction, w));
    at += VECTOR;
  } while (at < end);
}

/**
 * Lion (Chen et al., "Symbolic discovery of optimization algorithms", 2023):
 * w = w - α·(sign(m + (1 - β₁)·(dw - m)) + λ·w); m = m + (1 - β₂)·(dw - m).
 */
function lion(op: UpdateOp, slot: i32): void {
  const W = op.W;
  const dW = op.dW;
  const mean = op.state1;
  const gain1 = splat(1 - op.p1);
  const gain2 = splat(1 - op.p2);
  const rate = splat(-op.alpha(slot));
  const shrink = splat(-op.alpha(slot) * op.weightDecay(slot));
  const end = op.bytes;
  let at: usize = 0;
  do {
    const w = v128.load(W + at);
    const m = v128.load(mean + at);
    const difference = f32x4.sub(v128.load(dW + at), m);
    v128.store(mean + at, madd(gain2, difference, m));
    v128.store(W + at, madd(rate, sign(madd(gain1, difference, m)), madd(shrink, w, w)));
    at += VECTOR;
  } while (at < end);
}

/**
 * torch.optim.Adagrad: g = dw + λ·w; s = s + g²; w = w - α / (1 + step·rateDecay)·g / (√s + ε). With ε inside the root, as in
 * TensorFlow.js, √(s + ε) takes the place of √s + ε.
 */
function adagrad(op: UpdateOp, step: f64, slot: i32): void {
  const W = op.W;
  const dW = op.dW;
  const sum = op.state1;
  const inside = splat(op.p3 ? op.p1 : 0);
  const outside = splat(op.p3 ? 0 : op.p1);
  const rateDecay = op.p2;
  const rate = splat(-op.alpha(slot) / (1 + step * rateDecay));
  const decay = splat(op.weightDecay(slot));
  const end = op.bytes;
  let at: usize = 0;
  do {
    const w = v128.load(W + at);
    const g = madd(decay, w, v128.load(dW + at));
    const s = madd(g, g, v128.load(sum + at));
    v128.store(sum + at, s);
    const root = f32x4.add(f32x4.sqrt(f32x4.add(s, inside)), outside);
    v128.store(W + at, madd(rate, f32x4.div(g, root), w));
    at += VECTOR;
  } while (at < end);
}

/**
 * torch.optim.Adadelta: g = dw + λ·w; v = v + (1 - ρ)·(g² - v); δ = √(u + ε) / √(v + ε)·g; u = u + (1 - ρ)·(δ² - u);
 * w = w - α·δ. Lagged, as in TensorFlow.js, δ is divided by the root of the v before this step.
 */
function adadelta(op: UpdateOp, slot: i32): void {
  const W = op.W;
  const dW = op.dW;
  const meanSquare = op.state1;
  const meanSquareOfDelta = op.state2;
  const gain = splat(1 - op.p1);
  const epsilon = splat(op.p2);
  const isLagged = op.p3 !== 0;
  const rate = splat(-op.alpha(slot));
  const decay = splat(op.weightDecay(slot));
  const end = op.bytes;
  let at: usize = 0;
  do {
    const w = v128.load(W + at);
    const g = madd(decay, w, v128.load(dW + at));
    const before = v128.load(meanSquare + at);
    const now = average(meanSquare + at, f32x4.mul(g, g), gain);
    const v = isLagged ? before : now;
    const past = f32x4.sqrt(f32x4.add(v128.load(meanSquareOfDelta + at), epsilon));
    const delta = f32x4.mul(f32x4.div(past, f32x4.sqrt(f32x4.add(v, epsilon))), g);
    average(meanSquareOfDelta + at, f32x4.mul(delta, delta), gain);
    v128.store(W + at, madd(rate, delta, w));
    at += VECTOR;
  } while (at < end);
}

/**
 * torch.optim.RMSprop: g = dw + λ·w; v = v + (1 - ρ)·(g² - v); u = g / (√v + ε); w = w - α·u. Centered, v - ḡ² takes the
 * place of v in u, with ḡ = ḡ + (1 - ρ)·(g - ḡ). With momentum, m = μ·m + u takes the place of u in w. With ε inside the
 * root, as in Keras and TensorFlow.js, √(v + ε) takes the place of √v + ε.
 */
function rmsprop(op: UpdateOp, slot: i32): void {
  const W = op.W;
  const dW = op.dW;
  const meanSquare = op.state1;
  const velocity = op.state2;
  const mean = op.state3;
  const gain = splat(1 - op.p1);
  const inside = splat(op.p4 ? op.p2 : 0);
  const outside = splat(op.p4 ? 0 : op.p2);
  const momentum = splat(op.p3);
  const rate = splat(-op.alpha(slot));
  const decay = splat(op.weightDecay(slot));
  const end = op.bytes;
  let at: usize = 0;
  do {
    const w = v128.load(W + at);
    const g = madd(decay, w, v128.load(dW + at));
    let v = average(meanSquare + at, f32x4.mul(g, g), gain);
    if (mean) {
      const m = average(mean + at, g, gain);
      // Rounding may leave less than 0.
      v = f32x4.pmax(f32x4.sub(v, f32x4.mul(m, m)), f32x4.splat(0));
    }
    let direction = f32x4.div(g, f32x4.add(f32x4.sqrt(f32x4.add(v, inside)), outside));
    if (velocity) {
      direction = madd(momentum, v128.load(velocity + at), direction);
      v128.store(velocity + at, direction);
    }
    v128.store(W + at, madd(rate, direction, w));
    at += VECTOR;
  } while (at < end);
}

/** Steps from one sweep to the next. */
const SWEEP = 64;

/**
 * One step of the optimizer f. Every 64 steps its states are swept: where a gradient stays 0, as that of a weight of an
 * input that is always 0, a mean fades to a subnormal number, and stays there since its own share of it rounds to nothing;
 * a processor takes a hundred cycles for each operation with it.
 */
export function update(instruction: Instruction, step: f64, slot: i32): void {
  const op = changetype<UpdateOp>(instruction);
  if (<i64>step % SWEEP === 0) {
    flushSubnormals(op.state1, op.bytes);
    flushSubnormals(op.state2, op.bytes);
    flushSubnormals(op.state3, op.bytes);
  }
  switch (op.f) {
    case Optimizer.sgd:
      sgd(op, step, slot);
      break;
    case Optimizer.rmsprop:
      if (!IS_BASIC) rmsprop(op, slot);
      break;
    case Optimizer.adagrad:
      if (!IS_BASIC) adagrad(op, step, slot);
      break;
    case Optimizer.adadelta:
      if (!IS_BASIC) adadelta(op, slot);
      break;
    case Optimizer.adam:
    case Optimizer.adamw:
      adam(op, step, slot);
      break;
    case Optimizer.nadam:
      if (!IS_BASIC) nadam(op, step, slot);
      break;
    case Optimizer.lion:
      if (!IS_BASIC) lion(op, slot);
      break;
    case Optimizer.adamax:
      if (!IS_BASIC) adamax(op, step, slot);
      break;
    default:
      unreachable();
  }
}
