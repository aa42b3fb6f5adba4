/**
 * The register tile: four rows by eight columns of a product. Eight accumulators, two vectors of B, and the broadcasts of A
 * just fit the sixteen registers of x86-64. The two loops differ in how A lies. Each is written in the form that V8 compiles
 * best: unrolled in the source it takes a third longer.
 */

import { madd } from "../math/simd";
import { ROW } from "./operands";

/** c = max(x, floor) for two vectors. */
export function storeAbove(c: usize, x0: v128, x1: v128, floor: v128): void {
  v128.store(c, f32x4.pmax(x0, floor));
  v128.store(c, f32x4.pmax(x1, floor), 16);
}

/** c[4][8] = max(start[4][8] + a[4][inner] · b[inner][8], floor); the rows are lda, lds, and ldc bytes apart. */
export function tileOfRows(
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
  storeAbove(c, c00, c01, least);
  storeAbove(c + ldc, c10, c11, least);
  storeAbove(c + 2 * ldc, c20, c21, least);
  storeAbove(c + 3 * ldc, c30, c31, least);
}

/** tileOfRows for one row. */
export function tileOfRow(a: usize, b: usize, inner: i32, start: usize, c: usize, floor: f32): void {
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
  storeAbove(c, c0, c1, f32x4.splat(floor));
}

/**
 * c = a[inner][4]ᵀ · b[inner][8], or, if `adds`, c = c + scale · a[inner][4]ᵀ · b[inner][8]. A lies as four columns, lda bytes
 * from one row to the next; c is four rows of a panel.
 */
export function tileOfColumns(
  a: usize,
  lda: usize,
  b: usize,
  inner: i32,
  c: usize,
  adds: bool,
  scale: f32,
): void {
  let c00 = f32x4.splat(0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
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
  if (adds) {
    const factor = f32x4.splat(scale);
    c00 = madd(factor, c00, v128.load(c));
    c01 = madd(factor, c01, v128.load(c, 16));
    c10 = madd(factor, c10, v128.load(c, 32));
    c11 = madd(factor, c11, v128.load(c, 48));
    c20 = madd(factor, c20, v128.load(c, 64));
    c21 = madd(factor, c21, v128.load(c, 80));
    c30 = madd(factor, c30, v128.load(c, 96));
    c31 = madd(factor, c31, v128.load(c, 112));
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
