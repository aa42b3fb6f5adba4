/**
 * The three matrix products of a dense layer. Each output is one chain of multiply-adds over the inner extent, from
 * first to last, whatever the tiling: batches and blocks change the speed, never the bits.
 *
 * A batch is [samples][features], row by row. A weight matrix lies in panels of eight units, [panel][input][8], so
 * that a tile reads its weights one after the other and no width makes rows collide in the cache; inputs are padded
 * to a multiple of four, units to eight, and all padding is 0.
 *
 * The tile is four rows by eight columns: eight accumulators, two vectors of B and the broadcasts of A just fit the
 * sixteen registers of x86-64.
 */

import { PANEL } from "./isa";
import { Instruction } from "./op";
import { madd } from "./simd";

const ROW = (<usize>PANEL) << 2;

/** Inner extents are taken in blocks, so that a block of one panel (16 kB) stays in the first-level cache. */
const BLOCK = 512;

/** c[4][8] = max(start[4][8] + a[4][inner] · b[inner][8], floor); rows lda, lds and ldc bytes apart. */
function tile4(
  a: usize,
  lda: usize,
  b: usize,
  inner: i32,
  start: usize,
  lds: usize,
  c: usize,
  ldc: usize,
  floor: f32,
): void {
  let a1 = a + lda;
  let a2 = a1 + lda;
  let a3 = a2 + lda;
  let c00 = v128.load(start);
  let c01 = v128.load(start, 16);
  let c10 = v128.load(start + lds);
  let c11 = v128.load(start + lds, 16);
  let c20 = v128.load(start + 2 * lds);
  let c21 = v128.load(start + 2 * lds, 16);
  let c30 = v128.load(start + 3 * lds);
  let c31 = v128.load(start + 3 * lds, 16);
  const end = b + <usize>inner * ROW;
  while (b < end) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let x = v128.load32_splat(a);
    c00 = madd(x, b0, c00);
    c01 = madd(x, b1, c01);
    x = v128.load32_splat(a1);
    c10 = madd(x, b0, c10);
    c11 = madd(x, b1, c11);
    x = v128.load32_splat(a2);
    c20 = madd(x, b0, c20);
    c21 = madd(x, b1, c21);
    x = v128.load32_splat(a3);
    c30 = madd(x, b0, c30);
    c31 = madd(x, b1, c31);
    a += 4;
    a1 += 4;
    a2 += 4;
    a3 += 4;
    b += ROW;
  }
  const least = f32x4.splat(floor);
  v128.store(c, f32x4.pmax(c00, least));
  v128.store(c, f32x4.pmax(c01, least), 16);
  v128.store(c + ldc, f32x4.pmax(c10, least));
  v128.store(c + ldc, f32x4.pmax(c11, least), 16);
  v128.store(c + 2 * ldc, f32x4.pmax(c20, least));
  v128.store(c + 2 * ldc, f32x4.pmax(c21, least), 16);
  v128.store(c + 3 * ldc, f32x4.pmax(c30, least));
  v128.store(c + 3 * ldc, f32x4.pmax(c31, least), 16);
}

/** The same for one row. */
function tile1(a: usize, b: usize, inner: i32, start: usize, c: usize, floor: f32): void {
  let c0 = v128.load(start);
  let c1 = v128.load(start, 16);
  const end = b + <usize>inner * ROW;
  while (b < end) {
    const x = v128.load32_splat(a);
    c0 = madd(x, v128.load(b), c0);
    c1 = madd(x, v128.load(b, 16), c1);
    a += 4;
    b += ROW;
  }
  const least = f32x4.splat(floor);
  v128.store(c, f32x4.pmax(c0, least));
  v128.store(c, f32x4.pmax(c1, least), 16);
}

/** c[rows][cols] = max(a[rows][inner] · W + bias d, floor p0): a floor of 0 is relu, -Infinity none. b: W. */
export function dense(op: Instruction): void {
  const inner = op.inner;
  for (let k = 0; k < inner; k += BLOCK) {
    const size = min(inner - k, BLOCK);
    const floor: f32 = k + size < inner ? -Infinity : <f32>op.p0;
    const a = op.a + ((<usize>k) << 2);
    let b = op.b + <usize>k * ROW;
    for (let offset: usize = 0; offset < (<usize>op.cols) << 2; offset += ROW, b += op.ldb) {
      let c = op.c + offset;
      // The first block starts from the bias, the others from what the block before left in c.
      let start = k ? c : op.d + offset;
      const lds = k ? op.ldc : 0;
      let r = 0;
      let row = a;
      for (; r + 4 <= op.rows; r += 4, row += 4 * op.lda, start += 4 * lds, c += 4 * op.ldc) {
        tile4(row, op.lda, b, size, start, lds, c, op.ldc, floor);
      }
      for (; r < op.rows; r++, row += op.lda, start += lds, c += op.ldc) tile1(row, b, size, start, c, floor);
    }
  }
}

/** c[4][8] = a[inner][4]ᵀ · b[inner][8], added to c unless `first`. Rows of c lie side by side, as in a panel. */
function tileT(a: usize, lda: usize, b: usize, inner: i32, c: usize, first: bool): void {
  let c00 = f32x4.splat(0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  if (!first) {
    c00 = v128.load(c);
    c01 = v128.load(c, 16);
    c10 = v128.load(c, 32);
    c11 = v128.load(c, 48);
    c20 = v128.load(c, 64);
    c21 = v128.load(c, 80);
    c30 = v128.load(c, 96);
    c31 = v128.load(c, 112);
  }
  const end = b + <usize>inner * ROW;
  while (b < end) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let x = v128.load32_splat(a);
    c00 = madd(x, b0, c00);
    c01 = madd(x, b1, c01);
    x = v128.load32_splat(a, 4);
    c10 = madd(x, b0, c10);
    c11 = madd(x, b1, c11);
    x = v128.load32_splat(a, 8);
    c20 = madd(x, b0, c20);
    c21 = madd(x, b1, c21);
    x = v128.load32_splat(a, 12);
    c30 = madd(x, b0, c30);
    c31 = madd(x, b1, c31);
    a += lda;
    b += ROW;
  }
  v128.store(c, c00);
  v128.store(c, c01, 16);
  v128.store(c, c10, 32);
  v128.store(c, c11, 48);
  v128.store(c, c20, 64);
  v128.store(c, c21, 80);
  v128.store(c, c30, 96);
  v128.store(c, c31, 112);
}

/** Copies dZ into panels [panel][sample][8] at `to`, one after the other. */
function packPanels(from: usize, stride: usize, samples: i32, cols: i32, to: usize): void {
  for (let offset: usize = 0; offset < (<usize>cols) << 2; offset += ROW) {
    let row = from + offset;
    for (let s = 0; s < samples; s++, row += stride, to += ROW) {
      v128.store(to, v128.load(row));
      v128.store(to, v128.load(row, 16), 16);
    }
  }
}

/** One panel of db: the sum of its samples. */
function sumPanel(b: usize, samples: i32, to: usize): void {
  let s0 = f32x4.splat(0);
  let s1 = s0;
  const end = b + <usize>samples * ROW;
  for (; b < end; b += ROW) {
    s0 = f32x4.add(s0, v128.load(b));
    s1 = f32x4.add(s1, v128.load(b, 16));
  }
  v128.store(to, s0);
  v128.store(to, s1, 16);
}

/**
 * dW = dZ·Aᵀ and db = dZ·1: c (panels) = a[inner samples][rows inputs]ᵀ · b[inner][cols], d = column sums of b;
 * e: room for the panels of dZ.
 */
export function weightGradient(op: Instruction): void {
  const samples = op.inner;
  const panel = <usize>samples * ROW;
  packPanels(op.b, op.ldb, samples, op.cols, op.e);
  let db = op.d;
  let packed = op.e;
  for (let j = 0; j < op.cols; j += PANEL, packed += panel, db += ROW) sumPanel(packed, samples, db);
  for (let s = 0; s < samples; s += BLOCK) {
    const size = min(samples - s, BLOCK);
    const rows = op.a + <usize>s * op.lda;
    // Four inputs stay in the cache while all panels pass.
    for (let i = 0; i < op.rows; i += 4) {
      let b = op.e + <usize>s * ROW;
      let c = op.c + <usize>i * ROW;
      for (let j = 0; j < op.cols; j += PANEL, b += panel, c += op.ldc) {
        tileT(rows + ((<usize>i) << 2), op.lda, b, size, c, s === 0);
      }
    }
  }
}

/** Writes the transpose of four vectors to four rows of c. */
function storeTransposed(x0: v128, x1: v128, x2: v128, x3: v128, c: usize, ldc: usize, rows: i32): void {
  const low01 = v128.shuffle<f32>(x0, x1, 0, 4, 1, 5);
  const low23 = v128.shuffle<f32>(x2, x3, 0, 4, 1, 5);
  const high01 = v128.shuffle<f32>(x0, x1, 2, 6, 3, 7);
  const high23 = v128.shuffle<f32>(x2, x3, 2, 6, 3, 7);
  if (rows > 0) v128.store(c, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5));
  if (rows > 1) v128.store(c + ldc, v128.shuffle<f32>(low01, low23, 2, 3, 6, 7));
  if (rows > 2) v128.store(c + 2 * ldc, v128.shuffle<f32>(high01, high23, 0, 1, 4, 5));
  if (rows > 3) v128.store(c + 3 * ldc, v128.shuffle<f32>(high01, high23, 2, 3, 6, 7));
}

/** c[up to 8 samples][4 inputs] = (w[4 inputs][units] · b[units][8 samples])ᵀ; w: four inputs of the first panel. */
function tileW(w: usize, ldw: usize, b: usize, units: i32, c: usize, ldc: usize, samples: i32): void {
  let c00 = f32x4.splat(0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  const end = b + <usize>units * ROW;
  while (b < end) {
    let a = w;
    const edge = b + <usize>PANEL * ROW;
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

/** Copies dZ into panels of eight samples, [panel][unit][8], with zeros where samples or units end. */
function packTransposed(from: usize, stride: usize, samples: i32, cols: i32, to: usize): void {
  const units = (cols + PANEL - 1) & -PANEL;
  for (let s = 0; s < samples; s += PANEL) {
    for (let u = 0; u < units; u++) {
      let element = from + <usize>s * stride + ((<usize>u) << 2);
      for (let i = 0; i < PANEL; i++, to += 4, element += stride) {
        store<f32>(to, s + i < samples ? load<f32>(element) : 0);
      }
    }
  }
}

/**
 * dA = Wᵀ·dZ: c[rows samples][cols inputs] = a[rows][inner units] · Wᵀ with W = b in panels; e: room for the panels
 * of dZᵀ. W is not transposed: the tile is, when it is stored.
 */
export function inputGradient(op: Instruction): void {
  const units = (op.inner + PANEL - 1) & -PANEL;
  const panel = <usize>units * ROW;
  packTransposed(op.a, op.lda, op.rows, op.inner, op.e);
  for (let i = 0; i < op.cols; i += 4) {
    const w = op.b + <usize>i * ROW;
    let packed = op.e;
    let c = op.c + ((<usize>i) << 2);
    for (let s = 0; s < op.rows; s += PANEL, packed += panel, c += <usize>PANEL * op.ldc) {
      tileW(w, op.ldb, packed, units, c, op.ldc, op.rows - s);
    }
  }
}
