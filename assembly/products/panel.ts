/** Copies of a batch in the order in which a tile reads it. */

import { PANEL } from "../isa";
import { VECTOR } from "../math/simd";
import { ROW } from "./operands";

/** Copies a batch into panels of eight columns, [panel][row][8], one after the other. */
export function packColumns(from: usize, stride: usize, rows: i32, cols: i32, to: usize): void {
  for (let offset: usize = 0; offset < (<usize>cols) << 2; offset += ROW) {
    let row = from + offset;
    for (let r = 0; r < rows; r++, row += stride, to += ROW) {
      v128.store(to, v128.load(row));
      v128.store(to, v128.load(row, 16), 16);
    }
  }
}

/** Stores the transpose of four vectors as four vectors, `gap` bytes apart. */
export function storeTransposed(x0: v128, x1: v128, x2: v128, x3: v128, to: usize, gap: usize): void {
  const low01 = v128.shuffle<f32>(x0, x1, 0, 4, 1, 5);
  const low23 = v128.shuffle<f32>(x2, x3, 0, 4, 1, 5);
  const high01 = v128.shuffle<f32>(x0, x1, 2, 6, 3, 7);
  const high23 = v128.shuffle<f32>(x2, x3, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5));
  v128.store(to + gap, v128.shuffle<f32>(low01, low23, 2, 3, 6, 7));
  v128.store(to + 2 * gap, v128.shuffle<f32>(high01, high23, 0, 1, 4, 5));
  v128.store(to + 3 * gap, v128.shuffle<f32>(high01, high23, 2, 3, 6, 7));
}

/**
 * Stores the transpose of four rows: one vector for each column, `gap` bytes apart. `width` is the bytes of a row, a multiple
 * of 16. If fewer than four rows are left, zeros take the places of the others.
 */
export function transposeRows(
  row: usize,
  stride: usize,
  rows: i32,
  width: usize,
  to: usize,
  gap: usize,
): void {
  if (rows < 4) {
    transposeRest(row, stride, rows, width, to, gap);
    return;
  }
  for (const end = row + width; row < end; row += VECTOR, to += 4 * gap) {
    const x0 = v128.load(row);
    const x1 = v128.load(row + stride);
    const x2 = v128.load(row + 2 * stride);
    const x3 = v128.load(row + 3 * stride);
    storeTransposed(x0, x1, x2, x3, to, gap);
  }
}

/** transposeRows for fewer than four rows. */
function transposeRest(row: usize, stride: usize, rows: i32, width: usize, to: usize, gap: usize): void {
  for (const end = row + width; row < end; row += 4, to += gap) {
    v128.store(to, f32x4.splat(0));
    for (let r = 0; r < rows; r++) store<f32>(to + ((<usize>r) << 2), load<f32>(row + <usize>r * stride));
  }
}

/** Bytes of a panel of eight rows of `cols` columns, a multiple of four. */
export function rowPanelBytes(cols: i32): usize {
  return <usize>((cols + 3) & -4) * ROW;
}

/** Copies the transpose of a batch into panels of eight rows, [panel][column][8]; zeros where rows and columns end. */
export function packRows(from: usize, stride: usize, rows: i32, cols: i32, to: usize): void {
  const width = rowPanelBytes(cols) >> 3;
  for (let r = 0; r < rows; r += PANEL, from += 8 * stride, to += width << 3) {
    transposeRows(from, stride, rows - r, width, to, ROW);
    transposeRows(from + 4 * stride, stride, rows - r - 4, width, to + VECTOR, ROW);
  }
}
