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

/** Encodes a program for the core (the fields of assembly/op.ts) into `bytes`, which begin at a multiple of 8. */
export function encode(
  program: readonly Instruction[],
  { buffer, byteOffset, byteLength }: Uint8Array,
): void {
  const words = new Int32Array(buffer, byteOffset, byteLength / 4);
  const scalars = new Float64Array(buffer, byteOffset, byteLength / 8);
  words.fill(0);
  program.forEach((instruction, index) => {
    const { op, f = 0, rows = 0, inner = 0, cols = 0, a, b, c, d, e, g, h, rates, p } = instruction;
    const { lda = strideOf(a), ldb = strideOf(b), ldc = strideOf(c) } = instruction;
    let at = (index * OP_BYTES) / 4;
    words[at++] = op;
    words[at++] = f;
    words[at++] = rows;
    words[at++] = inner;
    words[at++] = cols;
    words[at++] = addressOf(a);
    words[at++] = addressOf(b);
    words[at++] = addressOf(c);
    words[at++] = addressOf(d);
    words[at++] = addressOf(e);
    words[at++] = addressOf(g);
    words[at++] = addressOf(h);
    words[at++] = lda;
    words[at++] = ldb;
    words[at++] = ldc;
    words[at] = addressOf(rates);
    const first = (index * OP_BYTES + SCALARS) / 8;
    for (let k = 0; p && k < p.length; k++) scalars[first + k] = p[k];
  });
}
