/**
 * The three matrix products of a dense layer. Each output is one chain of multiply-adds over the inner extent, from
 * first to last (dW the sum of one chain for every 64 samples), whatever the tiling: blocks change the speed, never
 * the bits.
 *
 * A batch is [samples][features], row by row. A weight matrix lies in panels of eight units, [panel][input][8], so
 * that a tile reads its weights one after the other; inputs are padded to a multiple of four, units to eight, and all
 * padding is 0.
 */

import { PANEL } from "../isa";
import { CHAIN, madd } from "../math/simd";
import { Instruction } from "../op";
import { rateOf } from "../training/optimizer";
import { halfOfColumns, halfOfRows } from "./half";
import { packColumns, packRows, panelsOf, storeTransposed } from "./panel";
import { descendOfOne, inputGradientOfOne } from "./single";
import { ROW, tileOfColumns, tileOfRow, tileOfRows } from "./tile";
import { denseOfLists, gradientOfMasks } from "./zeros";

/** Inner extents are taken in blocks, so that a block of one panel (16 kB) stays in the first-level cache. */
const BLOCK = 512;

/**
 * dW takes inputs in strips of one cache line: the strip of one CHAIN of samples stays in the first-level cache. Chains
 * begin at the same samples whether zeros are skipped or not.
 */
const STRIP = 16;

/** From so many inputs and units on the zeros of a single sample are skipped, however many they are. */
const WIDE = 32;

/** Whether the panel at this byte of a row holds four columns at most. */
function isHalf(cols: i32, offset: usize): bool {
  return ((<usize>cols) << 2) - offset <= ROW >> 1;
}

/**
 * Z = W·A + b: c[rows][cols] = max(a[rows][inner] · W + bias d, floor p0), a floor of 0 being relu and -Infinity
 * none; b: W in panels; f: skip zeros of a, with room for their lists at e.
 */
export function dense(op: Instruction): void {
  if (op.f || (op.rows === 1 && op.inner >= WIDE && op.cols >= WIDE)) {
    denseOfLists(
      op.a,
      op.lda,
      op.rows,
      op.inner,
      op.b,
      op.ldb,
      op.cols,
      op.d,
      op.c,
      op.ldc,
      <f32>op.p0,
      op.e,
    );
    return;
  }
  const inner = op.inner;
  const rows = op.rows;
  const lda = op.lda;
  const ldc = op.ldc;
  for (let k = 0; k < inner; k += BLOCK) {
    const size = min(inner - k, BLOCK);
    const floor: f32 = k + size < inner ? -Infinity : <f32>op.p0;
    const a = op.a + ((<usize>k) << 2);
    let b = op.b + <usize>k * ROW;
    for (let offset: usize = 0; offset < (<usize>op.cols) << 2; offset += ROW, b += op.ldb) {
      let c = op.c + offset;
      // The first block starts from the bias, the others from what the block before left in c.
      let start = k ? c : op.d + offset;
      const lds = k ? ldc : 0;
      let r = 0;
      let row = a;
      if (isHalf(op.cols, offset)) {
        for (; r + 8 <= rows; r += 8, row += 8 * lda, start += 8 * lds, c += 8 * ldc) {
          halfOfRows(row, lda, b, size, start, lds, c, ldc, floor);
        }
      }
      for (; r + 4 <= rows; r += 4, row += 4 * lda, start += 4 * lds, c += 4 * ldc) {
        tileOfRows(row, lda, b, size, start, lds, c, ldc, floor);
      }
      for (; r < rows; r++, row += lda, start += lds, c += ldc) {
        tileOfRow(row, b, size, start, c, floor);
      }
    }
  }
}

/** db = dZ·1, panel after panel: the sum of the samples, or with a step db += step times that. */
function sumPanels(b: usize, samples: i32, cols: i32, db: usize, step: f32): void {
  const rate = f32x4.splat(step);
  for (let j = 0; j < cols; j += PANEL, db += ROW) {
    let s0 = f32x4.splat(0);
    let s1 = s0;
    for (const end = b + <usize>samples * ROW; b < end; b += ROW) {
      s0 = f32x4.add(s0, v128.load(b));
      s1 = f32x4.add(s1, v128.load(b, 16));
    }
    if (step !== 0) {
      s0 = madd(rate, s0, v128.load(db));
      s1 = madd(rate, s1, v128.load(db, 16));
    }
    v128.store(db, s0);
    v128.store(db, s1, 16);
  }
}

/** What the chain from sample s on is multiplied by before it is added to c; 0 stands for c = the chain itself. */
function factor(step: f32, s: i32): f32 {
  return step !== 0 ? step : <f32>i32(s > 0);
}

/**
 * dW = dZ·Aᵀ and db = dZ·1: c (panels) = a[inner samples][rows inputs]ᵀ · b[inner][cols], d = column sums of b;
 * with a step, c += step times that and d likewise, which is the update of plain descent; f: skip zeros of a; e: room
 * for the panels of dZ and the masks.
 */
function products(op: Instruction, step: f32): void {
  const samples = op.inner;
  const panel = <usize>samples * ROW;
  const panels = panel * <usize>panelsOf(op.cols);
  packColumns(op.b, op.ldb, samples, op.cols, op.e);
  sumPanels(op.e, samples, op.cols, op.d, step);
  if (op.f) {
    for (let s = 0; s < samples; s += CHAIN) {
      const size = min(samples - s, CHAIN);
      const a = op.a + <usize>s * op.lda;
      const b = op.e + <usize>s * ROW;
      const scale = factor(step, s);
      gradientOfMasks(a, op.lda, size, op.rows, b, panel, op.cols, op.c, op.ldc, scale, op.e + panels);
    }
    return;
  }
  for (let first = 0; first < op.rows; first += STRIP) {
    const last = min(first + STRIP, op.rows);
    for (let s = 0; s < samples; s += CHAIN) {
      const size = min(samples - s, CHAIN);
      const a = op.a + <usize>s * op.lda;
      const scale = factor(step, s);
      let b = op.e + <usize>s * ROW;
      let c = op.c;
      for (let offset: usize = 0; offset < (<usize>op.cols) << 2; offset += ROW, b += panel, c += op.ldc) {
        let i = first;
        if (isHalf(op.cols, offset)) {
          for (; i + 8 <= last; i += 8) {
            halfOfColumns(a + ((<usize>i) << 2), op.lda, b, size, c + <usize>i * ROW, scale);
          }
        }
        for (; i < last; i += 4) {
          tileOfColumns(a + ((<usize>i) << 2), op.lda, b, size, c + <usize>i * ROW, scale);
        }
      }
    }
  }
}

/** dW = dZ·Aᵀ, db = dZ·1. */
export function weightGradient(op: Instruction): void {
  products(op, 0);
}

/** W = W - α·dZ·Aᵀ, b = b - α·dZ·1, with α of this slot of the rates: gradient and update in one. */
export function descend(op: Instruction, slot: i32): void {
  const step = -(<f32>rateOf(op, slot));
  // A step of 0 would stand for c = the gradient.
  if (step === 0) return;
  if (op.inner === 1) {
    descendOfOne(op.a, op.rows, op.b, op.cols, op.c, op.ldc, step, op.e);
    sumPanels(op.b, 1, op.cols, op.d, step);
  } else {
    products(op, step);
  }
}

/** c[up to 8 samples][4 inputs] = (w[4 inputs][units] · b[units][8 samples])ᵀ; w: four inputs of the first panel. */
function tileOfWeights(w: usize, ldw: usize, b: usize, units: i32, c: usize, ldc: usize, samples: i32): void {
  let c00 = f32x4.splat(0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  // The padding of a last panel, as much as five eighths of the units, is left out.
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
  storeTransposed(c00, c10, c20, c30, c, ldc, samples);
  storeTransposed(c01, c11, c21, c31, c + 4 * ldc, ldc, samples - 4);
}

/**
 * dA = Wᵀ·dZ: c[rows samples][cols inputs] = a[rows][inner units] · Wᵀ with W = b in panels; e: room for the panels
 * of dZᵀ. W is not transposed: the tile is, when it is stored.
 */
export function inputGradient(op: Instruction): void {
  if (op.rows === 1) {
    inputGradientOfOne(op.a, op.inner, op.b, op.ldb, op.cols, op.c);
    return;
  }
  const panel = <usize>((op.inner + PANEL - 1) & -PANEL) * ROW;
  packRows(op.a, op.lda, op.rows, op.inner, op.e);
  for (let i = 0; i < op.cols; i += 4) {
    const w = op.b + <usize>i * ROW;
    let packed = op.e;
    let c = op.c + ((<usize>i) << 2);
    for (let s = 0; s < op.rows; s += PANEL, packed += panel, c += <usize>PANEL * op.ldc) {
      tileOfWeights(w, op.ldb, packed, op.inner, c, op.ldc, op.rows - s);
    }
  }
}
