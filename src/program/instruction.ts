import { OP_BYTES, type Op } from "../../assembly/isa.js";
import type { Matrix } from "./matrix.js";

/** One instruction with names: the equation it stands for, the matrix it writes, and its operands. */
export interface Instruction {
  equation: string;
  result: Matrix;
  op: Op;
  f?: number;
  rows?: number;
  inner?: number;
  cols?: number;
  a?: number;
  b?: number;
  c?: number;
  d?: number;
  e?: number;
  g?: number;
  h?: number;
  lda?: number;
  ldb?: number;
  ldc?: number;
  rates?: number;
  p?: readonly number[];
}

const SCALARS = 64;

/** Writes a program as the core reads it (the fields of assembly/op.ts), little-endian, into `bytes`. */
export function encode(program: readonly Instruction[], bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  program.forEach((i, index) => {
    const at = index * OP_BYTES;
    const extents = [i.op, i.f, i.rows, i.inner, i.cols];
    const addresses = [i.a, i.b, i.c, i.d, i.e, i.g, i.h, i.lda, i.ldb, i.ldc, i.rates];
    const words = [...extents, ...addresses];
    words.forEach((word, k) => {
      view.setInt32(at + 4 * k, word ?? 0, true);
    });
    i.p?.forEach((scalar, k) => {
      view.setFloat64(at + SCALARS + 8 * k, scalar, true);
    });
  });
}
