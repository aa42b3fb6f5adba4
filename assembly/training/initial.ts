/**
 * Initial weights. They are drawn in the order of a row-major [units][inputs] matrix, so the numbers do not depend on the
 * layout of memory.
 */

import { Op, PANEL, RANDOM_BYTES, RandomStream } from "../isa";
import { normals, philox, wordAt } from "../math/random";
import { VECTOR } from "../math/simd";
import { addScaled, dotProduct } from "../math/vector";
import { Instruction } from "../op";
import { ROW } from "../products/operands";

/** W = random numbers times a scale: `rows` inputs, `cols` units. */
@unmanaged
class InitialOp extends Instruction {
  /** The index of the layer, which has random numbers of its own. */
  @inline get layer(): u32 {
    return this.f;
  }
  /** The weights in panels. */
  @inline get W(): usize {
    return this.c;
  }
  @inline get panelBytes(): usize {
    return this.ldc;
  }
  @inline get scale(): f32 {
    return <f32>this.p0;
  }
  @inline get seed(): u64 {
    return <u64>this.p1;
  }
  /** erf(c / √2) of normal numbers cut at ±c; 1 if they are not cut. */
  @inline get share(): f32 {
    return <f32>this.p2;
  }
  @inline get mean(): f32 {
    return <f32>this.p3;
  }
  /** Scratch: sixteen random words, and behind them the vectors of `orthogonal`. */
  @inline get words(): usize {
    return this.e;
  }
  @inline get vectors(): usize {
    return this.e + RANDOM_BYTES;
  }
}

/** The upper 24 bits of four words as multiples of 2^-23 in -1 to 1: exact in float32. */
function uniforms(words: v128): v128 {
  const upper = f32x4.convert_i32x4_u(i32x4.shr_u(words, 8));
  return f32x4.sub(f32x4.mul(upper, f32x4.splat(1.0 / 8388608.0)), f32x4.splat(1));
}

/** The random number with this index; a caller asks for one after the other, from index 0 on. */
function draw(op: InitialOp, index: u32): f32 {
  if ((index & 15) === 0) {
    const share = f32x4.splat(op.share);
    philox(op.words, index >> 2, 0, op.layer, RandomStream.weights, op.seed);
    for (let at = op.words; at < op.words + RANDOM_BYTES; at += VECTOR) {
      const words = v128.load(at);
      v128.store(at, op.kind === Op.uniform ? uniforms(words) : normals(words, share));
    }
  }
  return load<f32>(wordAt(op.words, index));
}

/** The address of W[unit][0]; the next input of the unit is one row of the panel further. */
function weightsOf(op: InitialOp, unit: i32): usize {
  return op.W + <usize>(unit / PANEL) * op.panelBytes + <usize>((unit % PANEL) << 2);
}

/** W = scale·x + mean: Op.uniform draws x from the uniform distribution over -1 to 1, Op.normal from the standard normal one. */
export function independent(instruction: Instruction): void {
  const op = changetype<InitialOp>(instruction);
  const scale = op.scale;
  const mean = op.mean;
  let index: u32 = 0;
  for (let unit = 0; unit < op.cols; unit++) {
    let w = weightsOf(op, unit);
    for (let input = 0; input < op.rows; input++, w += ROW) {
      store<f32>(w, draw(op, index++) * scale + mean);
    }
  }
}

/**
 * W = scale·Q (Saxe et al., 2013): the weights of the units, or those of the inputs if there are fewer inputs, are
 * orthogonal vectors of length 1. They come from standard normal numbers by the modified Gram-Schmidt method, twice, so that
 * no rounding error is left. Scratch: min(units, inputs) vectors of max(units, inputs) floats, rounded up to 4.
 */
export function orthogonal(instruction: Instruction): void {
  const op = changetype<InitialOp>(instruction);
  const byUnits = op.cols <= op.rows;
  const length = max(op.rows, op.cols);
  const bytes = (<usize>(length + 3) & -4) << 2;
  let index: u32 = 0;
  let q = op.vectors;
  for (let i = 0; i < min(op.rows, op.cols); i++, q += bytes) {
    v128.store(q + bytes - VECTOR, f32x4.splat(0));
    for (let k = 0; k < length; k++) store<f32>(q + ((<usize>k) << 2), draw(op, index++));
    for (let turn = 0; turn < 2; turn++) {
      // q = q - (p·q)·p for each p before it, then q = q / ‖q‖
      for (let p = op.vectors; p <= q; p += bytes) {
        const along = dotProduct(p, q, bytes);
        const own = p < q ? 1 : 1 / Math.sqrt(along);
        addScaled(own, q, p < q ? -along : 0, p, q, bytes);
      }
    }
    for (let k = 0; k < length; k++) {
      const w = byUnits ? weightsOf(op, i) + <usize>k * ROW : weightsOf(op, k) + <usize>i * ROW;
      store<f32>(w, load<f32>(q + ((<usize>k) << 2)) * op.scale);
    }
  }
}
