/** A factor for each feature: C = A * s, with the same s for every row. */

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

/** A * dC */
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
