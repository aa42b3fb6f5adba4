/** What acts on gradients and weights beside the loss: penalties, clipping, and weights of bounded length. */

import { PANEL } from "../isa";
import { constant, madd, ONE, sign, splat, sum, VECTOR } from "../math/simd";
import { addScaled, dotProduct } from "../math/vector";
import { Instruction } from "../op";
import { ROW } from "../products/operands";

/**
 * Keras' L1L2: dW = b += p0·sign(w) + 2·p1·w for `cols` weights w at a, and where d is not 0,
 * d[slot] += Σ p0·|w| + p1·w².
 */
export function penalize(op: Instruction, slot: i32): void {
  const l1 = f32x4.splat(<f32>op.p0);
  const l2 = f32x4.splat(<f32>op.p1);
  let dw = op.b;
  let total: f64 = 0;
  for (let at = op.a, end = at + ((<usize>op.cols) << 2); at < end; at += VECTOR, dw += VECTOR) {
    const w = v128.load(at);
    const pull = f32x4.mul(l2, w);
    v128.store(dw, f32x4.add(v128.load(dw), madd(l1, sign(w), f32x4.add(pull, pull))));
    total += sum(madd(pull, w, f32x4.mul(l1, f32x4.abs(w))));
  }
  const cell = op.d + ((<usize>slot) << 3);
  if (op.d) store<f64>(cell, load<f64>(cell) + total);
}

/** torch.nn.utils.clip_grad_norm_ of `cols` gradients g at a: g *= min(1, p0 / (‖g‖ + 1e-6)). */
export function clipNorm(op: Instruction): void {
  const bytes = (<usize>op.cols) << 2;
  const norm = Math.sqrt(dotProduct(op.a, op.a, bytes));
  addScaled(Math.min(1, op.p0 / (norm + 1e-6)), op.a, 0, op.a, op.a, bytes);
}

/** torch.nn.utils.clip_grad_value_ of `cols` gradients g at a: g = min(max(g, -p0), p0). */
export function clipValue(op: Instruction): void {
  const most = f32x4.splat(<f32>op.p0);
  const least = f32x4.neg(most);
  for (let at = op.a, end = at + ((<usize>op.cols) << 2); at < end; at += VECTOR) {
    v128.store(at, f32x4.pmin(f32x4.pmax(v128.load(at), least), most));
  }
}

/** What scales vectors with these squares of their lengths to `most` where they are longer. */
function shortening(squares: v128, most: v128): v128 {
  const length = f32x4.sqrt(squares);
  return v128.bitselect(f32x4.div(most, length), constant(ONE), f32x4.gt(length, most));
}

/** The weights of a unit are a vector no longer than p0: W = c in panels, inputs `rows`, units `cols`. */
export function maxNorm(op: Instruction): void {
  const most = f32x4.splat(<f32>op.p0);
  const bytes = <usize>op.rows * ROW;
  let panel = op.c;
  for (let unit = 0; unit < op.cols; unit += PANEL, panel += op.ldc) {
    let squares0 = f32x4.splat(0);
    let squares1 = squares0;
    for (let w = panel, end = w + bytes; w < end; w += ROW) {
      const w0 = v128.load(w);
      const w1 = v128.load(w, 16);
      squares0 = madd(w0, w0, squares0);
      squares1 = madd(w1, w1, squares1);
    }
    const factor0 = shortening(squares0, most);
    const factor1 = shortening(squares1, most);
    for (let w = panel, end = w + bytes; w < end; w += ROW) {
      v128.store(w, f32x4.mul(v128.load(w), factor0));
      v128.store(w, f32x4.mul(v128.load(w, 16), factor1), 16);
    }
  }
}
