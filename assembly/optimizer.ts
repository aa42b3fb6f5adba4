/** The update steps: one flat loop over all parameters, since gradients and states mirror them. */

import { Instruction } from "./op";
import { madd, VECTOR } from "./simd";

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

/**
 * Stochastic gradient descent as in PyTorch: g += λ·w; v = μ·v + g; w -= α·v, or α·(g + μ·v) with nesterov.
 * a: w, b: g, c: v (0 without momentum), cols: count; p0: μ, p1: λ, f: nesterov.
 */
export function sgd(op: Instruction, slot: i32): void {
  const step = f32x4.splat(-(<f32>rateOf(op, slot)));
  const momentum = f32x4.splat(<f32>op.p0);
  const decay = f32x4.splat(<f32>op.p1);
  const nesterov = op.f;
  const keepsVelocity = op.c !== 0;
  let w = op.a;
  let dw = op.b;
  let velocity = op.c;
  for (const end = w + ((<usize>op.cols) << 2); w < end; w += VECTOR, dw += VECTOR, velocity += VECTOR) {
    const w0 = v128.load(w);
    let g = madd(decay, w0, v128.load(dw));
    if (keepsVelocity) {
      const v = madd(momentum, v128.load(velocity), g);
      v128.store(velocity, v);
      g = nesterov ? madd(momentum, v, g) : v;
    }
    v128.store(w, madd(step, g, w0));
  }
}

/**
 * Adam as in PyTorch (Kingma and Ba, 2014, with ε outside the root of the corrected second moment): g += λ·w;
 * m += (1 - β₁)·(g - m); v += (1 - β₂)·(g² - v); w -= α / (1 - β₁ᵗ) · m / (√v / √(1 - β₂ᵗ) + ε), t = step + 1.
 * a: w, b: g, c: m, e: v, cols: count; p0: β₁, p1: β₂, p2: ε, p3: λ.
 */
export function adam(op: Instruction, step: i32, slot: i32): void {
  const t = step + 1;
  const rate = f32x4.splat(<f32>(-rateOf(op, slot) / (1 - power(op.p0, t))));
  const root = f32x4.splat(<f32>(1 / Math.sqrt(1 - power(op.p1, t))));
  const gain1 = f32x4.splat(<f32>(1 - op.p0));
  const gain2 = f32x4.splat(<f32>(1 - op.p1));
  const epsilon = f32x4.splat(<f32>op.p2);
  const decay = f32x4.splat(<f32>op.p3);
  let w = op.a;
  let dw = op.b;
  let first = op.c;
  let second = op.e;
  const end = w + ((<usize>op.cols) << 2);
  for (; w < end; w += VECTOR, dw += VECTOR, first += VECTOR, second += VECTOR) {
    const w0 = v128.load(w);
    const g = madd(decay, w0, v128.load(dw));
    const m0 = v128.load(first);
    const v0 = v128.load(second);
    const m = madd(gain1, f32x4.sub(g, m0), m0);
    const v = madd(gain2, f32x4.sub(f32x4.mul(g, g), v0), v0);
    v128.store(first, m);
    v128.store(second, v);
    const scaled = f32x4.div(m, madd(f32x4.sqrt(v), root, epsilon));
    v128.store(w, madd(rate, scaled, w0));
  }
}
