import { PANEL } from "../../assembly/isa.js";
import { alignTo } from "../machine/align.js";

/** How the numbers of a matrix lie in linear memory. */
export type Layout =
  /** A batch: one row per sample, `stride` bytes apart, padded with zeros. */
  | "rows"
  /** A weight matrix in panels of eight units, [panel][input][8]. `stride` is the size of a panel in bytes. */
  | "panels"
  /** One number per unit. */
  | "vector"
  /** Data that TypeScript writes or reads between runs: rows of the user's data, or one entry per step. */
  | "table";

/** A named block of linear memory. Its shape is that of the article: features x samples, units x inputs. */
export interface Matrix {
  /** Name in equations. */
  name: string;
  layout: Layout;
  rows: number;
  cols: number;
  address: number;
  stride: number;
  bytes: number;
}

/** A parameter, or what has its shape: a gradient or an optimizer state. */
export interface ParameterMatrix extends Matrix {
  /** Public name of the parameter, as in getParams: W1, b1, gamma1, ... */
  key: string;
}

const FLOAT = 4;

/** Bytes of one number of a table. */
export const BYTES_PER_NUMBER = { uint8: 1, int32: 4, float32: 4, float64: 8 } as const;

/**
 * Bytes from one sample to the next in a batch. With a stride of a large power of two all samples would share a few cache
 * lines (three times slower at 1024 features), so 16 floats of padding are added.
 */
function rowStride(features: number): number {
  const padded = alignTo(features, PANEL);
  return FLOAT * (padded >= 128 && padded % 64 === 0 ? padded + 16 : padded);
}

/** A batch: `features` x `samples`, with memory for a multiple of four samples. */
export function batchMatrix(name: string, features: number, samples: number, address: number): Matrix {
  const stride = rowStride(features);
  const bytes = stride * alignTo(samples, 4);
  return { name, layout: "rows", rows: features, cols: samples, address, stride, bytes };
}

/** Bytes of one panel of weights. Panels a multiple of 1 kB apart would share cache lines, so four inputs are added. */
function panelStride(inputs: number): number {
  const padded = alignTo(inputs, 4);
  return FLOAT * PANEL * (padded % 32 === 0 ? padded + 4 : padded);
}

/** A weight matrix: `units` x `inputs`. */
export function weightMatrix(name: string, units: number, inputs: number, address: number): Matrix {
  const stride = panelStride(inputs);
  const bytes = (stride * alignTo(units, PANEL)) / PANEL;
  return { name, layout: "panels", rows: units, cols: inputs, address, stride, bytes };
}

/** A bias: `units` x 1. */
export function biasMatrix(name: string, units: number, address: number): Matrix {
  const bytes = FLOAT * alignTo(units, PANEL);
  return { name, layout: "vector", rows: units, cols: 1, address, stride: FLOAT, bytes };
}

/** A table of `cols` entries of `rows` numbers each, `size` bytes per number. */
export function table(name: string, rows: number, cols: number, size: number, address: number): Matrix {
  const stride = rows * size;
  return { name, layout: "table", rows, cols, address, stride, bytes: stride * cols };
}

/** Number of values of some matrices, without padding. */
export function sizeOf(matrices: readonly Matrix[]): number {
  return matrices.reduce((sum, { rows, cols }) => sum + rows * cols, 0);
}

/** Offset of one value, in floats from the start of a matrix of floats. */
export function offsetOf({ layout, stride }: Matrix, row: number, col: number): number {
  switch (layout) {
    case "panels":
      return Math.floor(row / PANEL) * (stride / FLOAT) + col * PANEL + (row % PANEL);
    case "rows":
    case "table":
      return col * (stride / FLOAT) + row;
    case "vector":
      return row;
  }
}

/** How a matrix lies in the order of flat public arrays: unit by unit of parameters, sample by sample of batches and tables. */
function orderOf({ layout, rows, cols }: Matrix): {
  outer: number;
  inner: number;
  step: number;
  isBySample: boolean;
} {
  const isBySample = layout === "rows" || layout === "table";
  // One run, as a bias lies.
  if (layout === "vector") return { outer: 1, inner: rows, step: 1, isBySample };
  return isBySample
    ? { outer: cols, inner: rows, step: 1, isBySample }
    : { outer: rows, inner: cols, step: PANEL, isBySample };
}

/** Offset of the first value of a unit or sample. */
const offsetOfFirst = (matrix: Matrix, i: number, isBySample: boolean): number =>
  isBySample ? offsetOf(matrix, 0, i) : offsetOf(matrix, i, 0);

/** Copies the values of a matrix, without padding, to `values` from `index` on. @returns the index behind the last one. */
function copyOut(
  matrix: Matrix,
  memory: Float32Array,
  base: number,
  values: Float32Array,
  index: number,
): number {
  const { outer, inner, step, isBySample } = orderOf(matrix);
  const start = (matrix.address - base) / FLOAT;
  for (let i = 0; i < outer; i++) {
    let at = start + offsetOfFirst(matrix, i, isBySample);
    for (let k = 0; k < inner; k++, at += step) values[index++] = memory[at];
  }
  return index;
}

/** The reverse of copyOut. */
function copyIn(
  matrix: Matrix,
  memory: Float32Array,
  base: number,
  values: ArrayLike<number>,
  index: number,
): number {
  const { outer, inner, step, isBySample } = orderOf(matrix);
  const start = (matrix.address - base) / FLOAT;
  for (let i = 0; i < outer; i++) {
    let at = start + offsetOfFirst(matrix, i, isBySample);
    for (let k = 0; k < inner; k++, at += step) memory[at] = values[index++];
  }
  return index;
}

/**
 * Copies the values of some matrices, one after the other, without padding.
 * @param memory floats of linear memory from the address `base` on.
 */
export function readMatrices(
  matrices: readonly Matrix[],
  memory: Float32Array,
  base: number,
): Float32Array<ArrayBuffer> {
  const values = new Float32Array(sizeOf(matrices));
  let index = 0;
  for (const matrix of matrices) index = copyOut(matrix, memory, base, values, index);
  return values;
}

/**
 * Writes what readMatrices read and leaves the padding.
 * @param memory floats of linear memory from the address `base` on.
 */
export function writeMatrices(
  matrices: readonly Matrix[],
  memory: Float32Array,
  base: number,
  values: ArrayLike<number>,
): void {
  let index = 0;
  for (const matrix of matrices) index = copyIn(matrix, memory, base, values, index);
}

/**
 * Copies the values of a matrix, without padding.
 * @param memory floats of linear memory from the address `base` on. @param values where they are written and returned.
 */
export function readMatrix(
  matrix: Matrix,
  memory: Float32Array,
  base: number,
  values: Float32Array = new Float32Array(matrix.rows * matrix.cols),
): Float32Array {
  copyOut(matrix, memory, base, values, 0);
  return values;
}

/** Writes the values of a matrix and leaves its padding. @param memory floats from the address `base` on. */
export function writeMatrix(
  matrix: Matrix,
  memory: Float32Array,
  base: number,
  values: ArrayLike<number>,
): void {
  copyIn(matrix, memory, base, values, 0);
}

/**
 * Sets every value of a matrix to one number and leaves its padding.
 * @param memory the floats of its block. @param isDiagonal true to set the values off the diagonal to 0. Default false.
 */
export function fillMatrix(matrix: Matrix, memory: Float32Array, value: number, isDiagonal = false): void {
  const { rows, cols } = matrix;
  const values = new Float32Array(rows * cols);
  if (isDiagonal) for (let i = 0; i < Math.min(rows, cols); i++) values[i * cols + i] = value;
  else values.fill(value);
  copyIn(matrix, memory, matrix.address, values, 0);
}
