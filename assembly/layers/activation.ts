/** A = f(Z) and its gradient for all activations: the loops over a batch. The formulas are in formulas.ts. */

import { Activation } from "../isa";
import { firstLanes, VECTOR } from "../math/simd";
import { Instruction } from "../op";
import { Formula, Relu, Sigmoid, Tanh } from "./formulas";
import { Named } from "./named";
import { softmaxChainRow, softmaxRow } from "./softmax";

/** A = f(Z) over rows x cols. */
@unmanaged
export class ActivateOp extends Instruction {
  @inline get activation(): Activation {
    return this.f;
  }
  /** Z and A of one sample. */
  @inline Z(sample: i32): usize {
    return this.a + <usize>sample * this.lda;
  }
  @inline A(sample: i32): usize {
    return this.c + <usize>sample * this.ldc;
  }
}

/** dZ = dA * f'(Z) over rows x cols, in place of dA. */
@unmanaged
export class DeriveOp extends Instruction {
  @inline get activation(): Activation {
    return this.f;
  }
  /** Z, A, and dA of one sample. */
  @inline Z(sample: i32): usize {
    return this.a + <usize>sample * this.lda;
  }
  @inline A(sample: i32): usize {
    return this.b + <usize>sample * this.ldb;
  }
  @inline dA(sample: i32): usize {
    return this.c + <usize>sample * this.ldc;
  }
}

/** A = f(Z) number by number; the padding of each row stays 0. */
export function map<F extends Formula>(op: ActivateOp): void {
  const f = changetype<F>(op);
  const rest = firstLanes(((op.cols - 1) & 3) + 1);
  const width = (<usize>(op.cols - 1) >> 2) << 4;
  for (let r = 0; r < op.rows; r++) {
    let z = op.Z(r);
    let a = op.A(r);
    for (const end = z + width; z < end; z += VECTOR, a += VECTOR) v128.store(a, f.forward(v128.load(z)));
    v128.store(a, v128.and(f.forward(v128.load(z)), rest));
  }
}

/** dZ = dA * f'(Z) number by number; dA is 0 in the padding and stays so. */
export function chain<F extends Formula>(op: DeriveOp): void {
  const f = changetype<F>(op);
  let width = (<usize>op.cols) << 2;
  let rows = op.rows;
  if (op.lda === width && op.ldb === width && op.ldc === width) {
    // Rows without padding are one long row.
    width *= <usize>rows;
    rows = 1;
  }
  for (let r = 0; r < rows; r++) {
    let z = op.Z(r);
    let a = op.A(r);
    let d = op.dA(r);
    for (const end = z + width; z < end; z += VECTOR, a += VECTOR, d += VECTOR) {
      v128.store(d, f32x4.mul(v128.load(d), f.derivative(v128.load(z), v128.load(a))));
    }
  }
}

/** A = f(Z). The frequent activations have a loop of their own. */
export function activate(instruction: Instruction): void {
  const op = changetype<ActivateOp>(instruction);
  switch (op.activation) {
    case Activation.sigmoid:
      map<Sigmoid>(op);
      break;
    case Activation.tanh:
      map<Tanh>(op);
      break;
    case Activation.relu:
      map<Relu>(op);
      break;
    case Activation.softmax:
      for (let r = 0; r < op.rows; r++) softmaxRow(op.Z(r), op.A(r), op.cols);
      break;
    default:
      map<Named>(op);
  }
}

/** dZ = dA * f'(Z), in place of dA. */
export function derive(instruction: Instruction): void {
  const op = changetype<DeriveOp>(instruction);
  switch (op.activation) {
    case Activation.sigmoid:
      chain<Sigmoid>(op);
      break;
    case Activation.tanh:
      chain<Tanh>(op);
      break;
    case Activation.relu:
      chain<Relu>(op);
      break;
    case Activation.softmax:
      for (let r = 0; r < op.rows; r++) softmaxChainRow(op.A(r), op.dA(r), op.cols);
      break;
    default:
      chain<Named>(op);
  }
}
