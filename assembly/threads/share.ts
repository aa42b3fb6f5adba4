/**
 * The shares of an instruction: the same kernel over a part of the outputs, one for each thread. A number is computed by one
 * thread alone, by the operations of a single one, so that any number of threads gives the same bits; no sum is ever split.
 *
 *      rows      samples of a batch: forward pass, activations, gradients of inputs
 *      parts     panels of units or inputs of dW; columns of batchNorm; lengths of vectors in the update
 *      alone     sums over a batch, such as the loss: the first thread computes them
 *
 * A thread that goes on to another instruction over the same rows reads only rows that it has written itself.
 */

import { OP_BYTES, Op, PANEL, RANDOM_BYTES } from "../isa";
import { VECTOR } from "../math/simd";
import { Instruction } from "../op";
import { panelsOf, ROW } from "../products/operands";

/** How an instruction is split. */
export enum Split {
  alone,
  rows,
  parts,
}

/** The unit of a split by columns or along a vector: the floats of a cache line, which two threads should not write. */
const LINE = 16;

/** dW is split by panels if each thread gets at least this many, else by inputs. */
const FEW_PANELS = 4;

/** How the instruction is split. */
export function splitOf(op: Instruction): Split {
  switch (op.kind) {
    case Op.gather:
    case Op.oneHot:
    case Op.smooth:
    case Op.dense:
    case Op.activate:
    case Op.dropout:
    case Op.noise:
    case Op.layerNorm:
    case Op.scale:
    case Op.prelu:
    case Op.link:
    case Op.unlink:
    case Op.scatter:
    case Op.silence:
    case Op.derive:
    case Op.inputGradient:
      return Split.rows;
    case Op.batchNorm:
    case Op.batchNormGradient:
    case Op.scaleGradient:
    case Op.preluGradient:
    case Op.weightGradient:
    case Op.descend:
    case Op.clipValue:
    case Op.update:
    case Op.maxNorm:
    case Op.combine:
      return Split.parts;
    case Op.penalize:
      // The penalties themselves are a sum.
      return op.d ? Split.alone : Split.parts;
    default:
      return Split.alone;
  }
}

/** The first of `count` blocks that the thread of this rank has. The first thread has one if there are any. */
function firstBlock(count: i32, rank: i32, threads: i32): i32 {
  return <i32>((<i64>count * rank + threads - 1) / threads);
}

/** Moves an operand, unless there is none. */
function moved(address: usize, bytes: usize): usize {
  return address ? address + bytes : 0;
}

/** Rounds bytes up to whole cache lines. */
function lines(bytes: usize): usize {
  return (bytes + 63) & ~63;
}

/**
 * The first row of a rank: a multiple of four, the rows of a tile. The rows beyond the last four belong to it, so that no
 * share is one row of several: for a single row dA is summed in another order.
 */
function firstRow(rows: i32, rank: i32, threads: i32): i32 {
  const fours = max(rows >> 2, 1);
  const four = firstBlock(fours, rank, threads);
  return four < fours ? 4 * four : rows;
}

/** Leaves the rows of a rank. */
function takeRows(op: Instruction, rank: i32, threads: i32): void {
  const rows = op.rows;
  const first = firstRow(rows, rank, threads);
  op.rows = firstRow(rows, rank + 1, threads) - first;
  const skipped = <usize>first;
  switch (op.kind) {
    case Op.gather:
    case Op.oneHot:
      // Of the order; the table stays.
      op.b += skipped << 2;
      op.c += skipped * op.ldc;
      return;
    case Op.scatter:
      op.a += skipped * op.lda;
      op.c += skipped * ((<usize>op.cols) << 2);
      return;
    case Op.silence:
      op.a += skipped * op.lda;
      op.h = moved(op.h, skipped << 2);
      return;
    case Op.derive:
    case Op.unlink:
      op.b += skipped * op.ldb;
      break;
    case Op.dropout:
    case Op.noise:
      op.inner = first;
      op.e += <usize>rank * RANDOM_BYTES;
      break;
    case Op.layerNorm:
      op.h += skipped * VECTOR;
      break;
    case Op.dense:
      // Four lists of inputs with their ends.
      op.e += <usize>rank * lines(16 * <usize>(op.inner + PANEL) + 16);
      break;
    case Op.inputGradient:
      // dZ in panels of eight samples.
      op.e += <usize>rank * lines(<usize>panelsOf(rows) * ROW * <usize>((op.inner + PANEL - 1) & -PANEL));
      break;
  }
  op.a += skipped * op.lda;
  op.c += skipped * op.ldc;
}

/** Leaves the columns of a rank; with the bytes of the columns before them. */
function takeColumns(op: Instruction, rank: i32, threads: i32): usize {
  const cols = op.cols;
  const count = (cols + LINE - 1) / LINE;
  const first = LINE * firstBlock(count, rank, threads);
  op.cols = min(LINE * firstBlock(count, rank + 1, threads), cols) - first;
  return (<usize>first) << 2;
}

/** Leaves the panels of a rank, in pairs, which are what a product that skips zeros takes at a time. Returns the first one. */
function takePanels(op: Instruction, rank: i32, threads: i32): usize {
  const cols = op.cols;
  const pairs = (panelsOf(cols) + 1) >> 1;
  const first = 2 * firstBlock(pairs, rank, threads);
  op.cols = min(2 * PANEL * firstBlock(pairs, rank + 1, threads), cols) - PANEL * first;
  return <usize>first;
}

/** Leaves the units or the inputs of dW and db that a rank has. Each rank has scratch of its own. */
function takeWeights(op: Instruction, rank: i32, threads: i32): void {
  const panels = <usize>panelsOf(op.cols);
  // A sum of db that is not used; dZ in panels; the masks of the inputs, or their list.
  op.e += <usize>rank * lines(panels * ROW * <usize>(op.inner + 1) + 4 * <usize>(op.rows + PANEL));
  if (panelsOf(op.cols) >= FEW_PANELS * threads) {
    const first = takePanels(op, rank, threads);
    op.b += first * ROW;
    op.c += first * op.ldc;
    op.d += first * ROW;
    return;
  }
  const rows = op.rows;
  const count = (rows + LINE - 1) / LINE;
  const first = LINE * firstBlock(count, rank, threads);
  op.rows = min(LINE * firstBlock(count, rank + 1, threads), rows) - first;
  op.a += (<usize>first) << 2;
  op.c += <usize>first * ROW;
  // Only the first rank has db.
  if (rank > 0) op.d = op.e;
  op.e += panels * ROW;
}

/** Leaves the part of a rank. @param cell two float64 that it may use. */
function takePart(op: Instruction, rank: i32, threads: i32, cell: usize): void {
  if (op.kind === Op.weightGradient || op.kind === Op.descend) {
    takeWeights(op, rank, threads);
    return;
  }
  if (op.kind === Op.maxNorm) {
    op.c += takePanels(op, rank, threads) * op.ldc;
    return;
  }
  const isNorm = op.kind === Op.batchNorm || op.kind === Op.batchNormGradient;
  if (isNorm) op.inner = op.cols;
  const bytes = takeColumns(op, rank, threads);
  op.a += bytes;
  op.b = moved(op.b, bytes);
  op.c = moved(op.c, bytes);
  op.e = moved(op.e, bytes);
  op.g = moved(op.g, bytes);
  if (op.kind === Op.update) {
    // Each rank computes the product of momenta by itself.
    store<f64>(cell, 0, 8);
    if (rank > 0) op.h = cell;
    return;
  }
  op.d = moved(op.d, bytes);
  if (isNorm) op.h += bytes;
}

/** Copies an instruction. */
function copy(from: Instruction, to: Instruction): void {
  const source = changetype<usize>(from);
  const target = changetype<usize>(to);
  for (let at: usize = 0; at < <usize>OP_BYTES; at += VECTOR) v128.store(target + at, v128.load(source + at));
}

/**
 * Makes the share of a rank of an instruction.
 * @param share where it goes. @param cell two float64 that it may use.
 * @returns false if this rank has nothing to do.
 */
export function takeShare(
  op: Instruction,
  split: Split,
  rank: i32,
  threads: i32,
  share: Instruction,
  cell: usize,
): bool {
  if (split === Split.alone) {
    if (rank > 0) return false;
    copy(op, share);
    return true;
  }
  copy(op, share);
  if (split === Split.rows) {
    takeRows(share, rank, threads);
    return share.rows > 0;
  }
  takePart(share, rank, threads, cell);
  // Vectors have no rows.
  return share.cols > 0 && (share.rows > 0 || op.rows === 0);
}
