/**
 * Assertions over the operands of an instruction. Only the build for tests has them: in the others ASC_NO_ASSERT is true, and
 * no code of this file is compiled.
 */

import { Op } from "./isa";
import { Instruction } from "./op";
import { DenseOp, InputGradientOp, panelsOf, ROW, WeightGradientOp } from "./products/operands";

/** Bytes of a vector of four numbers, to which rows and panels are aligned. */
const VECTOR: usize = 16;

/** Asserts that `bytes` bytes from `address` on lie in memory, and behind the constants of the core. */
function checkBlock(address: usize, bytes: usize): void {
  assert(address >= __heap_base, "an operand lies among the constants of the core");
  assert(<u64>address + bytes <= (<u64>memory.size()) << 16, "an operand lies beyond the memory");
}

/** Asserts that a batch of `rows` samples of `cols` features is aligned, that its rows do not overlap, and that it is in memory. */
function checkBatch(address: usize, stride: usize, rows: i32, cols: i32): void {
  const bytes = (<usize>cols) << 2;
  assert(address % VECTOR === 0, "a batch is not aligned to 16 bytes");
  assert(stride % VECTOR === 0, "the stride of a batch is no multiple of 16 bytes");
  assert(rows < 2 || stride >= bytes, "the rows of a batch overlap");
  checkBlock(address, <usize>(rows - 1) * stride + bytes);
}

/** Asserts that weights from `inputs` to `units` are aligned, that their panels do not overlap, and that they are in memory. */
function checkPanels(address: usize, panelBytes: usize, inputs: i32, units: i32): void {
  const bytes = <usize>inputs * ROW;
  const panels = panelsOf(units);
  assert(address % VECTOR === 0, "weights are not aligned to 16 bytes");
  assert(panelBytes % VECTOR === 0, "the size of a panel is no multiple of 16 bytes");
  assert(panels < 2 || panelBytes >= bytes, "the panels of weights overlap");
  checkBlock(address, <usize>(panels - 1) * panelBytes + bytes);
}

/** Asserts that a vector of `units` numbers, in whole panels, is aligned and in memory. */
function checkVector(address: usize, units: i32): void {
  assert(address % VECTOR === 0, "a vector is not aligned to 16 bytes");
  checkBlock(address, <usize>panelsOf(units) * ROW);
}

function checkDense(op: DenseOp): void {
  checkBatch(op.A, op.strideA, op.rows, op.inner);
  checkPanels(op.W, op.panelBytes, op.inner, op.cols);
  checkVector(op.bias, op.cols);
  checkBatch(op.Z, op.strideZ, op.rows, op.cols);
}

function checkWeightGradient(op: WeightGradientOp): void {
  checkBatch(op.A, op.strideA, op.inner, op.rows);
  checkBatch(op.dZ, op.strideZ, op.inner, op.cols);
  checkPanels(op.dW, op.panelBytes, op.rows, op.cols);
  checkVector(op.db, op.cols);
}

function checkInputGradient(op: InputGradientOp): void {
  checkBatch(op.dZ, op.strideZ, op.rows, op.inner);
  checkPanels(op.W, op.panelBytes, op.cols, op.inner);
  checkBatch(op.dA, op.strideA, op.rows, op.cols);
}

/** Asserts that an address is 0, for no operand, or lies in memory. */
function checkOperand(address: usize): void {
  if (address) checkBlock(address, 0);
}

/** Asserts what holds for the operands of every instruction, and the sizes and the alignment of those of the products. */
export function checkInstruction(op: Instruction): void {
  assert(op.rows >= 0 && op.inner >= 0 && op.cols >= 0, "an extent is negative");
  checkOperand(op.a);
  checkOperand(op.b);
  checkOperand(op.c);
  checkOperand(op.d);
  checkOperand(op.e);
  checkOperand(op.g);
  checkOperand(op.h);
  checkOperand(op.rates);
  switch (op.kind) {
    case Op.dense:
      checkDense(changetype<DenseOp>(op));
      break;
    case Op.weightGradient:
    case Op.descend:
      checkWeightGradient(changetype<WeightGradientOp>(op));
      break;
    case Op.inputGradient:
      checkInputGradient(changetype<InputGradientOp>(op));
      break;
    case Op.unpack:
      checkPanels(op.a, op.lda, op.cols, op.rows);
      checkBlock(op.c, (<usize>op.rows * <usize>op.cols) << 2);
      break;
  }
}
