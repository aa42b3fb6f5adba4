/**
 * The losses: the value of one batch and dL/dZ (or dL/dA). p0 is 1 / samples for the cross-entropies and
 * 1 / (samples · outputs) for the others (for binaryCrossentropy too, which is a mean over outputs), so the 1/m of
 * the article stands here and nowhere else. An address c of 0 asks for the value alone.
 */

import { Hit, Loss } from "./isa";
import { decay, exp, log, log1p, sigmoid } from "./math";
import { Instruction } from "./op";
import { transposeRows } from "./panel";
import { firstLanes, sum, VECTOR } from "./simd";

/** What `each` needs of a loss. */
@unmanaged
export abstract class Elementwise {
  abstract value(a: v128, y: v128): v128;
  abstract gradient(a: v128, y: v128): v128;
}

@unmanaged
export class SquaredError extends Elementwise {
  /** (a - y)² */
  @inline value(a: v128, y: v128): v128 {
    const d = f32x4.sub(a, y);
    return f32x4.mul(d, d);
  }
  /** 2·(a - y) */
  @inline gradient(a: v128, y: v128): v128 {
    const d = f32x4.sub(a, y);
    return f32x4.add(d, d);
  }
}

/** -y·ln σ(z) - (1 - y)·ln(1 - σ(z)), in the form that cannot overflow: max(z, 0) - z·y + ln(1 + e^-|z|). */
@unmanaged
export class BinaryCrossentropy extends Elementwise {
  @inline value(z: v128, y: v128): v128 {
    const e = exp(f32x4.neg(f32x4.abs(z)));
    return f32x4.add(f32x4.sub(f32x4.pmax(f32x4.splat(0), z), f32x4.mul(z, y)), log1p(e));
  }
  /** σ(z) - y */
  @inline gradient(z: v128, y: v128): v128 {
    return f32x4.sub(sigmoid(z), y);
  }
}

/** Element by element: returns the sum of values, writes the gradients; padding counts and stays 0. */
function each<L extends Elementwise>(op: Instruction): f64 {
  const loss = changetype<L>(0);
  const scale = f32x4.splat(<f32>op.p0);
  const gradients = op.c !== 0;
  let total: f64 = 0;
  for (let r = 0; r < op.rows; r++) {
    let a = op.a + <usize>r * op.lda;
    let y = op.b + <usize>r * op.ldb;
    let d = op.c + <usize>r * op.ldc;
    for (let left = op.cols; left > 0; left -= 4, a += VECTOR, y += VECTOR, d += VECTOR) {
      const output = v128.load(a);
      const target = v128.load(y);
      const mask = firstLanes(left);
      total += sum(v128.and(loss.value(output, target), mask));
      if (gradients) {
        v128.store(d, v128.and(f32x4.mul(loss.gradient(output, target), scale), mask));
      }
    }
  }
  return total;
}

/**
 * -Σ y·ln softmax(z) = Σ y·(ln Σ e^x - x) with x = z - max z; dZ = (e^x·Σ y / Σ e^x - y)·p0. Four rows at a time, turned
 * so that a lane is a row and sums run down the columns; e: room for the columns of z and y. c has room for whole fours
 * of rows; those beyond the last get zeros.
 */
function categorical(op: Instruction): f64 {
  const cols = op.cols;
  const zero = f32x4.splat(0);
  const scale = f32x4.splat(<f32>op.p0);
  const width = ((<usize>cols + 3) & -4) << 2;
  const z = op.e;
  const y = z + (width << 2);
  const end = z + ((<usize>cols) << 4);
  let loss: f64 = 0;
  for (let first = 0; first < op.rows; first += 4) {
    const rows = min(4, op.rows - first);
    transposeRows(op.a + <usize>first * op.lda, op.lda, rows, width, z, VECTOR);
    transposeRows(op.b + <usize>first * op.ldb, op.ldb, rows, width, y, VECTOR);
    let top = v128.load(z);
    for (let j = z; j < end; j += VECTOR) top = f32x4.pmax(top, v128.load(j));
    // Each sum is two sums in turn: shorter chains lose less.
    let total = zero;
    let total1 = zero;
    let dot = zero;
    let weight = zero;
    let weight1 = zero;
    for (let j = z, k = y; j < end; j += VECTOR, k += VECTOR) {
      const x = f32x4.sub(v128.load(j), top);
      const e = decay(x);
      const target = v128.load(k);
      v128.store(j, e);
      const odd = f32x4.add(total1, e);
      total1 = total;
      total = odd;
      const oddWeight = f32x4.add(weight1, target);
      weight1 = weight;
      weight = oddWeight;
      // A target of 0 must win over an infinite x.
      dot = f32x4.add(dot, v128.and(f32x4.mul(target, x), f32x4.ne(target, zero)));
    }
    total = f32x4.add(total, total1);
    weight = f32x4.add(weight, weight1);
    loss += sum(f32x4.sub(f32x4.mul(log(total), weight), dot));
    if (!op.c) continue;
    const share = f32x4.div(weight, total);
    for (let j = z, k = y; j < end; j += VECTOR, k += VECTOR) {
      const difference = f32x4.sub(f32x4.mul(v128.load(j), share), v128.load(k));
      v128.store(j, f32x4.mul(difference, scale));
    }
    const d = op.c + <usize>first * op.ldc;
    for (let j: usize = 0; j < width; j += VECTOR) transposeRows(z + 4 * j, VECTOR, 4, VECTOR, d + j, op.ldc);
  }
  return loss;
}

/** losses[slot] = mean loss of outputs (or logits) a against targets b; c = its gradient, or 0; f: Loss. */
export function loss(op: Instruction, slot: i32): void {
  let total: f64 = 0;
  switch (op.f) {
    case Loss.meanSquaredError:
      total = each<SquaredError>(op);
      break;
    case Loss.binaryCrossentropy:
      total = each<BinaryCrossentropy>(op);
      break;
    case Loss.categoricalCrossentropy:
      total = categorical(op);
      break;
  }
  store<f64>(op.d + ((<usize>slot) << 3), total * op.p0);
}

/**
 * losses[slot] = p0·Σ -(y·ln a + (1 - y)·ln(1 - a)): the article's cost of outputs a, which are probabilities. As in
 * PyTorch's BCELoss logarithms end at -100, so that 0 and 1 have a cost; padding of 0 against 0 costs nothing.
 */
export function cost(op: Instruction, slot: i32): void {
  const one = f32x4.splat(1);
  const least = f32x4.splat(-100);
  let total: f64 = 0;
  for (let r = 0; r < op.rows; r++) {
    let at = op.a + <usize>r * op.lda;
    let target = op.b + <usize>r * op.ldb;
    for (let left = op.cols; left > 0; left -= 4, at += VECTOR, target += VECTOR) {
      const a = v128.load(at);
      const y = v128.load(target);
      const hit = f32x4.mul(y, f32x4.pmax(log(a), least));
      const miss = f32x4.mul(f32x4.sub(one, y), f32x4.pmax(log(f32x4.sub(one, a)), least));
      total -= sum(f32x4.add(hit, miss));
    }
  }
  store<f64>(op.d + ((<usize>slot) << 3), total * op.p0);
}

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

/**
 * hits[slot] = how many predictions a agree with targets b. Hit.largest counts rows whose largest values stand in
 * the same place; Hit.threshold counts outputs on the target's side, p0 for a and ½ for b.
 */
export function hits(op: Instruction, slot: i32): void {
  let count = 0;
  for (let r = 0; r < op.rows; r++) {
    const a = op.a + <usize>r * op.lda;
    const y = op.b + <usize>r * op.ldb;
    if (op.f === Hit.largest) {
      count += i32(argmax(a, op.cols) === argmax(y, op.cols));
    } else {
      for (let j: usize = 0; j < (<usize>op.cols) << 2; j += 4) {
        count += i32(load<f32>(a + j) > <f32>op.p0 === load<f32>(y + j) > 0.5);
      }
    }
  }
  store<i32>(op.d + ((<usize>slot) << 2), count);
}
