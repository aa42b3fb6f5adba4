import { DataError, ShapeError, SpecError } from "../errors.js";
import { checkKeys, plural, show } from "../model/check.js";
import type { Role } from "../model/tensors.js";
import { type Matrix, readMatrix, writeMatrix } from "../program/matrix.js";
import { matricesOf, type Parameters } from "../program/parameters.js";
import type { Engine } from "./engine.js";

/**
 * Parameters by name: W1, b1, W2, ... with W as [units][inputs], row by row; gamma1, beta1, ... of normalizations; and
 * mean1, variance1, ..., the running statistics that batchNorm predicts with.
 */
export type ParameterArrays = Record<`${Role}${number}`, Float32Array>;

/** Parameters as setParams accepts them: flat arrays, or W as an array of rows. */
export type ParameterValues = Record<string, ArrayLike<number> | readonly ArrayLike<number>[]>;

/** Copies of parameters, or of gradients of the same layout, under the names W1, b1, ... */
export function readParameters(engine: Engine, ...parts: Parameters[]): ParameterArrays {
  const result: ParameterArrays = {};
  for (const matrix of matricesOf(...parts)) {
    result[matrix.key as keyof ParameterArrays] = readMatrix(matrix, engine.core.arena.floatsOf(matrix));
  }
  return result;
}

/** All matrices that predictions depend on, by name. */
function matricesByName({ store }: Engine): Map<string, Matrix> {
  return new Map(matricesOf(store.parameters, store.buffers).map((matrix) => [matrix.key, matrix]));
}

/** One parameter as flat numbers. @throws ShapeError, DataError */
function flatten(name: string, { layout, rows, cols }: Matrix, given: ParameterValues[string]): Float32Array {
  const shape = layout === "vector" ? plural(rows, "value") : `${rows} x ${cols} values ([units][inputs])`;
  if (typeof given !== "object" || given === null) {
    throw new ShapeError(`${name} is ${show(given)}: give ${shape}.`);
  }
  const flat: ArrayLike<unknown> = ArrayBuffer.isView(given)
    ? (given as Float32Array)
    : Array.from(given as ArrayLike<unknown>).flatMap((row) =>
        typeof row === "object" && row !== null ? Array.from(row as ArrayLike<unknown>) : [row],
      );
  if (flat.length !== rows * cols)
    throw new ShapeError(`${name} has ${plural(flat.length, "value")}: give ${shape}.`);
  const values = new Float32Array(flat.length);
  for (let i = 0; i < flat.length; i++) {
    const value = flat[i];
    values[i] = value as number;
    if (typeof value !== "number" || !Number.isFinite(values[i])) {
      throw new DataError(
        `${name} is ${show(value)} at place ${i} (from 0): every parameter must be a finite number.`,
      );
    }
  }
  return values;
}

/**
 * Checks all given parameters, then writes them.
 * @param isWhole true if every parameter must be given.
 * @throws SpecError for a name that is unknown or missing, ShapeError, DataError.
 */
export function writeParameters(engine: Engine, given: ParameterValues, isWhole = false): void {
  const matrices = matricesByName(engine);
  const names = [...matrices.keys()];
  checkKeys(given, names, "setParams");
  const missing = names.find((name) => !Object.hasOwn(given, name));
  if (isWhole && missing) {
    throw new SpecError(`params has no ${missing}: give all that toJSON wrote, ${names.join(", ")}.`);
  }
  const changes = Object.entries(given).map(([name, values]) => {
    const matrix = matrices.get(name) as Matrix;
    return { matrix, values: flatten(name, matrix, values) };
  });
  const { host } = engine;
  for (const { matrix, values } of changes) {
    host.write(host.arena.floatsOf(matrix), (memory) => writeMatrix(matrix, memory, values));
  }
}
