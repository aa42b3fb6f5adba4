import { wrongValue } from "../data/values.js";
import { ShapeError } from "../errors.js";
import { show } from "../model/check.js";
import { FINITE, type ValueRange } from "../model/value-range.js";
import { type ArticleValues, layerDims } from "./parameters.js";

/** A matrix as the article prints it: an array of rows, features x samples or units x inputs. */
export type Rows = readonly ArrayLike<number>[];

/** Rows and columns of a matrix. */
export interface Shape {
  rows: number;
  cols: number;
}

/** The range of predictions and targets. */
export const PROBABILITY: ValueRange = {
  least: 0,
  most: 1,
  remedy: "the cost compares predictions and targets from 0 to 1, so scale Y",
};

/** The length of a row that is an array or a typed array; undefined for anything else. */
function lengthOf(row: unknown): number | undefined {
  return Array.isArray(row) || ArrayBuffer.isView(row) ? (row as ArrayLike<number>).length : undefined;
}

/**
 * Checks every value of a matrix.
 * @returns its shape.
 * @throws ShapeError for anything but an array of rows of equal length, DataError for a value out of range.
 */
export function shapeOf(values: Rows, name: string, range = FINITE): Shape {
  const first = Array.isArray(values) ? lengthOf(values[0]) : 0;
  if (!first) {
    const flat = ArrayBuffer.isView(values) || (Array.isArray(values) && typeof values[0] === "number");
    const found = Array.isArray(values) && values.length > 0 ? `${show(values[0])} in row 0` : show(values);
    const remedy = flat ? `[${name}] if it is a single row` : "an array of rows, features x samples";
    throw new ShapeError(`${name} is ${found}, which has no rows: give ${remedy}.`);
  }
  const { least, most } = range;
  // A loop by index: forEach passes over holes.
  for (let r = 0; r < values.length; r++) {
    const row: ArrayLike<unknown> = values[r];
    if (lengthOf(row) !== first) {
      const found = lengthOf(row) === undefined ? `is ${show(row)}` : `has ${lengthOf(row)} values`;
      throw new ShapeError(`Row ${r} of ${name} ${found} but row 0 has ${first}: give rows of one length.`);
    }
    for (let c = 0; c < first; c++) {
      const value = row[c];
      if (typeof value === "number" && value >= least && value <= most) continue;
      throw wrongValue(value, r, c, name, range);
    }
  }
  return { rows: values.length, cols: first };
}

/**
 * Checks the shape of a matrix.
 * @param expected without cols where any number of samples fits.
 * @param meaning origin of the expected shape, such as "layer_dims begins with 4".
 * @throws ShapeError unless the shapes agree. It advises to transpose where that would help.
 */
export function expectShape(
  name: string,
  shape: Shape,
  expected: { rows: number; cols?: number },
  meaning: string,
): void {
  const { rows, cols = shape.cols } = expected;
  if (shape.rows === rows && shape.cols === cols) return;
  const isTransposed = shape.cols === rows && (expected.cols ?? shape.rows) === shape.rows;
  const remedy = isTransposed
    ? `transpose ${name}, as the article has features x samples`
    : `give ${rows} x ${expected.cols ?? "samples"}`;
  throw new ShapeError(`${name} is ${shape.rows} x ${shape.cols} but ${meaning}: ${remedy}.`);
}

/** Checks a matrix that must have the shape of another. @throws ShapeError, DataError */
export function checkLike(values: Rows, name: string, like: Shape, likeName: string, range = FINITE): Shape {
  const shape = shapeOf(values, name, range);
  expectShape(name, shape, like, `${likeName} is ${like.rows} x ${like.cols}`);
  return shape;
}

/** Checks all matrices of parameters. @returns their layer_dims. @throws SpecError, ShapeError, DataError */
export function checkParams(params: ArticleValues): number[] {
  const layer_dims = layerDims(params);
  for (let l = 1; l < layer_dims.length; l++) {
    const [W, b] = [`W${l}`, `b${l}`];
    const [cols, rows] = [layer_dims[l - 1], layer_dims[l]];
    const inputs = l === 1 ? `row 0 of W1 has ${cols} values` : `W${l - 1} has ${cols} units`;
    expectShape(W, shapeOf(params[W], W), { rows, cols }, inputs);
    expectShape(b, shapeOf(params[b], b), { rows, cols: 1 }, `${W} has ${rows} units`);
  }
  return layer_dims;
}
