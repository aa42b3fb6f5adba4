/**
 * The gradients of weights and biases, and plain gradient descent along them. Each number of dW is the sum of one chain of
 * multiply-adds per 64 samples, each chain from its first sample to its last, whatever the tiles are and whether zeros are
 * skipped or not.
 */

import { PANEL } from "../isa";
import { CHAIN, highHalf, joinHalves, lowHalf, madd } from "../math/simd";
import { Instruction } from "../op";
import { halfOfColumns } from "./half";
import { isHalf, isQuarter, ROW, WeightGradientOp } from "./operands";
import { packColumns } from "./panel";
import { quarterOfColumns } from "./quarter";
import { descendOfOne } from "./single";
import { tileOfColumns } from "./tile";
import { gradientOfMasks } from "./zeros";

/** Inputs of a strip, one cache line of a sample: the strip of a chain of samples stays in the first-level cache. */
const STRIP = 16;

/** db = the sum of the samples of dZ in panels, chains of float32 that are added up in float64; or, if `adds`, db = db + scale times that sum. */
function sumPanels(dz: usize, samples: i32, cols: i32, db: usize, adds: bool, scale: f32): void {
  const factor = f32x4.splat(scale);
  for (let j = 0; j < cols; j += PANEL, db += ROW) {
    let low0 = f64x2.splat(0);
    let high0 = low0;
    let low1 = low0;
    let high1 = low0;
    for (let left = samples; left > 0; left -= CHAIN) {
      let part0 = f32x4.splat(0);
      let part1 = part0;
      for (const end = dz + <usize>min(left, CHAIN) * ROW; dz < end; dz += ROW) {
        part0 = f32x4.add(part0, v128.load(dz));
        part1 = f32x4.add(part1, v128.load(dz, 16));
      }
      low0 = f64x2.add(low0, lowHalf(part0));
      high0 = f64x2.add(high0, highHalf(part0));
      low1 = f64x2.add(low1, lowHalf(part1));
      high1 = f64x2.add(high1, highHalf(part1));
    }
    let s0 = joinHalves(low0, high0);
    let s1 = joinHalves(low1, high1);
    if (adds) {
      s0 = madd(factor, s0, v128.load(db));
      s1 = madd(factor, s1, v128.load(db, 16));
    }
    v128.store(db, s0);
    v128.store(db, s1, 16);
  }
}

/**
 * Inputs from `first` to `last` of dW = dZ·Aᵀ for the `samples` of a chain, from the sample `start` on; or, if `adds`,
 * dW = dW + scale · dZ·Aᵀ.
 */
function strip(
  op: WeightGradientOp,
  first: i32,
  last: i32,
  start: i32,
  samples: i32,
  adds: bool,
  scale: f32,
): void {
  const strideA = op.strideA;
  const a = op.A + <usize>start * strideA;
  let dz = op.packed + <usize>start * ROW;
  let dw = op.dW;
  for (let offset: usize = 0; offset < (<usize>op.cols) << 2; offset += ROW) {
    let i = first;
    if (isQuarter(op.cols, offset)) {
      for (; i + 16 <= last; i += 16) {
        quarterOfColumns(a + ((<usize>i) << 2), strideA, dz, samples, dw + <usize>i * ROW, adds, scale);
      }
    }
    if (isHalf(op.cols, offset)) {
      for (; i + 8 <= last; i += 8) {
        halfOfColumns(a + ((<usize>i) << 2), strideA, dz, samples, dw + <usize>i * ROW, adds, scale);
      }
    }
    for (; i < last; i += 4) {
      tileOfColumns(a + ((<usize>i) << 2), strideA, dz, samples, dw + <usize>i * ROW, adds, scale);
    }
    dz += op.packedPanelBytes;
    dw += op.panelBytes;
  }
}

/** dW = dZ·Aᵀ and db = dZ·1; or, if `adds`, dW = dW + scale · dZ·Aᵀ and db = db + scale · dZ·1. */
function products(op: WeightGradientOp, adds: bool, scale: f32): void {
  const samples = op.inner;
  packColumns(op.dZ, op.strideZ, samples, op.cols, op.packed);
  sumPanels(op.packed, samples, op.cols, op.db, adds, scale);
  if (op.skipsZeros) {
    for (let s = 0; s < samples; s += CHAIN) {
      gradientOfMasks(op, s, min(samples - s, CHAIN), adds || s > 0, scale);
    }
    return;
  }
  for (let first = 0; first < op.rows; first += STRIP) {
    const last = min(first + STRIP, op.rows);
    for (let s = 0; s < samples; s += CHAIN) {
      strip(op, first, last, s, min(samples - s, CHAIN), adds || s > 0, scale);
    }
  }
}

/** dW = dZ·Aᵀ, db = dZ·1. */
export function weightGradient(instruction: Instruction): void {
  products(changetype<WeightGradientOp>(instruction), false, 1);
}

/** W = W - α·dZ·Aᵀ, b = b - α·dZ·1: gradient and update in one, so that no gradient is stored. */
export function descend(instruction: Instruction, slot: i32): void {
  const op = changetype<WeightGradientOp>(instruction);
  const scale = -(<f32>op.rate(slot));
  // A rate of 0 leaves W as it is, even where a gradient is not finite.
  if (scale === 0) return;
  if (op.inner === 1) {
    descendOfOne(op, scale);
    sumPanels(op.dZ, 1, op.cols, op.db, true, scale);
  } else {
    products(op, true, scale);
  }
}
