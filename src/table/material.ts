import { DataError, SpecError } from "../errors.js";
import { show } from "../model/check.js";
import type { Material } from "./build.js";
import type { FitOptions } from "./fit-options.js";
import { type Frame, isArrayLike, valuesOf } from "./frame.js";
import type { EstimatorSpec } from "./options.js";
import { readTable } from "./read.js";

/** The name of the target of fit(x, y). */
const DEFAULT_TARGET = "target";

/** A table with one more column. @throws DataError unless it has a value for each row. */
export function withColumn(frame: Frame, name: string, values: ArrayLike<unknown>): Frame {
  if (values.length !== frame.rows) {
    throw new DataError(
      `x has ${frame.rows} rows, but y has ${values.length} values: give one target for each row.`,
    );
  }
  return { ...frame, columns: new Map([...frame.columns, [name, valuesOf(values)]]) };
}

/** The names of the columns of rows that are arrays. Rows may leave the targets out. */
export function namesFor(
  given: unknown,
  names: readonly string[] | undefined,
  targets: readonly string[],
): readonly string[] | undefined {
  const [first] = Array.isArray(given) ? given : [];
  const width = isArrayLike(first) ? first.length : isArrayLike(given) ? given.length : undefined;
  if (names === undefined || width === names.length) return names;
  const inputs = names.filter((name) => !targets.includes(name));
  return width === inputs.length ? inputs : names;
}

/** Checked arguments of fit. @param y targets beside the rows, if they are not a column. @throws SpecError, DataError */
export function materialOf(
  spec: EstimatorSpec,
  x: unknown,
  y: ArrayLike<unknown> | undefined,
  { validationData, sampleWeight, onPrepared }: FitOptions,
): Material {
  const targets = spec.targets ?? (y ? [DEFAULT_TARGET] : undefined);
  if (!targets) {
    throw new SpecError(
      'The option target is missing: name the column to predict, as in { target: "species" }, or call fit(x, y).',
    );
  }
  if (y && targets.length > 1) {
    throw new SpecError(`fit(x, y) has one y, but target names ${targets.length} columns: call fit(rows).`);
  }
  const read = (rows: unknown, of: ArrayLike<unknown> | undefined, call: string): Frame => {
    const names = namesFor(rows, spec.names, of ? targets : []);
    const frame = readTable(rows, { ...spec, names }, call);
    return of ? withColumn(frame, targets[0], of) : frame;
  };
  const frame = read(x, y, "fit");
  return {
    frame,
    targets,
    weights: weightsOf(sampleWeight),
    validation: validationOf(validationData, y, read),
    onPrepared,
  };
}

function validationOf(
  given: unknown,
  y: unknown,
  read: (rows: unknown, of: ArrayLike<unknown> | undefined, call: string) => Frame,
): Frame | undefined {
  if (given === undefined) return undefined;
  if (!y) return read(given, undefined, "validationData");
  const [x, of] = Array.isArray(given) ? given : [];
  if (isArrayLike(of)) return read(x, of, "validationData");
  throw new SpecError(`validationData is ${show(given)}: give [x, y], as fit was given x and y.`);
}

function weightsOf(given: unknown): Float64Array | undefined {
  if (given === undefined) return undefined;
  if (!isArrayLike(given)) {
    throw new SpecError(`sampleWeight is ${show(given)}: give an array with one number for each row.`);
  }
  return Float64Array.from({ length: given.length }, (_, row) => {
    const weight = given[row];
    if (typeof weight === "number") return weight;
    throw new DataError(`sampleWeight is ${show(weight)} in row ${row}: give a finite number of at least 0.`);
  });
}
