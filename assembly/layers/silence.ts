/** Rows of weight 0: whatever they are computed to be, even infinite, the backward pass sees zeros. */

import { VECTOR } from "../math/simd";
import { Instruction } from "../op";

/** True if a sample counts: its weight is not 0, or there are no weights. */
export function counts(weights: usize, sample: i32): bool {
  return !weights || load<f32>(weights + ((<usize>sample) << 2)) !== 0;
}

/** The first `bytes` bytes of the rows of weight 0 = 0. Rows are `stride` bytes apart. */
export function silenceRows(matrix: usize, stride: usize, rows: i32, bytes: usize, weights: usize): void {
  for (let r = 0; r < rows; r++, matrix += stride) {
    if (counts(weights, r)) continue;
    for (let at: usize = 0; at < bytes; at += VECTOR) v128.store(matrix + at, f32x4.splat(0));
  }
}

/** A matrix of `rows` samples, and the weight of each. */
@unmanaged
class SilenceOp extends Instruction {
  @inline get matrix(): usize {
    return this.a;
  }
  @inline get stride(): usize {
    return this.lda;
  }
  @inline get weights(): usize {
    return this.h;
  }
}

/** A[r] = 0 where w[r] = 0 */
export function silence(instruction: Instruction): void {
  const op = changetype<SilenceOp>(instruction);
  silenceRows(op.matrix, op.stride, op.rows, op.stride, op.weights);
}
