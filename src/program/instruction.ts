import { OP_BYTES, type Op } from "../../assembly/isa.js";
import type { Matrix } from "./matrix.js";

/** What an instruction reads or writes: a matrix, or an address alone. */
export type Operand = number | Pick<Matrix, "address" | "stride">;

/**
 * One instruction with names: the equation it stands for, the matrix it writes, and its operands. The strides are those of
 * the matrices a, b and c unless they are given.
 */
export interface Instruction {
  equation: string;
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
  lda?: number;
  ldb?: number;
  ldc?: number;
  rates?: Operand;
  p?: readonly number[];
}

/** A number as an equation shows it. */
export const brief = (value: number): number => Number(value.toPrecision(6));

const SCALARS = 64;

const addressOf = (operand: Operand = 0): number => (typeof operand === "number" ? operand : operand.address);
const strideOf = (operand: Operand = 0): number => (typeof operand === "number" ? 0 : operand.stride);

/** Writes a program as the core reads it (the fields of assembly/op.ts), little-endian, into `bytes`. */
export function encode(program: readonly Instruction[], bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  program.forEach(({ op, f, rows, inner, cols, a, b, c, d, e, g, h, rates, p, ...given }, index) => {
    const at = index * OP_BYTES;
    const { lda = strideOf(a), ldb = strideOf(b), ldc = strideOf(c) } = given;
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
