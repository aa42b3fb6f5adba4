import { OP_BYTES, type Op } from "../../assembly/isa.js";
import type { Matrix } from "./matrix.js";

/** Operand of an instruction: a matrix, or an address alone. */
export type Operand = number | Pick<Matrix, "address" | "stride">;

/** In the place of an extent: the number of samples of a batch, for which a program is written. */
export const SAMPLES = "samples" as const;

/** An extent of an instruction. */
export type Extent = number | typeof SAMPLES;

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
  rows?: Extent;
  inner?: Extent;
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
  /** True if p[0] is divided by the number of samples. */
  isMean?: boolean;
}

/** A number as equations show it: six significant digits. */
export const brief = (value: number): number => Number(value.toPrecision(6));

/** Offset of the scalars p in an encoded instruction; 32-bit words stand before them. */
const SCALARS = 64;

const addressOf = (operand: Operand = 0): number => (typeof operand === "number" ? operand : operand.address);
const strideOf = (operand: Operand = 0): number => (typeof operand === "number" ? 0 : operand.stride);

/** The places of an encoded program that depend on the number of samples. */
export interface SamplePlaces {
  /** Indices of 32-bit words that are the number of samples. */
  extents: number[];
  /** Indices of scalars, and what is divided by the number of samples there. */
  means: [index: number, sum: number][];
}

/** Sets the number of samples in a program that was encoded into `bytes`. */
export function setSamples(
  { extents, means }: SamplePlaces,
  { buffer, byteOffset, byteLength }: Uint8Array,
  samples: number,
): void {
  const words = new Int32Array(buffer, byteOffset, byteLength / 4);
  const scalars = new Float64Array(buffer, byteOffset, byteLength / 8);
  for (const at of extents) words[at] = samples;
  for (const [at, sum] of means) scalars[at] = sum / samples;
}

/**
 * Encodes a program for the core (the fields of assembly/op.ts) into `bytes`, which begin at a multiple of 8.
 * @param samples of a batch. Default: no instruction has any.
 * @returns the places of this number.
 */
export function encode(program: readonly Instruction[], bytes: Uint8Array, samples = 0): SamplePlaces {
  const { buffer, byteOffset, byteLength } = bytes;
  const words = new Int32Array(buffer, byteOffset, byteLength / 4);
  const scalars = new Float64Array(buffer, byteOffset, byteLength / 8);
  const places: SamplePlaces = { extents: [], means: [] };
  words.fill(0);
  program.forEach((instruction, index) => {
    const { op, f = 0, rows = 0, inner = 0, cols = 0, a, b, c, d, e, g, h, rates, p, isMean } = instruction;
    const { lda = strideOf(a), ldb = strideOf(b), ldc = strideOf(c) } = instruction;
    let at = (index * OP_BYTES) / 4;
    words[at++] = op;
    words[at++] = f;
    for (const extent of [rows, inner]) {
      if (extent === SAMPLES) places.extents.push(at++);
      else words[at++] = extent;
    }
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
    if (isMean && p) places.means.push([first, p[0]]);
  });
  setSamples(places, bytes, samples);
  return places;
}
