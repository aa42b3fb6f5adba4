/**
 * Products that skip the zeros of their inputs. Real inputs are mostly zeros (81 % of the pixels of MNIST), and a product with
 * zero adds nothing, so the sums keep their bits.
 *
 * A tile skips what all of its rows skip: 81 % of one image, but 61 % of what four images have in common. So a tile has one
 * row by four panels, and a tile of dW two inputs, which as neighbouring pixels are mostly zero together, by two panels. Where
 * panels are missing, the last one takes their places.
 *
 * The scratch of Z = W·A + b, for four samples at a time:
 *
 *      | list 0 | list 1 | list 2 | list 3 | ends of the four lists |
 *
 * A list names the inputs that are not zero, one u32 each: the byte of a panel where the row of the input starts. There is
 * room for all inputs and one vector more, since lists are written four entries at a time.
 *
 * The scratch of dW = dZ·Aᵀ, behind dZ in panels, is a u64 for each pair of inputs: bit s is set if one of the two is not zero
 * in sample s of the chain.
 */

import { PANEL } from "../isa";
import { CHAIN, madd, VECTOR } from "../math/simd";
import { DenseOp, panelsOf, ROW, WeightGradientOp } from "./operands";
import { storeAbove } from "./tile";

/** Panels of a tile. */
const PANELS = 4;

/** Samples whose lists are made together, so that all but the first find the weights of a tile in the cache. */
const SAMPLES: usize = 4;

/** Bits of one lane of a mask; two lanes hold a chain of samples. */
const LANE = CHAIN / 2;

// For each mask of four lanes, bit 0 the first lane: the offsets in a panel of the lanes whose bits are set.
const OFFSETS = memory.data<u16>([
  0, 0, 0, 0, 0, 0, 0, 0, 32, 0, 0, 0, 0, 32, 0, 0, 64, 0, 0, 0, 0, 64, 0, 0, 32, 64, 0, 0, 0, 32, 64, 0, 96,
  0, 0, 0, 0, 96, 0, 0, 32, 96, 0, 0, 0, 32, 96, 0, 64, 96, 0, 0, 0, 64, 96, 0, 32, 64, 96, 0, 0, 32, 64, 96,
]);

/** Lists the inputs of a sample that are not zero. Returns the end of the list. */
export function listInputs(a: usize, inputs: i32, list: usize): usize {
  let offset: i32 = 0;
  for (const end = a + ((<usize>inputs) << 2); a < end; a += VECTOR, offset += 4 * <i32>ROW) {
    const kept = <usize>i32x4.bitmask(f32x4.ne(v128.load(a), f32x4.splat(0)));
    v128.store(list, i32x4.add(i32x4.splat(offset), v128.load_ext<u16>(OFFSETS + (kept << 3))));
    list += popcnt(kept) << 2;
  }
  return list;
}

/** Four panels of one row of Z, from `panel` on: c = max(bias + Σ a · rows of W in the list, floor). */
function rowOfList(op: DenseOp, sample: i32, panel: i32, list: usize, end: usize): void {
  const a = op.A + <usize>sample * op.strideA;
  const w = op.W + <usize>panel * op.panelBytes;
  const start = op.bias + <usize>panel * ROW;
  const c = op.Z + <usize>sample * op.strideZ + <usize>panel * ROW;
  const panels = panelsOf(op.cols) - panel;
  const p1 = <usize>min(1, panels - 1);
  const p2 = <usize>min(2, panels - 1);
  const p3 = <usize>min(3, panels - 1);
  const w1 = w + p1 * op.panelBytes;
  const w2 = w + p2 * op.panelBytes;
  const w3 = w + p3 * op.panelBytes;
  let c00 = v128.load(start);
  let c01 = v128.load(start, 16);
  let c10 = v128.load(start + p1 * ROW);
  let c11 = v128.load(start + p1 * ROW, 16);
  let c20 = v128.load(start + p2 * ROW);
  let c21 = v128.load(start + p2 * ROW, 16);
  let c30 = v128.load(start + p3 * ROW);
  let c31 = v128.load(start + p3 * ROW, 16);
  if (list < end) {
    let at: usize;
    let x: v128;
    // V8 11.3 (Node.js 20) puts all loads before a branch ahead of all sums, too many for its registers: hence a branch halfway.
    for (;;) {
      at = <usize>load<u32>(list);
      x = v128.load32_splat(a + (at >> 3));
      c00 = madd(x, v128.load(w + at), c00);
      c01 = madd(x, v128.load(w + at, 16), c01);
      c10 = madd(x, v128.load(w1 + at), c10);
      c11 = madd(x, v128.load(w1 + at, 16), c11);
      list += 4;
      if (list >= end) break;
      c20 = madd(x, v128.load(w2 + at), c20);
      c21 = madd(x, v128.load(w2 + at, 16), c21);
      c30 = madd(x, v128.load(w3 + at), c30);
      c31 = madd(x, v128.load(w3 + at, 16), c31);
    }
    c20 = madd(x, v128.load(w2 + at), c20);
    c21 = madd(x, v128.load(w2 + at, 16), c21);
    c30 = madd(x, v128.load(w3 + at), c30);
    c31 = madd(x, v128.load(w3 + at, 16), c31);
  }
  const least = f32x4.splat(op.floor);
  storeAbove(c, c00, c01, least);
  storeAbove(c + p1 * ROW, c10, c11, least);
  storeAbove(c + p2 * ROW, c20, c21, least);
  storeAbove(c + p3 * ROW, c30, c31, least);
}

/** Z = max(W·A + b, floor) from the inputs that are not zero. */
export function denseOfLists(op: DenseOp): void {
  const listBytes = (<usize>op.inner + PANEL) << 2;
  const ends = op.scratch + SAMPLES * listBytes;
  for (let first = 0; first < op.rows; first += <i32>SAMPLES) {
    const samples = min(<usize>(op.rows - first), SAMPLES);
    for (let s: usize = 0; s < samples; s++) {
      const a = op.A + (<usize>first + s) * op.strideA;
      store<usize>(ends + (s << 2), listInputs(a, op.inner, op.scratch + s * listBytes));
    }
    for (let panel = 0; panel < panelsOf(op.cols); panel += PANELS) {
      for (let s: usize = 0; s < samples; s++) {
        rowOfList(op, first + <i32>s, panel, op.scratch + s * listBytes, load<usize>(ends + (s << 2)));
      }
    }
  }
}

/** The masks of four columns of a: bit s is set if the column is not zero in row s, of at most 32 rows. */
function markRows(a: usize, lda: usize, rows: i32): v128 {
  let marks = i32x4.splat(0);
  let bit = i32x4.splat(1);
  for (const end = a + <usize>rows * lda; a < end; a += lda) {
    marks = v128.or(marks, v128.and(f32x4.ne(v128.load(a), f32x4.splat(0)), bit));
    bit = i32x4.shl(bit, 1);
  }
  return marks;
}

/** Writes the mask of each pair of inputs, for at most a chain of samples. Returns the end of the masks. */
function markSamples(a: usize, lda: usize, samples: i32, inputs: i32, masks: usize): usize {
  for (let i = 0; i < inputs; i += 4, a += VECTOR, masks += VECTOR) {
    const low = markRows(a, lda, min(samples, LANE));
    const high = markRows(a + LANE * lda, lda, max(samples - LANE, 0));
    const even = v128.shuffle<i32>(low, high, 0, 4, 2, 6);
    const odd = v128.shuffle<i32>(low, high, 1, 5, 3, 7);
    v128.store(masks, v128.or(even, odd));
  }
  return masks;
}

/**
 * Two panels of dW, from `panel` on, for a chain of samples from `first` on and two inputs at a time: dW = Σ a · rows of dZ
 * in the mask, or, if `adds`, dW = dW + scale times that sum.
 */
function pairsOfMasks(
  op: WeightGradientOp,
  first: i32,
  panel: i32,
  end: usize,
  adds: bool,
  scale: f32,
): void {
  const isAlone = panel + 1 === panelsOf(op.cols);
  const b = op.packed + <usize>panel * op.packedPanelBytes + <usize>first * ROW;
  const b1 = isAlone ? b : b + op.packedPanelBytes;
  let c = op.dW + <usize>panel * op.panelBytes;
  let c1 = isAlone ? c : c + op.panelBytes;
  let a = op.A + <usize>first * op.strideA;
  const factor = f32x4.splat(scale);
  for (let masks = op.masks; masks < end; masks += 8, a += 8, c += 2 * ROW, c1 += 2 * ROW) {
    let mask = load<u64>(masks);
    // A sum of no terms adds nothing.
    if (mask === 0 && adds) continue;
    let c00 = f32x4.splat(0);
    let c01 = c00;
    let c02 = c00;
    let c03 = c00;
    let c10 = c00;
    let c11 = c00;
    let c12 = c00;
    let c13 = c00;
    for (; mask; mask &= mask - 1) {
      const s = <usize>ctz(mask);
      const at = s * ROW;
      const row = a + s * op.strideA;
      const b00 = v128.load(b + at);
      const b01 = v128.load(b + at, 16);
      const b10 = v128.load(b1 + at);
      const b11 = v128.load(b1 + at, 16);
      let x = v128.load32_splat(row);
      c00 = madd(x, b00, c00);
      c01 = madd(x, b01, c01);
      c02 = madd(x, b10, c02);
      c03 = madd(x, b11, c03);
      x = v128.load32_splat(row, 4);
      c10 = madd(x, b00, c10);
      c11 = madd(x, b01, c11);
      c12 = madd(x, b10, c12);
      c13 = madd(x, b11, c13);
    }
    if (adds) {
      c00 = madd(factor, c00, v128.load(c));
      c01 = madd(factor, c01, v128.load(c, 16));
      c10 = madd(factor, c10, v128.load(c, 32));
      c11 = madd(factor, c11, v128.load(c, 48));
      c02 = madd(factor, c02, v128.load(c1));
      c03 = madd(factor, c03, v128.load(c1, 16));
      c12 = madd(factor, c12, v128.load(c1, 32));
      c13 = madd(factor, c13, v128.load(c1, 48));
    }
    v128.store(c, c00);
    v128.store(c, c01, 16);
    v128.store(c, c10, 32);
    v128.store(c, c11, 48);
    v128.store(c1, c02);
    v128.store(c1, c03, 16);
    v128.store(c1, c12, 32);
    v128.store(c1, c13, 48);
  }
}

/**
 * dW = dZ·Aᵀ for the `samples` of a chain, from the sample `first` on, or, if `adds`, dW = dW + scale · dZ·Aᵀ; from the inputs
 * that are not zero.
 */
export function gradientOfMasks(
  op: WeightGradientOp,
  first: i32,
  samples: i32,
  adds: bool,
  scale: f32,
): void {
  const end = markSamples(op.A + <usize>first * op.strideA, op.strideA, samples, op.rows, op.masks);
  for (let panel = 0; panel < panelsOf(op.cols); panel += 2) pairsOfMasks(op, first, panel, end, adds, scale);
}
