/** The cost of the article, which is computed from probabilities instead of logits. */

import { log } from "../math/math";
import { sum, VECTOR } from "../math/simd";
import { Instruction } from "../op";
import { LossOp } from "./loss-op";

/**
 * losses[slot] = scale·Σ -(y·ln a + (1 - y)·ln(1 - a)): the article's cost of outputs a that are probabilities. As in PyTorch's
 * BCELoss a logarithm is at least -100, so that outputs of 0 and 1 have a cost. Padding, 0 against 0, costs nothing.
 */
export function cost(instruction: Instruction, slot: i32): void {
  const op = changetype<LossOp>(instruction);
  const one = f32x4.splat(1);
  const least = f32x4.splat(-100);
  let total: f64 = 0;
  for (let r = 0; r < op.rows; r++) {
    let at = op.outputs + <usize>r * op.outputStride;
    let target = op.targets + <usize>r * op.targetStride;
    for (let left = op.cols; left > 0; left -= 4, at += VECTOR, target += VECTOR) {
      const a = v128.load(at);
      const y = v128.load(target);
      const hit = f32x4.mul(y, f32x4.pmax(log(a), least));
      const miss = f32x4.mul(f32x4.sub(one, y), f32x4.pmax(log(f32x4.sub(one, a)), least));
      total -= sum(f32x4.add(hit, miss));
    }
  }
  store<f64>(op.losses + ((<usize>slot) << 3), total * op.scale);
}
