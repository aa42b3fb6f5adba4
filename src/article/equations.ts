import { Op, Optimizer, PANEL } from "../../assembly/isa.js";
import type { Instruction } from "../program/instruction.js";
import type { Matrix } from "../program/matrix.js";

/** w = w - α·g for two matrices of the same shape. @param alpha a table that begins with α. */
export function subtract(w: Matrix, g: Matrix, alpha: Matrix): Instruction {
  return {
    equation: `${w.name} = ${w.name} - ${alpha.name}·${g.name}`,
    result: w,
    op: Op.update,
    f: Optimizer.sgd,
    cols: w.bytes / 4,
    a: w,
    b: g,
    rates: alpha,
    // The rate factor.
    p: [0, 0, 0, 0, 0, 1],
  };
}

/** cost = -1/m Σ (Y·ln A + (1 - Y)·ln(1 - A)), summed over outputs and samples. */
export function cost(A: Matrix, Y: Matrix, result: Matrix): Instruction {
  return {
    equation: `${result.name} = -1/${A.cols} Σ (Y·ln ${A.name} + (1 - Y)·ln(1 - ${A.name}))`,
    result,
    op: Op.cost,
    rows: A.cols,
    cols: A.rows,
    a: A,
    b: Y,
    d: result,
    p: [1 / A.cols],
  };
}

/** Bytes of memory in which the gradients of a layer pack dZ: whole panels of units by whole panels of samples. */
export function packedBytes(dZ: Matrix): number {
  return 4 * (dZ.rows + PANEL) * (dZ.cols + PANEL);
}
