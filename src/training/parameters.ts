import { DataError, ShapeError } from "../errors.js";
import { type Matrix, weightOffset } from "../program/matrix.js";
import type { Parameters } from "../program/plan.js";
import { checkKeys, count, show } from "../spec/check.js";
import type { Engine } from "./engine.js";

/** Parameters by name: W1, b1, W2, ... with W as [units][inputs], row by row. */
export type ParameterArrays = Record<`W${number}` | `b${number}`, Float32Array>;

/** What setParams takes: flat arrays, or W as an array of rows. */
export type ParameterValues = Record<string, ArrayLike<number> | readonly ArrayLike<number>[]>;

/** Visits every value of a matrix as the user counts it: unit by unit, input by input. */
function visit(matrix: Matrix, each: (offset: number, index: number) => void): void {
  let index = 0;
  for (let unit = 0; unit < matrix.rows; unit++) {
    for (let input = 0; input < matrix.cols; input++) {
      each(matrix.layout === "panels" ? weightOffset(matrix, unit, input) : unit, index++);
    }
  }
}

/** Copies of parameters, or of gradients that mirror them, under the names W1, b1, ... */
export function readParameters(engine: Engine, { layers }: Parameters): ParameterArrays {
  const result: ParameterArrays = {};
  const read = (matrix: Matrix): Float32Array => {
    const memory = engine.core.arena.floatsAt(matrix.address, matrix.bytes / 4);
    const values = new Float32Array(matrix.rows * matrix.cols);
    visit(matrix, (offset, index) => {
      values[index] = memory[offset];
    });
    return values;
  };
  layers.forEach(({ W, b }, i) => {
    result[`W${i + 1}`] = read(W);
    result[`b${i + 1}`] = read(b);
  });
  return result;
}

/** One parameter as flat numbers. @throws ShapeError, DataError */
function flatten(name: string, { rows, cols }: Matrix, given: ParameterValues[string]): Float32Array {
  const shape =
    cols === 1 && name.startsWith("b") ? count(rows, "value") : `${rows} x ${cols} values ([units][inputs])`;
  if (typeof given !== "object" || given === null) {
    throw new ShapeError(`${name} is ${show(given)}: give ${shape}.`);
  }
  const nested = Array.from(given as ArrayLike<unknown>);
  const flat = nested.flatMap((row) =>
    typeof row === "object" && row !== null ? Array.from(row as ArrayLike<unknown>) : [row],
  );
  if (flat.length !== rows * cols)
    throw new ShapeError(`${name} has ${count(flat.length, "value")}: give ${shape}.`);
  const values = new Float32Array(flat.length);
  flat.forEach((value, i) => {
    values[i] = value as number;
    if (typeof value !== "number" || !Number.isFinite(values[i])) {
      throw new DataError(
        `${name} is ${show(value)} at place ${i} (from 0): every parameter must be a finite number.`,
      );
    }
  });
  return values;
}

/** Checks all given parameters, then writes them. */
export function writeParameters(engine: Engine, given: ParameterValues): void {
  const matrices = new Map(
    engine.store.parameters.layers.flatMap(({ W, b }) => [
      [W.name, W],
      [b.name, b],
    ]),
  );
  checkKeys(given, [...matrices.keys()], "setParams");
  const changes = Object.entries(given).map(([name, values]) => {
    const matrix = matrices.get(name) as Matrix;
    return { matrix, values: flatten(name, matrix, values) };
  });
  for (const { matrix, values } of changes) {
    const memory = engine.core.arena.floatsAt(matrix.address, matrix.bytes / 4);
    visit(matrix, (offset, index) => {
      memory[offset] = values[index];
    });
  }
}
