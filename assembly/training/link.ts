/**
 * The links: functions that make logits L of the numbers that a network ends in, so that the cross-entropies, which take
 * logits, compare the probabilities that these numbers stand for. One is the inverse of the cross-entropy's own activation
 * after another one. Where that can be computed from Z it is exact at any Z; else probabilities end at 1e-7, as in Keras.
 */

import { Link } from "../isa";
import { ActivateOp, chain, DeriveOp, map } from "../layers/activation";
import { Formula } from "../layers/formulas";
import { exp, log, log1p, sigmoid } from "../math/math";
import { constant, ONE } from "../math/simd";
import { Instruction } from "../op";

// The least probability, and 1 minus it.
const LEAST = memory.data<f32>([1e-7, 0.9999999], 16);
const MOST = LEAST + 4;

/** ln σ(z), for categoricalCrossentropy behind sigmoid. */
@unmanaged
class SigmoidLog extends Formula {
  /** min(z, 0) - ln(1 + e^-|z|) */
  @inline forward(z: v128): v128 {
    return f32x4.sub(f32x4.pmin(z, f32x4.splat(0)), log1p(exp(f32x4.neg(f32x4.abs(z)))));
  }
  /** σ(-z) */
  @inline derivative(z: v128, _l: v128): v128 {
    return sigmoid(f32x4.neg(z));
  }
}

/** ln p, for categoricalCrossentropy of probabilities. */
@unmanaged
class Log extends Formula {
  @inline forward(p: v128): v128 {
    return log(f32x4.pmin(f32x4.pmax(p, constant(LEAST)), constant(ONE)));
  }
  /** 1 / p, or 0 beyond the bounds */
  @inline derivative(p: v128, _l: v128): v128 {
    const one = constant(ONE);
    return v128.and(f32x4.div(one, p), v128.and(f32x4.gt(p, constant(LEAST)), f32x4.le(p, one)));
  }
}

/** ln(p / (1 - p)), for binaryCrossentropy of probabilities. */
@unmanaged
class Logit extends Formula {
  @inline forward(p: v128): v128 {
    const bounded = f32x4.pmin(f32x4.pmax(p, constant(LEAST)), constant(MOST));
    return log(f32x4.div(bounded, f32x4.sub(constant(ONE), bounded)));
  }
  /** 1 / (p·(1 - p)), or 0 beyond the bounds */
  @inline derivative(p: v128, _l: v128): v128 {
    const one = constant(ONE);
    const slope = f32x4.div(one, f32x4.mul(p, f32x4.sub(one, p)));
    return v128.and(slope, v128.and(f32x4.gt(p, constant(LEAST)), f32x4.lt(p, constant(MOST))));
  }
}

/** e^x of one number. */
function expOf(x: f32): f64 {
  return f32x4.extract_lane(exp(f32x4.splat(x)), 0);
}

/** ln x of one number. */
function logOf(x: f64): f64 {
  return f32x4.extract_lane(log(f32x4.splat(<f32>x)), 0);
}

/** The number in one column of a row. */
function at(row: usize, column: i32): f32 {
  return load<f32>(row + ((<usize>column) << 2));
}

/** The column of the first largest number of a row, except column `skipped`. */
function largestBut(row: usize, cols: i32, skipped: i32): i32 {
  let best = i32(skipped === 0);
  for (let j = best + 1; j < cols; j++) if (j !== skipped && at(row, j) > at(row, best)) best = j;
  return best;
}

/**
 * ln(p / (1 - p)) of p = softmax(z), for binaryCrossentropy behind softmax: l_j = z_j - ln Σ_(k≠j) e^z_k. Exponents are
 * relative to the largest z, except in the sum without it, where they are relative to the second largest: no sum is 0.
 */
function softmaxLogitRow(z: usize, l: usize, cols: i32): void {
  const top = largestBut(z, cols, -1);
  const most = at(z, top);
  const second = at(z, largestBut(z, cols, top));
  const scale = expOf(second - most);
  let rest: f64 = 0;
  for (let j = 0; j < cols; j++) if (j !== top) rest += expOf(at(z, j) - second);
  for (let j = 0; j < cols; j++) {
    const others = 1 + scale * (rest - expOf(at(z, j) - second));
    const value = j === top ? <f64>most - second - logOf(rest) : <f64>at(z, j) - most - logOf(others);
    store<f32>(l + ((<usize>j) << 2), <f32>value);
  }
}

/** dz_j = dl_j - Σ_(k≠j) dl_k·e^z_j / Σ_(i≠k) e^z_i, in place of dl. */
function softmaxLogitChainRow(z: usize, d: usize, cols: i32): void {
  const top = largestBut(z, cols, -1);
  const second = at(z, largestBut(z, cols, top));
  const scale = expOf(second - at(z, top));
  let rest: f64 = 0;
  for (let j = 0; j < cols; j++) if (j !== top) rest += expOf(at(z, j) - second);
  // Σ dl_k / Σ_(i≠k) e^z_i without the largest z.
  let shares: f64 = 0;
  for (let j = 0; j < cols; j++) {
    if (j !== top) shares += <f64>at(d, j) / (1 + scale * (rest - expOf(at(z, j) - second)));
  }
  const ofTop = <f64>at(d, top) / rest;
  for (let j = 0; j < cols; j++) {
    const own = <f64>at(d, j);
    const e = expOf(at(z, j) - second);
    const others = shares - own / (1 + scale * (rest - e));
    store<f32>(d + ((<usize>j) << 2), <f32>(j === top ? own - shares : own - e * (ofTop + scale * others)));
  }
}

/** L of Z or of probabilities, over rows x cols; f: Link. */
export function link(instruction: Instruction): void {
  const op = changetype<ActivateOp>(instruction);
  switch (op.f) {
    case Link.sigmoidLog:
      map<SigmoidLog>(op);
      break;
    case Link.log:
      map<Log>(op);
      break;
    case Link.logit:
      map<Logit>(op);
      break;
    case Link.softmaxLogit:
      for (let r = 0; r < op.rows; r++) softmaxLogitRow(op.Z(r), op.A(r), op.cols);
      break;
  }
}

/** The gradient of Z or of probabilities, in place of dL; f: Link. */
export function unlink(instruction: Instruction): void {
  const op = changetype<DeriveOp>(instruction);
  switch (op.f) {
    case Link.sigmoidLog:
      chain<SigmoidLog>(op);
      break;
    case Link.log:
      chain<Log>(op);
      break;
    case Link.logit:
      chain<Logit>(op);
      break;
    case Link.softmaxLogit:
      for (let r = 0; r < op.rows; r++) softmaxLogitChainRow(op.Z(r), op.dA(r), op.cols);
      break;
  }
}
