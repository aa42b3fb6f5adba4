/** How predictions compare with targets: counts and sums that accuracy, F1, R² and the like are made of. */

import { Hit } from "../isa";
import { Instruction } from "../op";

/** The place of the first largest value of a row. */
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

/** How many values of a row are larger than the one at `place`. */
function rank(row: usize, cols: i32, place: i32): i32 {
  const x = load<f32>(row + ((<usize>place) << 2));
  let larger = 0;
  for (let j = 0; j < cols; j++) larger += i32(load<f32>(row + ((<usize>j) << 2)) > x);
  return larger;
}

/**
 * hits[slot] = how many predictions a agree with targets b. Hit.largest counts rows whose largest values stand in
 * the same place, Hit.top rows where less than p0 values are larger than that of the true class; Hit.threshold counts
 * outputs on the target's side, p0 for a and ½ for b.
 */
export function hits(op: Instruction, slot: i32): void {
  let count = 0;
  for (let r = 0; r < op.rows; r++) {
    const a = op.a + <usize>r * op.lda;
    const y = op.b + <usize>r * op.ldb;
    if (op.f === Hit.threshold) {
      for (let j: usize = 0; j < (<usize>op.cols) << 2; j += 4) {
        count += i32(load<f32>(a + j) > <f32>op.p0 === load<f32>(y + j) > 0.5);
      }
    } else {
      const label = argmax(y, op.cols);
      const isHit = op.f === Hit.top ? rank(a, op.cols, label) < <i32>op.p0 : argmax(a, op.cols) === label;
      count += i32(isHit);
    }
  }
  store<i32>(op.d + ((<usize>slot) << 2), count);
}

/** Adds one to a count. */
function increment(count: usize): void {
  store<i32>(count, load<i32>(count) + 1);
}

/**
 * Adds a batch of predictions a of targets b to the int32 counts at d. Hit.largest: d[true][predicted], cols x cols;
 * Hit.threshold: for each output d[b > ½][a > p0].
 */
export function confuse(op: Instruction): void {
  for (let r = 0; r < op.rows; r++) {
    const a = op.a + <usize>r * op.lda;
    const y = op.b + <usize>r * op.ldb;
    if (op.f === Hit.threshold) {
      for (let j: usize = 0; j < (<usize>op.cols) << 2; j += 4) {
        const row = usize(load<f32>(y + j) > 0.5) << 3;
        increment(op.d + 4 * j + row + (usize(load<f32>(a + j) > <f32>op.p0) << 2));
      }
    } else {
      increment(op.d + ((<usize>(argmax(y, op.cols) * op.cols + argmax(a, op.cols))) << 2));
    }
  }
}

/** Adds x to a float64 sum. */
function accumulate(total: usize, x: f64): void {
  store<f64>(total, load<f64>(total) + x);
}

/** Adds outputs a and targets b to the five float64 sums of each output at d: n, Σ|a - y|, Σ(a - y)², Σy, Σy². */
export function deviate(op: Instruction): void {
  for (let r = 0; r < op.rows; r++) {
    const a = op.a + <usize>r * op.lda;
    const targets = op.b + <usize>r * op.ldb;
    let sums = op.d;
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
