/** Adam and its kin: optimizers that keep a mean of the gradients and a mean of their squares. */

import { Optimizer } from "../isa";
import { madd, splat, VECTOR } from "../math/simd";
import { average, UpdateOp } from "./update";

/** base^exponent by repeated squaring: only products, hence the same bits everywhere. */
function power(base: f64, exponent: f64): f64 {
  let result: f64 = 1;
  for (let n = <u64>exponent; n > 0; n >>= 1, base *= base) if (n & 1) result *= base;
  return result;
}

/** 1 / √(1 - β₂ᵗ), the bias correction of √v in adam and nadam. */
function rootCorrection(beta2: f64, t: f64): f64 {
  return 1 / Math.sqrt(1 - power(beta2, t));
}

/**
 * torch.optim.Adam (Kingma and Ba, 2014, with ε outside the root of the corrected second moment), t = step + 1:
 * g = dw + λ·w; m = m + (1 - β₁)·(g - m); v = v + (1 - β₂)·(g² - v); w = w - α / (1 - β₁ᵗ)·m / (√v / √(1 - β₂ᵗ) + ε).
 * With amsgrad, v̂ = max(v̂, v) takes the place of v in w. AdamW (Loshchilov and Hutter, 2017) decouples the decay of the
 * weights from their gradient: g = dw and w = w - α·λ·w - α / (1 - β₁ᵗ)·m / (√v / √(1 - β₂ᵗ) + ε).
 */
export function adam(op: UpdateOp, step: f64, slot: i32): void {
  const W = op.W;
  const dW = op.dW;
  const mean = op.state1;
  const meanSquare = op.state2;
  const largestMeanSquare = op.state3;
  const gain1 = splat(1 - op.p1);
  const gain2 = splat(1 - op.p2);
  const correction = splat(rootCorrection(op.p2, step + 1));
  const epsilon = splat(op.p3);
  const rate = splat(-op.alpha(slot) / (1 - power(op.p1, step + 1)));
  const isDecoupled = op.f === Optimizer.adamw;
  const decay = splat(isDecoupled ? 0 : op.weightDecay(slot));
  const shrink = splat(isDecoupled ? -op.alpha(slot) * op.weightDecay(slot) : 0);
  const end = op.bytes;
  let at: usize = 0;
  do {
    const w = v128.load(W + at);
    const g = madd(decay, w, v128.load(dW + at));
    const m = average(mean + at, g, gain1);
    let v = average(meanSquare + at, f32x4.mul(g, g), gain2);
    if (largestMeanSquare) {
      v = f32x4.pmax(v, v128.load(largestMeanSquare + at));
      v128.store(largestMeanSquare + at, v);
    }
    const direction = f32x4.div(m, madd(f32x4.sqrt(v), correction, epsilon));
    v128.store(W + at, madd(rate, direction, madd(shrink, w, w)));
    at += VECTOR;
  } while (at < end);
}

/** μₜ = β₁·(1 - ½·qᵗ), of qᵗ. */
function nadamMomentum(beta1: f64, power: f64): f64 {
  return beta1 * (1 - 0.5 * power);
}

/** Below this, a product of momenta does not change 1 - product. */
const NEGLIGIBLE: f64 = 2.0 ** -64;

/**
 * μ₁⋯μₜ, exact until it is negligible, which it is after few factors: the first ones are about ½·β₁. The cell keeps the product of
 * the last step; for any step except the next one, it is computed from μ₁ on.
 */
function nadamProduct(op: UpdateOp, beta1: f64, q: f64, t: f64): f64 {
  let product = load<f64>(op.productCell);
  let last = load<f64>(op.productCell, 8);
  if (last === 0 || last < t - 1 || last > t) {
    product = 1;
    last = 0;
  }
  while (last < t && product > NEGLIGIBLE) product *= nadamMomentum(beta1, power(q, ++last));
  store<f64>(op.productCell, product);
  store<f64>(op.productCell, t, 8);
  return product;
}

/**
 * torch.optim.NAdam of PyTorch 2 (Dozat, 2016). t = step + 1, q is 0.96 to the power of the momentum's decay; g, m and v as in
 * adam; w = w - (α·(1 - μₜ) / (1 - μ₁⋯μₜ)·g + α·μₜ₊₁ / (1 - μ₁⋯μₜ₊₁)·m) / (√v / √(1 - β₂ᵗ) + ε).
 */
export function nadam(op: UpdateOp, step: f64, slot: i32): void {
  const W = op.W;
  const dW = op.dW;
  const t = step + 1;
  const mean = op.state1;
  const meanSquare = op.state2;
  const gain1 = splat(1 - op.p1);
  const gain2 = splat(1 - op.p2);
  const correction = splat(rootCorrection(op.p2, t));
  const epsilon = splat(op.p3);
  const q = op.p4;
  const momentum = nadamMomentum(op.p1, power(q, t));
  const nextMomentum = nadamMomentum(op.p1, power(q, t) * q);
  const product = nadamProduct(op, op.p1, q, t);
  const alpha = -op.alpha(slot);
  const gradientRate = splat((alpha * (1 - momentum)) / (1 - product));
  const meanRate = splat((alpha * nextMomentum) / (1 - product * nextMomentum));
  const decay = splat(op.weightDecay(slot));
  const end = op.bytes;
  let at: usize = 0;
  do {
    const w = v128.load(W + at);
    const g = madd(decay, w, v128.load(dW + at));
    const m = average(mean + at, g, gain1);
    const v = average(meanSquare + at, f32x4.mul(g, g), gain2);
    const direction = madd(gradientRate, g, f32x4.mul(meanRate, m));
    v128.store(W + at, f32x4.add(w, f32x4.div(direction, madd(f32x4.sqrt(v), correction, epsilon))));
    at += VECTOR;
  } while (at < end);
}

/**
 * torch.optim.Adamax (Kingma and Ba, 2014, section 7.1), t = step + 1: g and m as in adam; u = max(β₂·u, |g| + ε);
 * w = w - α / (1 - β₁ᵗ)·m / u.
 */
export function adamax(op: UpdateOp, step: f64, slot: i32): void {
  const W = op.W;
  const dW = op.dW;
  const mean = op.state1;
  const largest = op.state2;
  const gain1 = splat(1 - op.p1);
  const beta2 = splat(op.p2);
  const epsilon = splat(op.p3);
  const rate = splat(-op.alpha(slot) / (1 - power(op.p1, step + 1)));
  const decay = splat(op.weightDecay(slot));
  const end = op.bytes;
  let at: usize = 0;
  do {
    const w = v128.load(W + at);
    const g = madd(decay, w, v128.load(dW + at));
    const m = average(mean + at, g, gain1);
    const u = f32x4.pmax(f32x4.mul(beta2, v128.load(largest + at)), f32x4.add(f32x4.abs(g), epsilon));
    v128.store(largest + at, u);
    v128.store(W + at, madd(rate, f32x4.div(m, u), w));
    at += VECTOR;
  } while (at < end);
}
