/**
 * The forward product of a dense layer. Each output is one chain of multiply-adds over the inputs, from the first to the
 * last, whatever the tiles and blocks are: they change the speed, never the bits.
 */

import { Instruction } from "../op";
import { halfOfRows } from "./half";
import { DenseOp, isHalf, ROW } from "./operands";
import { tileOfRow, tileOfRows } from "./tile";
import { denseOfLists } from "./zeros";

/** Inputs of a block: one panel of it, 16 kB, stays in the first-level cache. */
const BLOCK = 512;

/** Layers with at least this many inputs and units skip the zeros of a batch of fewer samples than a tile, even if there are few. */
const WIDE = 32;

/** Z = max(W·A + b, floor), by panels of units, and in a panel by tiles of samples. */
export function dense(instruction: Instruction): void {
  const op = changetype<DenseOp>(instruction);
  if (op.skipsZeros || (op.rows < 4 && op.inner >= WIDE && op.cols >= WIDE)) {
    denseOfLists(op);
    return;
  }
  const inner = op.inner;
  const rows = op.rows;
  const strideA = op.strideA;
  const strideZ = op.strideZ;
  for (let k = 0; k < inner; k += BLOCK) {
    const size = min(inner - k, BLOCK);
    const floor: f32 = k + size < inner ? -Infinity : op.floor;
    const a = op.A + ((<usize>k) << 2);
    let w = op.W + <usize>k * ROW;
    for (let offset: usize = 0; offset < (<usize>op.cols) << 2; offset += ROW, w += op.panelBytes) {
      let z = op.Z + offset;
      // The first block starts from the bias, each further one from what the block before it left in Z.
      let start = k ? z : op.bias + offset;
      const startStride = k ? strideZ : 0;
      let r = 0;
      let row = a;
      if (isHalf(op.cols, offset)) {
        for (; r + 8 <= rows; r += 8, row += 8 * strideA, start += 8 * startStride, z += 8 * strideZ) {
          halfOfRows(row, strideA, w, size, start, startStride, z, strideZ, floor);
        }
      }
      for (; r + 4 <= rows; r += 4, row += 4 * strideA, start += 4 * startStride, z += 4 * strideZ) {
        tileOfRows(row, strideA, w, size, start, startStride, z, strideZ, floor);
      }
      for (; r < rows; r++, row += strideA, start += startStride, z += strideZ) {
        tileOfRow(row, w, size, start, z, floor);
      }
    }
  }
}
