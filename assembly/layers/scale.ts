/** Layers with one factor for each feature, the same for every row: scale, C = A * s, and prelu, with a slope s below 0. */

import { VECTOR } from "../math/simd";
import { Instruction } from "../op";
import { sumRows, Term } from "./normalization";

/** Rows of A and C over rows x cols. The padding of s is 0, so the padding of a batch stays 0. */
@unmanaged
class ScaleOp extends Instruction {
  @inline get A(): usize {
    return this.a;
  }
  @inline get strideA(): usize {
    return this.lda;
  }
  @inline get s(): usize {
    return this.b;
  }
  /** C, or dC, which the gradient turns into dA in place. */
  @inline get C(): usize {
    return this.c;
  }
  @inline get strideC(): usize {
    return this.ldc;
  }
  /** 0 if not wanted. */
  @inline get ds(): usize {
    return this.d;
  }
  @inline get bytes(): usize {
    return (<usize>this.cols) << 2;
  }
}

/** A * dC, a row's share of ds of scale */
@unmanaged
class Product extends Term {
  @inline of(a: usize, d: usize, _saved: usize, _width: usize): v128 {
    return f32x4.mul(v128.load(a), v128.load(d));
  }
}

/** to = from * s, row by row. */
function multiply(op: ScaleOp, from: usize, stride: usize): void {
  let to = op.C;
  for (let r = 0; r < op.rows; r++, from += stride, to += op.strideC) {
    for (let at: usize = 0, end = op.bytes; at < end; at += VECTOR) {
      v128.store(to + at, f32x4.mul(v128.load(from + at), v128.load(op.s + at)));
    }
  }
}

/** C = A * s. */
export function scale(instruction: Instruction): void {
  const op = changetype<ScaleOp>(instruction);
  multiply(op, op.A, op.strideA);
}

/** ds = Σ A * dC over the rows; then dA = dC * s in place. */
export function scaleGradient(instruction: Instruction): void {
  const op = changetype<ScaleOp>(instruction);
  if (op.ds) {
    for (let at: usize = 0, end = op.bytes; at < end; at += VECTOR) {
      v128.store(
        op.ds + at,
        sumRows<Product>(op.rows, op.A + at, op.strideA, op.C + at, op.strideC, 0, 0, 0),
      );
    }
  }
  multiply(op, op.C, op.strideC);
}

/** min(A, 0) * dC, a row's share of ds of prelu */
@unmanaged
class NegativeProduct extends Term {
  @inline of(a: usize, d: usize, _saved: usize, _width: usize): v128 {
    return f32x4.mul(f32x4.pmin(f32x4.splat(0), v128.load(a)), v128.load(d));
  }
}

/** to = from where A is above 0, else from * s. */
function bend(op: ScaleOp, from: usize, stride: usize): void {
  let a = op.A;
  let to = op.C;
  for (let r = 0; r < op.rows; r++, a += op.strideA, from += stride, to += op.strideC) {
    for (let at: usize = 0, end = op.bytes; at < end; at += VECTOR) {
      const value = v128.load(from + at);
      const isAbove = f32x4.gt(v128.load(a + at), f32x4.splat(0));
      v128.store(to + at, v128.bitselect(value, f32x4.mul(value, v128.load(op.s + at)), isAbove));
    }
  }
}

/** torch.nn.PReLU: C = max(A, 0) + s * min(A, 0). */
export function prelu(instruction: Instruction): void {
  const op = changetype<ScaleOp>(instruction);
  bend(op, op.A, op.strideA);
}

/** ds = Σ min(A, 0) * dC over the rows; then dA = dC, times s where A is not above 0, in place. */
export function preluGradient(instruction: Instruction): void {
  const op = changetype<ScaleOp>(instruction);
  if (op.ds) {
    for (let at: usize = 0, end = op.bytes; at < end; at += VECTOR) {
      v128.store(
        op.ds + at,
        sumRows<NegativeProduct>(op.rows, op.A + at, op.strideA, op.C + at, op.strideC, 0, 0, 0),
      );
    }
  }
  bend(op, op.C, op.strideC);
}
