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
  /** Counts or sums; of `hits`, one int32 per slot. */
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

/** The number of values of a row that are larger than the one in column `col`. */
function rank(row: usize, cols: i32, col: i32): i32 {
  const x = load<f32>(row + ((<usize>col) << 2));
  let larger = 0;
  for (let j = 0; j < cols; j++) larger += i32(load<f32>(row + ((<usize>j) << 2)) > x);
  return larger;
}

/**
 * results[slot] = the number of right predictions. Hit.largest: rows whose largest output and largest target are in the same
 * column; Hit.top: rows whose true class is among the `top` largest outputs; Hit.threshold: outputs that are above the
 * threshold where the target is above ½, and only there.
 */
export function hits(instruction: Instruction, slot: i32): void {
  const op = changetype<CompareOp>(instruction);
  let count = 0;
  for (let r = 0; r < op.rows; r++) {
    const a = op.outputs(r);
    const y = op.targets(r);
    if (op.hit === Hit.threshold) {
      for (let j: usize = 0; j < (<usize>op.cols) << 2; j += 4) {
        count += i32(load<f32>(a + j) > op.threshold === load<f32>(y + j) > 0.5);
      }
    } else {
      const label = argmax(y, op.cols);
      const isHit = op.hit === Hit.top ? rank(a, op.cols, label) < op.top : argmax(a, op.cols) === label;
      count += i32(isHit);
    }
  }
  store<i32>(op.results + ((<usize>slot) << 2), count);
}

/** Adds one to an int32. */
function increment(count: usize): void {
  store<i32>(count, load<i32>(count) + 1);
}

/**
 * Adds a batch to the int32 counts of the results. Hit.largest: results[true class][predicted class]; Hit.threshold: for each
 * output, results[target > ½][output > threshold].
 */
export function confuse(instruction: Instruction): void {
  const op = changetype<CompareOp>(instruction);
  for (let r = 0; r < op.rows; r++) {
    const a = op.outputs(r);
    const y = op.targets(r);
    if (op.hit === Hit.threshold) {
      for (let j: usize = 0; j < (<usize>op.cols) << 2; j += 4) {
        const row = usize(load<f32>(y + j) > 0.5) << 3;
        increment(op.results + 4 * j + row + (usize(load<f32>(a + j) > op.threshold) << 2));
      }
    } else {
      increment(op.results + ((<usize>(argmax(y, op.cols) * op.cols + argmax(a, op.cols))) << 2));
    }
  }
}

/** Adds x to a float64. */
function accumulate(total: usize, x: f64): void {
  store<f64>(total, load<f64>(total) + x);
}

/** Adds a batch to the five float64 of each output: n, Σ|a - y|, Σ(a - y)², Σy, Σy². */
export function deviate(instruction: Instruction): void {
  const op = changetype<CompareOp>(instruction);
  for (let r = 0; r < op.rows; r++) {
    const a = op.outputs(r);
    const targets = op.targets(r);
    let sums = op.results;
    for (let j: usize = 0; j < (<usize>op.cols) << 2; j += 4, sums += 40) {
      const y = <f64>load<f32>(targets + j);
      const d = <f64>load<f32>(a + j) - y;
      accumulate(sums, 1);
      accumulate(sums + 8, Math.abs(d));
      accumulate(sums + 16, d * d);
      accumulate(sums + 24, y);
      accumulate(sums + 32, y * y);
    }
  }
}
