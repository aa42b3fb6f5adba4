/** The loops of an activation that takes each number by itself: A = f(Z), and back. */

import { firstLanes, VECTOR } from "../math/simd";
import { Instruction } from "../op";

/** An activation is its instruction, seen with f and f' of four lanes: z is what went in, a = f(z) what came out. */
@unmanaged
export abstract class Elementwise extends Instruction {
  abstract forward(z: v128): v128;
  abstract derivative(z: v128, a: v128): v128;
}

/** A = f(Z) element by element; the padding of each row stays 0. */
export function map<F extends Elementwise>(op: Instruction): void {
  const f = changetype<F>(op);
  const rest = firstLanes(((op.cols - 1) & 3) + 1);
  const width = (<usize>(op.cols - 1) >> 2) << 4;
  for (let r = 0; r < op.rows; r++) {
    let z = op.a + <usize>r * op.lda;
    let a = op.c + <usize>r * op.ldc;
    for (const end = z + width; z < end; z += VECTOR, a += VECTOR) v128.store(a, f.forward(v128.load(z)));
    v128.store(a, v128.and(f.forward(v128.load(z)), rest));
  }
}

/** dZ = dA * f'(Z) element by element, in place; dA is 0 in the padding and stays so. */
export function chain<F extends Elementwise>(op: Instruction): void {
  const f = changetype<F>(op);
  let width = (<usize>op.cols) << 2;
  let rows = op.rows;
  if (op.lda === width && op.ldb === width && op.ldc === width) {
    // Rows without padding are one long row.
    width *= <usize>rows;
    rows = 1;
  }
  for (let r = 0; r < rows; r++) {
    let z = op.a + <usize>r * op.lda;
    let a = op.b + <usize>r * op.ldb;
    let d = op.c + <usize>r * op.ldc;
    for (const end = z + width; z < end; z += VECTOR, a += VECTOR, d += VECTOR) {
      v128.store(d, f32x4.mul(v128.load(d), f.derivative(v128.load(z), v128.load(a))));
    }
  }
}
