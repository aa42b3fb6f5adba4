/**
 * Skipping zeros of the input: real inputs are mostly zeros (81 % of the pixels of MNIST), and a product with zero
 * adds nothing, so the sums keep their bits. The fewer rows a tile has the more it skips: 81 % of one image, 61 % of
 * what four have in common. So its tiles are one row by four panels, and those of dW two rows by two panels, since
 * pixels side by side are zero together. Where panels are missing, the last one takes their places.
 */

import { PANEL } from "../isa";
import { madd, VECTOR } from "../math/simd";
import { panelsOf } from "./panel";
import { ROW, store2 } from "./tile";

/** Panels of a tile. */
const PANELS = 4;

/** Samples whose lists are made at once, so that all but the first find the weights of a tile in the cache. */
const SAMPLES: usize = 4;

/** Bits of one lane of a mask. */
const LANE = 32;

// For each mask of four lanes, bit 0 the first: the offsets in a panel of those whose bits are set.
const OFFSETS = memory.data<u16>([
  0, 0, 0, 0, 0, 0, 0, 0, 32, 0, 0, 0, 0, 32, 0, 0, 64, 0, 0, 0, 0, 64, 0, 0, 32, 64, 0, 0, 0, 32, 64, 0, 96,
  0, 0, 0, 0, 96, 0, 0, 32, 96, 0, 0, 0, 32, 96, 0, 64, 96, 0, 0, 0, 64, 96, 0, 32, 64, 96, 0, 0, 32, 64, 96,
]);

/** Lists the inputs of a sample that are not zero, as offsets in a panel. Returns the end of the list. */
export function listInputs(a: usize, inputs: i32, list: usize): usize {
  let offset: i32 = 0;
  for (const end = a + ((<usize>inputs) << 2); a < end; a += VECTOR, offset += 4 * <i32>ROW) {
    const kept = <usize>i32x4.bitmask(f32x4.ne(v128.load(a), f32x4.splat(0)));
    v128.store(list, i32x4.add(i32x4.splat(offset), v128.load_ext<u16>(OFFSETS + (kept << 3))));
    list += popcnt(kept) << 2;
  }
  return list;
}

/** Up to four panels, one after the other: c[panels] = max(start[panels] + Σ a · rows of W in the list, floor). */
function rowOfList(
  a: usize,
  list: usize,
  end: usize,
  w: usize,
  ldw: usize,
  start: usize,
  c: usize,
  panels: i32,
  floor: f32,
): void {
  const p1 = <usize>min(1, panels - 1);
  const p2 = <usize>min(2, panels - 1);
  const p3 = <usize>min(3, panels - 1);
  const w1 = w + p1 * ldw;
  const w2 = w + p2 * ldw;
  const w3 = w + p3 * ldw;
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
    // V8 11.3 (Node.js 20) puts all loads up to a branch before all sums, too many for its registers: hence one halfway.
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
  const least = f32x4.splat(floor);
  store2(c, c00, c01, least);
  store2(c + p1 * ROW, c10, c11, least);
  store2(c + p2 * ROW, c20, c21, least);
  store2(c + p3 * ROW, c30, c31, least);
}

/** c = max(a · W + bias, floor) as in matmul.ts; scratch: room for the lists of four samples, and their ends. */
export function denseOfLists(
  a: usize,
  lda: usize,
  rows: i32,
  inner: i32,
  w: usize,
  ldw: usize,
  cols: i32,
  bias: usize,
  c: usize,
  ldc: usize,
  floor: f32,
  scratch: usize,
): void {
  const size = (<usize>inner + PANEL) << 2;
  const ends = scratch + SAMPLES * size;
  for (let r = 0; r < rows; r += <i32>SAMPLES, a += SAMPLES * lda, c += SAMPLES * ldc) {
    const count = min(<usize>(rows - r), SAMPLES);
    for (let k: usize = 0; k < count; k++) {
      store<usize>(ends + (k << 2), listInputs(a + k * lda, inner, scratch + k * size));
    }
    let panel = w;
    let offset: usize = 0;
    for (let left = panelsOf(cols); left > 0; left -= PANELS) {
      for (let k: usize = 0; k < count; k++) {
        const list = scratch + k * size;
        const end = load<usize>(ends + (k << 2));
        rowOfList(a + k * lda, list, end, panel, ldw, bias + offset, c + k * ldc + offset, left, floor);
      }
      panel += PANELS * ldw;
      offset += PANELS * ROW;
    }
  }
}

/** For each of four columns of a: bit s says whether it is not zero in row s of at most 32. */
function markRows(a: usize, lda: usize, rows: i32): v128 {
  let marks = i32x4.splat(0);
  let bit = i32x4.splat(1);
  for (const end = a + <usize>rows * lda; a < end; a += lda) {
    marks = v128.or(marks, v128.and(f32x4.ne(v128.load(a), f32x4.splat(0)), bit));
    bit = i32x4.shl(bit, 1);
  }
  return marks;
}

/** Masks of the samples in which an input or its neighbour is not zero, 8 bytes a pair. Returns their end. */
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
 * The two panels b and b1 of dZ make the panels c and c1, two inputs at a time: c = Σ a · rows of b in the mask, or with
 * a step c += step times that.
 */
function pairsOfMasks(
  a: usize,
  lda: usize,
  masks: usize,
  end: usize,
  b: usize,
  b1: usize,
  c: usize,
  c1: usize,
  step: f32,
): void {
  const factor = f32x4.splat(step);
  for (; masks < end; masks += 8, a += 8, c += 2 * ROW, c1 += 2 * ROW) {
    let mask = load<u64>(masks);
    // Adding zeros moves nothing.
    if (mask === 0 && step !== 0) continue;
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
      const row = a + s * lda;
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
    if (step !== 0) {
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

/** c = aᵀ · b, or with a step c += step times that, as in matmul.ts, for panels b of dZ; masks: room for 8 bytes a pair. */
export function gradientOfMasks(
  a: usize,
  lda: usize,
  samples: i32,
  inputs: i32,
  b: usize,
  ldb: usize,
  cols: i32,
  c: usize,
  ldc: usize,
  step: f32,
  masks: usize,
): void {
  const end = markSamples(a, lda, samples, inputs, masks);
  for (let left = panelsOf(cols); left > 0; left -= 2, b += 2 * ldb, c += 2 * ldc) {
    const b1 = left > 1 ? b + ldb : b;
    const c1 = left > 1 ? c + ldc : c;
    pairsOfMasks(a, lda, masks, end, b, b1, c, c1, step);
  }
}
