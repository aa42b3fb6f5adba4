/**
 * Skipping zeros of the input: real inputs are mostly zeros (81 % of the pixels of MNIST), and a product with zero
 * adds nothing, so the sums keep their bits. A list names the inner indices at which any of four rows (or four
 * columns) of A is not zero, and carries the four values. It is used for all panels of the product.
 */

import { PANEL } from "./isa";
import { transposeRows } from "./panel";
import { VECTOR } from "./simd";
import { ROW, tileOfList } from "./tile";

/**
 * Keeps of `count` vectors, the first at `from` and `stride` bytes apart, those that are not all zeros: the vectors at
 * `values` (which may be `from`, since nothing is written ahead of what is read), their offsets in a panel at `list`.
 * Returns the end of the list.
 */
function compact(from: usize, stride: usize, count: i32, values: usize, list: usize): usize {
  let offset: u32 = 0;
  for (const end = from + <usize>count * stride; from < end; from += stride, offset += <u32>ROW) {
    const x = v128.load(from);
    const kept = usize(v128.any_true(f32x4.ne(x, f32x4.splat(0))));
    v128.store(values, x);
    store<u32>(list, offset);
    values += kept << 4;
    list += kept << 2;
  }
  return list;
}

/** c = max(a · W + bias, floor) as in matmul.ts, four rows at a time. */
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
  const width = ((<usize>inner + 3) & -4) << 2;
  const list = scratch + ((<usize>inner + PANEL) << 4);
  for (let r = 0; r < rows; r += 4, a += 4 * lda, c += 4 * ldc) {
    transposeRows(a, lda, rows - r, width, scratch, VECTOR);
    const end = compact(scratch, VECTOR, inner, scratch, list);
    let panel = w;
    for (let offset: usize = 0; offset < (<usize>cols) << 2; offset += ROW, panel += ldw) {
      tileOfList(scratch, list, end, panel, bias + offset, 0, c + offset, ldc, rows - r, floor, 0);
    }
  }
}

/** c = start + aᵀ · b (or with a step c += step times that) as in matmul.ts, for panels b of dZ, four inputs at a time. */
export function gradientOfLists(
  a: usize,
  lda: usize,
  samples: i32,
  inputs: i32,
  b: usize,
  ldb: usize,
  cols: i32,
  c: usize,
  ldc: usize,
  zeros: usize,
  step: f32,
  scratch: usize,
): void {
  const list = scratch + ((<usize>samples + PANEL) << 4);
  for (let i = 0; i < inputs; i += 4, a += VECTOR, c += 4 * ROW) {
    const end = compact(a, lda, samples, scratch, list);
    // Adding zeros moves nothing.
    if (end === list && step !== 0) continue;
    let panel = b;
    let to = c;
    for (let j = 0; j < cols; j += PANEL, panel += ldb, to += ldc) {
      tileOfList(scratch, list, end, panel, zeros, 0, to, ROW, 4, -Infinity, step);
    }
  }
}
