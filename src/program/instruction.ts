import { OP_BYTES, type Op } from "../../assembly/isa.js";
import type { Matrix } from "./matrix.js";

/** Operand of an instruction: a matrix, or an address alone. */
export type Operand = number | Pick<Matrix, "address" | "stride">;

/**
 * One instruction with names. The meaning of f, the extents, the operands a to h and the scalars p depends on `op`; see the
 * kernels in assembly/.
 */
export interface Instruction {
  /** The equation that it computes, for explain(). */
  equation: string;
  /** The matrix that it writes, for explain(). */
  result: Matrix;
  op: Op;
  f?: number;
  rows?: number;
  inner?: number;
  cols?: number;
  a?: Operand;
  b?: Operand;
  c?: Operand;
  d?: Operand;
  e?: Operand;
  g?: Operand;
  h?: Operand;
  /** Strides in bytes. Default: those of the matrices a, b and c. */
  lda?: number;
  ldb?: number;
  ldc?: number;
  /** The table of learning rates. */
  rates?: Operand;
  p?: readonly number[];
}

/** A number as equations show it: six significant digits. */
export const brief = (value: number): number => Number(value.toPrecision(6));

/** Offset of the scalars p in an encoded instruction; 32-bit words stand before them. */
const SCALARS = 64;

const addressOf = (operand: Operand = 0): number => (typeof operand === "number" ? operand : operand.address);
const strideOf = (operand: Operand = 0): number => (typeof operand === "number" ? 0 : operand.stride);

/** Encodes a program for the core (the fields of assembly/op.ts), little-endian, into `bytes`. */
export function encode(program: readonly Instruction[], bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  program.forEach((instruction, index) => {
    const at = index * OP_BYTES;
    const { op, f, rows, inner, cols, a, b, c, d, e, g, h, rates, p } = instruction;
    const { lda = strideOf(a), ldb = strideOf(b), ldc = strideOf(c) } = instruction;
    const addresses = [a, b, c, d, e, g, h].map(addressOf);
    const words = [op, f, rows, inner, cols, ...addresses, lda, ldb, ldc, addressOf(rates)];
    words.forEach((word = 0, k) => {
      view.setInt32(at + 4 * k, word, true);
    });
    p?.forEach((scalar, k) => {
      view.setFloat64(at + SCALARS + 8 * k, scalar, true);
    });
  });
}
