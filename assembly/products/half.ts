/**
 * The half tiles, for a panel of at most four columns: eight rows by four columns, in place of two tiles of four rows whose
 * other half would be padding.
 */

import { madd } from "../math/simd";
import { ROW } from "./operands";

/** c[8][4] = max(start[8][4] + a[8][inner] · b[inner][4], floor); the rows are lda, lds, and ldc bytes apart. */
export function halfOfRows(
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
  let a4 = a3 + lda;
  let a5 = a4 + lda;
  let a6 = a5 + lda;
  let a7 = a6 + lda;
  let c0 = v128.load(start);
  let c1 = v128.load(start + lds);
  let c2 = v128.load(start + 2 * lds);
  let c3 = v128.load(start + 3 * lds);
  let c4 = v128.load(start + 4 * lds);
  let c5 = v128.load(start + 5 * lds);
  let c6 = v128.load(start + 6 * lds);
  let c7 = v128.load(start + 7 * lds);
  const end = b + <usize>inner * ROW;
  while (b < end) {
    const x = v128.load(b);
    c0 = madd(v128.load32_splat(a), x, c0);
    c1 = madd(v128.load32_splat(a1), x, c1);
    c2 = madd(v128.load32_splat(a2), x, c2);
    c3 = madd(v128.load32_splat(a3), x, c3);
    c4 = madd(v128.load32_splat(a4), x, c4);
    c5 = madd(v128.load32_splat(a5), x, c5);
    c6 = madd(v128.load32_splat(a6), x, c6);
    c7 = madd(v128.load32_splat(a7), x, c7);
    a += 4;
    a1 += 4;
    a2 += 4;
    a3 += 4;
    a4 += 4;
    a5 += 4;
    a6 += 4;
    a7 += 4;
    b += ROW;
  }
  const least = f32x4.splat(floor);
  v128.store(c, f32x4.pmax(c0, least));
  v128.store(c + ldc, f32x4.pmax(c1, least));
  v128.store(c + 2 * ldc, f32x4.pmax(c2, least));
  v128.store(c + 3 * ldc, f32x4.pmax(c3, least));
  v128.store(c + 4 * ldc, f32x4.pmax(c4, least));
  v128.store(c + 5 * ldc, f32x4.pmax(c5, least));
  v128.store(c + 6 * ldc, f32x4.pmax(c6, least));
  v128.store(c + 7 * ldc, f32x4.pmax(c7, least));
}

/** c = a[inner][8]ᵀ · b[inner][4], or, if `adds`, c = c + scale · a[inner][8]ᵀ · b[inner][4]; A and c as in tileOfColumns. */
export function halfOfColumns(
  a: usize,
  lda: usize,
  b: usize,
  inner: i32,
  c: usize,
  adds: bool,
  scale: f32,
): void {
  let c0 = f32x4.splat(0);
  let c1 = c0;
  let c2 = c0;
  let c3 = c0;
  let c4 = c0;
  let c5 = c0;
  let c6 = c0;
  let c7 = c0;
  const end = b + <usize>inner * ROW;
  while (b < end) {
    const x = v128.load(b);
    c0 = madd(v128.load32_splat(a), x, c0);
    c1 = madd(v128.load32_splat(a, 4), x, c1);
    c2 = madd(v128.load32_splat(a, 8), x, c2);
    c3 = madd(v128.load32_splat(a, 12), x, c3);
    c4 = madd(v128.load32_splat(a, 16), x, c4);
    c5 = madd(v128.load32_splat(a, 20), x, c5);
    c6 = madd(v128.load32_splat(a, 24), x, c6);
    c7 = madd(v128.load32_splat(a, 28), x, c7);
    a += lda;
    b += ROW;
  }
  if (adds) {
    const factor = f32x4.splat(scale);
    c0 = madd(factor, c0, v128.load(c));
    c1 = madd(factor, c1, v128.load(c, 32));
    c2 = madd(factor, c2, v128.load(c, 64));
    c3 = madd(factor, c3, v128.load(c, 96));
    c4 = madd(factor, c4, v128.load(c, 128));
    c5 = madd(factor, c5, v128.load(c, 160));
    c6 = madd(factor, c6, v128.load(c, 192));
    c7 = madd(factor, c7, v128.load(c, 224));
  }
  v128.store(c, c0);
  v128.store(c, c1, 32);
  v128.store(c, c2, 64);
  v128.store(c, c3, 96);
  v128.store(c, c4, 128);
  v128.store(c, c5, 160);
  v128.store(c, c6, 192);
  v128.store(c, c7, 224);
}
