import { PANEL } from "../../assembly/isa.js";

/** How the numbers of a matrix lie in linear memory. */
export type Layout =
  /** One row a sample, `stride` bytes apart, the padding 0. */
  | "rows"
  /** A weight matrix in panels of eight units, [panel][input][8]; `stride` is the bytes of a panel. */
  | "panels"
  /** One number a unit. */
  | "vector"
  /** What TypeScript writes or reads between runs: rows of the user's data, one entry a slot. */
  | "table";

/** A named block of linear memory. Its shape is written as in the article: features x samples, units x inputs. */
export interface Matrix {
  name: string;
  layout: Layout;
  rows: number;
  cols: number;
  address: number;
  stride: number;
  bytes: number;
}

const FLOAT = 4;

const roundUp = (n: number, multiple: number): number => Math.ceil(n / multiple) * multiple;

/**
 * Bytes from one sample to the next in a batch of so many features. Strides of a large power of two put all samples
 * into the same few cache lines (three times slower at 1024), hence the 16 floats more.
 */
function rowStride(features: number): number {
  const padded = roundUp(features, PANEL);
  return FLOAT * (padded >= 128 && padded % 64 === 0 ? padded + 16 : padded);
}

/** A batch: `features` x `samples`, with room for whole fours of samples. */
export function batchMatrix(name: string, features: number, samples: number, address: number): Matrix {
  const stride = rowStride(features);
  const bytes = stride * roundUp(samples, 4);
  return { name, layout: "rows", rows: features, cols: samples, address, stride, bytes };
}

/** Bytes of one panel of weights. As above: panels a multiple of 1 kB apart meet in the cache, hence one tile more. */
function panelStride(inputs: number): number {
  const padded = roundUp(inputs, 4);
  return FLOAT * PANEL * (padded % 32 === 0 ? padded + 4 : padded);
}

/** A weight matrix: `units` x `inputs`. */
export function weightMatrix(name: string, units: number, inputs: number, address: number): Matrix {
  const stride = panelStride(inputs);
  const bytes = (stride * roundUp(units, PANEL)) / PANEL;
  return { name, layout: "panels", rows: units, cols: inputs, address, stride, bytes };
}

/** A bias: `units` x 1. */
export function biasMatrix(name: string, units: number, address: number): Matrix {
  const bytes = FLOAT * roundUp(units, PANEL);
  return { name, layout: "vector", rows: units, cols: 1, address, stride: FLOAT, bytes };
}

/** A table of `cols` entries of `rows` numbers each, `size` bytes a number. */
export function table(name: string, rows: number, cols: number, size: number, address: number): Matrix {
  const stride = rows * size;
  return { name, layout: "table", rows, cols, address, stride, bytes: stride * cols };
}

/** Values of some matrices, as users count them. */
export function sizeOf(matrices: readonly Matrix[]): number {
  return matrices.reduce((sum, { rows, cols }) => sum + rows * cols, 0);
}

/** Where W[unit][input] lies, in floats from the start of the matrix. */
export function weightOffset(w: Matrix, unit: number, input: number): number {
  return Math.floor(unit / PANEL) * (w.stride / FLOAT) + input * PANEL + (unit % PANEL);
}

/** Visits every value of a weight matrix or a vector as users count them: unit by unit, input by input. */
export function visit(matrix: Matrix, each: (offset: number, index: number) => void): void {
  let index = 0;
  for (let unit = 0; unit < matrix.rows; unit++) {
    for (let input = 0; input < matrix.cols; input++) {
      each(matrix.layout === "panels" ? weightOffset(matrix, unit, input) : unit, index++);
    }
  }
}
