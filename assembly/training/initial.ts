/**
 * Initial weights, drawn in the order of a row-major [units][inputs] matrix, so that the numbers do not depend on the
 * layout. W = c in panels, inputs `rows`, units `cols`; p1: seed, f: layer.
 */

import { Op, PANEL, RandomStream } from "../isa";
import { normals, philox, place, WORDS } from "../math/random";
import { VECTOR } from "../math/simd";
import { addScaled, dotProduct } from "../math/vector";
import { Instruction } from "../op";
import { ROW } from "../products/tile";

/** The upper 24 bits of four words as multiples of 2^-23 in -1 to 1: exact in float32. */
function uniforms(words: v128): v128 {
  const upper = f32x4.convert_i32x4_u(i32x4.shr_u(words, 8));
  return f32x4.sub(f32x4.mul(upper, f32x4.splat(1.0 / 8388608.0)), f32x4.splat(1));
}

/** The numbers of a layer, to be asked for one after the other from index 0 on. */
function draw(op: Instruction, index: u32): f32 {
  if ((index & 15) === 0) {
    const share = f32x4.splat(op.kind === Op.normal ? <f32>op.p3 : 1);
    philox(index >> 2, 0, op.f, RandomStream.weights, <u64>op.p1);
    for (let at = WORDS; at < WORDS + 64; at += VECTOR) {
      const words = v128.load(at);
      v128.store(at, op.kind === Op.uniform ? uniforms(words) : normals(words, share));
    }
  }
  return load<f32>(place(index));
}

/** Where W[unit][0] lies; the unit's next input is a panel row further. */
function weightsOf(op: Instruction, unit: i32): usize {
  return op.c + <usize>(unit / PANEL) * op.ldc + <usize>((unit % PANEL) << 2);
}

/**
 * W = p0·x: Op.uniform draws x evenly from -1 to 1, Op.normal from the standard normal distribution, cut at ±p2 where
 * p3 = erf(p2 / √2) is below 1.
 */
export function independent(op: Instruction): void {
  let index: u32 = 0;
  for (let unit = 0; unit < op.cols; unit++) {
    let w = weightsOf(op, unit);
    for (let input = 0; input < op.rows; input++, w += ROW) {
      store<f32>(w, draw(op, index++) * <f32>op.p0);
    }
  }
}

/**
 * W = p0·Q: the weights of units, or of inputs where those are fewer, are vectors at right angles of length 1, from
 * standard normals by modified Gram-Schmidt, done twice so that no rounding is left (Saxe et al., 2013). e: room for
 * 4 · min(units, inputs) · (max(units, inputs) rounded up to 4) bytes.
 */
export function orthogonal(op: Instruction): void {
  const byUnits = op.cols <= op.rows;
  const length = max(op.rows, op.cols);
  const bytes = (<usize>(length + 3) & -4) << 2;
  let index: u32 = 0;
  let q = op.e;
  for (let i = 0; i < min(op.rows, op.cols); i++, q += bytes) {
    v128.store(q + bytes - VECTOR, f32x4.splat(0));
    for (let k = 0; k < length; k++) store<f32>(q + ((<usize>k) << 2), draw(op, index++));
    for (let turn = 0; turn < 2; turn++) {
      for (let p = op.e; p <= q; p += bytes) {
        const along = dotProduct(p, q, bytes);
        // q -= (p·q)·p for all p before it, then q /= ‖q‖
        const own = p < q ? 1 : 1 / Math.sqrt(along);
        addScaled(own, q, p < q ? -along : 0, p, q, bytes);
      }
    }
    for (let k = 0; k < length; k++) {
      const w = byUnits ? weightsOf(op, i) + <usize>k * ROW : weightsOf(op, k) + <usize>i * ROW;
      store<f32>(w, load<f32>(q + ((<usize>k) << 2)) * <f32>op.p0);
    }
  }
}
