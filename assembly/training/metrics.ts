/** Comparisons of predictions with targets: the counts and sums from which accuracy, F1, R², and the like are computed. */

import { Hit } from "../isa";
import { Instruction } from "../op";

/** A batch of outputs beside its targets: `rows` samples, `cols` outputs. */
@unmanaged
class CompareOp extends Instruction {
  @inline get hit(): Hit {
    return this.f;
  }
  /** The outputs of one sample. */
  @inline outputs(sample: i32): usize {
    return this.a + <usize>sample * this.lda;
  }
  /** The targets of one sample. */
  @inline targets(sample: i32): usize {
    return this.b + <usize>sample * this.ldb;
  }
  /** The weight of one sample, or 1 if there are none. */
  @inline weight(sample: i32): f64 {
    return this.h ? <f64>load<f32>(this.h + ((<usize>sample) << 2)) : 1;
  }
  /** Sums of weights or of what they multiply, float64; of `hits`, one per slot. */
  @inline get results(): usize {
    return this.d;
  }
  /** Hit.threshold: an output above it stands for 1. */
  @inline get threshold(): f32 {
    return <f32>this.p0;
  }
  /** Hit.top: the number of largest outputs. */
  @inline get top(): i32 {
    return <i32>this.p0;
  }
}

/** The column of the first largest value of a row. */
function argmax(row: usize, cols: i32): i32 {
  let best = 0;
  let top = load<f32>(row);
  for (let j = 1; j < cols; j++) {
    const x = load<f32>(row + ((<usize>j) << 2));
    if (x > top) {
      top = x;
      best = j;
    }
  }
  return best;
}

/** The number of values of a row before the one in column `col`: larger ones, and equal ones in an earlier column. */
function rank(row: usize, cols: i32, col: i32): i32 {
  const x = load<f32>(row + ((<usize>col) << 2));
  let before = 0;
  for (let j = 0; j < cols; j++) {
    const other = load<f32>(row + ((<usize>j) << 2));
    before += i32(other > x || (other === x && j < col));
  }
  return before;
}

/**
 * results[slot] = the weight of the right predictions. Hit.largest: rows whose largest output and largest target are in the
 * same column; Hit.top: rows whose true class is among the `top` largest outputs; Hit.threshold: outputs that are above the
 * threshold where the target is above ½, and only there. The first of equal values is the larger one.
 */
export function hits(instruction: Instruction, slot: i32): void {
  const op = changetype<CompareOp>(instruction);
  let total: f64 = 0;
  for (let r = 0; r < op.rows; r++) {
    const a = op.outputs(r);
    const y = op.targets(r);
    let count = 0;
    if (op.hit === Hit.threshold) {
      for (let j: usize = 0; j < (<usize>op.cols) << 2; j += 4) {
        count += i32(load<f32>(a + j) > op.threshold === load<f32>(y + j) > 0.5);
      }
    } else {
      const label = argmax(y, op.cols);
      count = i32(op.hit === Hit.top ? rank(a, op.cols, label) < op.top : argmax(a, op.cols) === label);
    }
    total += count * op.weight(r);
  }
  store<f64>(op.results + ((<usize>slot) << 3), total);
}

/** Adds x to a float64. */
function accumulate(total: usize, x: f64): void {
  store<f64>(total, load<f64>(total) + x);
}

/**
 * Adds the weights of a batch to the results. Hit.largest: results[true class][predicted class]; Hit.threshold: for each
 * output, results[target > ½][output > threshold].
 */
export function confuse(instruction: Instruction): void {
  const op = changetype<CompareOp>(instruction);
  for (let r = 0; r < op.rows; r++) {
    const a = op.outputs(r);
    const y = op.targets(r);
    const weight = op.weight(r);
    if (op.hit === Hit.threshold) {
      for (let j: usize = 0; j < (<usize>op.cols) << 2; j += 4) {
        const row = usize(load<f32>(y + j) > 0.5) << 4;
        accumulate(op.results + 8 * j + row + (usize(load<f32>(a + j) > op.threshold) << 3), weight);
      }
    } else {
      accumulate(op.results + ((<usize>(argmax(y, op.cols) * op.cols + argmax(a, op.cols))) << 3), weight);
    }
  }
}

/**
 * Adds a batch to five numbers per output: Σw, Σw·|a - y|, Σw·(a - y)², the mean of y, and Σw·(y - mean)².
 *
 * Mean and variation are updated row by row, so that they lose nothing where targets are far from zero. Source: West (1979),
 * "Updating mean and variance estimates: an improved method".
 */
export function deviate(instruction: Instruction): void {
  const op = changetype<CompareOp>(instruction);
  for (let r = 0; r < op.rows; r++) {
    const a = op.outputs(r);
    const targets = op.targets(r);
    const weight = op.weight(r);
    // 0 · Infinity would be NaN.
    if (weight === 0) continue;
    let sums = op.results;
    // w / Σw, which is the same for all outputs.
    const share = weight / (load<f64>(sums) + weight);
    for (let j: usize = 0; j < (<usize>op.cols) << 2; j += 4, sums += 40) {
      const y = <f64>load<f32>(targets + j);
      const d = <f64>load<f32>(a + j) - y;
      accumulate(sums, weight);
      accumulate(sums + 8, weight * Math.abs(d));
      accumulate(sums + 16, weight * d * d);
      // mean += (y - mean)·w / Σw; variation += w·(y - old mean)·(y - new mean)
      const distance = y - load<f64>(sums + 24);
      accumulate(sums + 24, distance * share);
      accumulate(sums + 32, weight * distance * (y - load<f64>(sums + 24)));
    }
  }
}
