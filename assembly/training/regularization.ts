/** Changes of gradients and weights beside the loss: penalties, clipping, and weights of bounded length. */

import { PANEL } from "../isa";
import { constant, madd, ONE, sign, splat, sum, VECTOR } from "../math/simd";
import { addScaled, dotProduct } from "../math/vector";
import { Instruction } from "../op";
import { ROW } from "../products/operands";

/** Penalties l1·Σ|w| + l2·Σw² of `cols` weights, as Keras' L1L2 has them. */
@unmanaged
class PenaltyOp extends Instruction {
  @inline get W(): usize {
    return this.a;
  }
  @inline get dW(): usize {
    return this.b;
  }
  /** One float64 per slot: losses, or a table of their own. */
  @inline get penalties(): usize {
    return this.d;
  }
  @inline get l1(): f64 {
    return this.p0;
  }
  @inline get l2(): f64 {
    return this.p1;
  }
}

/** dW = dW + l1·sign(W) + 2·l2·W */
export function penalize(instruction: Instruction): void {
  const op = changetype<PenaltyOp>(instruction);
  const l1 = splat(op.l1);
  const l2 = splat(op.l2);
  let dw = op.dW;
  for (let at = op.W, end = at + ((<usize>op.cols) << 2); at < end; at += VECTOR, dw += VECTOR) {
    const w = v128.load(at);
    const pull = f32x4.mul(l2, w);
    v128.store(dw, f32x4.add(v128.load(dw), madd(l1, sign(w), f32x4.add(pull, pull))));
  }
}

/** penalties[slot] = penalties[slot] + l1·Σ|w| + l2·Σw² */
export function penalty(instruction: Instruction, slot: i32): void {
  const op = changetype<PenaltyOp>(instruction);
  const l1 = splat(op.l1);
  const l2 = splat(op.l2);
  let total: f64 = 0;
  for (let at = op.W, end = at + ((<usize>op.cols) << 2); at < end; at += VECTOR) {
    const w = v128.load(at);
    total += sum(madd(f32x4.mul(l2, w), w, f32x4.mul(l1, f32x4.abs(w))));
  }
  const cell = op.penalties + ((<usize>slot) << 3);
  store<f64>(cell, load<f64>(cell) + total);
}

/** The clipping of `cols` gradients in place. */
@unmanaged
class ClipOp extends Instruction {
  @inline get gradients(): usize {
    return this.a;
  }
  @inline get maximum(): f64 {
    return this.p0;
  }
}

/** torch.nn.utils.clip_grad_norm_: g = g·min(1, maximum / (‖g‖ + 1e-6)). */
export function clipNorm(instruction: Instruction): void {
  const op = changetype<ClipOp>(instruction);
  const g = op.gradients;
  const bytes = (<usize>op.cols) << 2;
  const norm = Math.sqrt(dotProduct(g, g, bytes));
  addScaled(Math.min(1, op.maximum / (norm + 1e-6)), g, 0, g, g, bytes);
}

/** torch.nn.utils.clip_grad_value_: g = min(max(g, -maximum), maximum). */
export function clipValue(instruction: Instruction): void {
  const op = changetype<ClipOp>(instruction);
  const most = splat(op.maximum);
  const least = f32x4.neg(most);
  for (let at = op.gradients, end = at + ((<usize>op.cols) << 2); at < end; at += VECTOR) {
    v128.store(at, f32x4.pmin(f32x4.pmax(v128.load(at), least), most));
  }
}

/** Bounds the length of the weights of each unit: `rows` inputs, `cols` units. */
@unmanaged
class MaxNormOp extends Instruction {
  /** The weights in panels. */
  @inline get W(): usize {
    return this.c;
  }
  @inline get panelBytes(): usize {
    return this.ldc;
  }
  @inline get maximum(): f64 {
    return this.p0;
  }
}

/** The scale at which the squares of the largest float32 do not overflow, nor do their sums. */
const TINY: f64 = 2.0 ** -80;

/** ‖s·w‖ of the weights w of four units, in a panel or from its fifth unit on. */
function lengths(w: usize, bytes: usize, s: v128): v128 {
  let squares = f32x4.splat(0);
  for (const end = w + bytes; w < end; w += ROW) {
    const x = f32x4.mul(s, v128.load(w));
    squares = madd(x, x, squares);
  }
  return f32x4.sqrt(squares);
}

/** The weights w of four units, each a vector, become w·min(1, maximum / ‖w‖). */
function shorten(w: usize, bytes: usize, maximum: f64): void {
  let scale: f64 = 1;
  let length = lengths(w, bytes, splat(scale));
  if (v128.any_true(f32x4.eq(length, f32x4.splat(Infinity)))) {
    scale = TINY;
    length = lengths(w, bytes, splat(scale));
  }
  const most = splat(scale * maximum);
  const factor = v128.bitselect(f32x4.div(most, length), constant(ONE), f32x4.gt(length, most));
  for (const end = w + bytes; w < end; w += ROW) v128.store(w, f32x4.mul(v128.load(w), factor));
}

/** The weights of each unit, a vector w, become w·min(1, maximum / ‖w‖). */
export function maxNorm(instruction: Instruction): void {
  const op = changetype<MaxNormOp>(instruction);
  const bytes = <usize>op.rows * ROW;
  let panel = op.W;
  for (let unit = 0; unit < op.cols; unit += PANEL, panel += op.panelBytes) {
    shorten(panel, bytes, op.maximum);
    shorten(panel + VECTOR, bytes, op.maximum);
  }
}
