/**
 * The gradient of the inputs of a dense layer. W is not transposed: its rows are the columns of the product, and a tile is
 * transposed when it is stored. Each number of dA is one chain of multiply-adds over the units (four chains for a batch of
 * one sample, see single.ts).
 */

import { PANEL } from "../isa";
import { madd } from "../math/simd";
import { Instruction } from "../op";
import { InputGradientOp, ROW } from "./operands";
import { packRows, rowPanelBytes, storeTransposed } from "./panel";
import { inputGradientOfOne } from "./single";

/**
 * c[8 samples][4 inputs] = (w[4 inputs][units] · b[units][8 samples])ᵀ. w: four inputs of the first panel; c: at least
 * `samples` of the eight, in whole fours.
 */
function tileOfWeights(w: usize, ldw: usize, b: usize, units: i32, c: usize, ldc: usize, samples: i32): void {
  let c00 = f32x4.splat(0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  // The loop ends at the last unit: as much as seven eighths of the last panel may be padding.
  const end = b + <usize>units * ROW;
  while (b < end) {
    let a = w;
    const edge = min(b + <usize>PANEL * ROW, end);
    while (b < edge) {
      const b0 = v128.load(b);
      const b1 = v128.load(b, 16);
      let x = v128.load32_splat(a);
      c00 = madd(x, b0, c00);
      c01 = madd(x, b1, c01);
      x = v128.load32_splat(a, 32);
      c10 = madd(x, b0, c10);
      c11 = madd(x, b1, c11);
      x = v128.load32_splat(a, 64);
      c20 = madd(x, b0, c20);
      c21 = madd(x, b1, c21);
      x = v128.load32_splat(a, 96);
      c30 = madd(x, b0, c30);
      c31 = madd(x, b1, c31);
      a += 4;
      b += ROW;
    }
    w += ldw;
  }
  storeTransposed(c00, c10, c20, c30, c, ldc);
  if (samples > 4) storeTransposed(c01, c11, c21, c31, c + 4 * ldc, ldc);
}

/** dA = Wᵀ·dZ, by fours of inputs, and for them by eights of samples. */
export function inputGradient(instruction: Instruction): void {
  const op = changetype<InputGradientOp>(instruction);
  if (op.rows === 1) {
    inputGradientOfOne(op);
    return;
  }
  packRows(op.dZ, op.strideZ, op.rows, op.inner, op.packed);
  const packedPanelBytes = rowPanelBytes(op.inner);
  for (let i = 0; i < op.cols; i += 4) {
    const w = op.W + <usize>i * ROW;
    let packed = op.packed;
    let c = op.dA + ((<usize>i) << 2);
    for (let s = 0; s < op.rows; s += PANEL) {
      tileOfWeights(w, op.panelBytes, packed, op.inner, c, op.strideA, op.rows - s);
      packed += packedPanelBytes;
      c += <usize>PANEL * op.strideA;
    }
  }
}
