/** The cosine of the angle between outputs and targets: a loss of whole samples. */

import { LossOp } from "./loss-op";

/** The least square of a length: shorter vectors are divided by its root, 1e-6, as in Keras. */
const LEAST: f64 = 1e-12;

/** Σ a·b of two rows, in float64, in which squares of float32 do not overflow. */
function product(a: usize, b: usize, cols: i32): f64 {
  let total: f64 = 0;
  for (const end = a + ((<usize>cols) << 2); a < end; a += 4, b += 4) {
    total += <f64>load<f32>(a) * <f64>load<f32>(b);
  }
  return total;
}

/** Returns -Σ c over the samples, with c = a·y / (‖a‖·‖y‖); da = (c·a/‖a‖ - y/‖y‖) / ‖a‖, times the factor of the sample. */
export function cosine(op: LossOp): f64 {
  const cols = op.cols;
  let total: f64 = 0;
  for (let r = 0; r < op.rows; r++) {
    const a = op.outputs + <usize>r * op.outputStride;
    const y = op.targets + <usize>r * op.targetStride;
    const d = op.gradient + <usize>r * op.gradientStride;
    const weight: f64 = op.factors ? load<f32>(op.factors + ((<usize>r) << 2)) : 1;
    const scale = op.factors ? weight : op.scale;
    const square = product(a, a, cols);
    const length = Math.sqrt(max(square, LEAST));
    const lengthY = Math.sqrt(max(product(y, y, cols), LEAST));
    const c = product(a, y, cols) / (length * lengthY);
    if (weight !== 0) total -= weight * c;
    if (!op.gradient) continue;
    // The length of a vector that is too short is a constant.
    const turn = square > LEAST ? c / length : 0;
    for (let at: usize = 0; at < (<usize>cols) << 2; at += 4) {
      const slope = (turn * load<f32>(a + at) - load<f32>(y + at) / lengthY) / length;
      store<f32>(d + at, weight === 0 ? 0 : <f32>(slope * scale));
    }
  }
  return total;
}
