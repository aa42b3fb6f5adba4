import { ShapeError } from "../errors.js";
import { plural, show, tagOf } from "../model/check.js";
import { FINITE, type ValueRange } from "../model/value-range.js";
import { FlatTable } from "./flat-table.js";
import { RowTable } from "./row-table.js";
import type { Meaning, Table } from "./table.js";
import { isBytes, isFlat, isList, isNumber, type Numbers, wrongValue } from "./values.js";

/** @throws ShapeError unless a row is an array of `cols` numbers, and of bytes like row 0 or not. */
function checkRow(
  row: unknown,
  r: number,
  first: object,
  cols: number,
  name: string,
  meaning: Meaning,
): void {
  if (!isList(row)) {
    throw new ShapeError(`Row ${r} of ${name} is ${show(row)}: give ${plural(cols, "number")} a row.`);
  }
  if (row.length !== cols) {
    throw new ShapeError(
      `Row ${r} of ${name} has ${plural(row.length, "value")}, but ${meaning()}: give ${plural(cols, "value")} a row.`,
    );
  }
  if (isBytes(row) !== isBytes(first)) {
    throw new ShapeError(
      `Row ${r} of ${name} is ${show(row)} but row 0 is ${show(first)}, and only bytes are scaled: give all rows as Uint8Array or none.`,
    );
  }
}

/** True for a typed array with this prototype. */
function isOfKind(row: unknown, prototype: unknown): boolean {
  return ArrayBuffer.isView(row) && Object.getPrototypeOf(row) === prototype;
}

/** An array of rows as a table. @throws ShapeError */
function tabulateRows(
  rows: readonly unknown[],
  cols: number,
  name: string,
  meaning: Meaning,
  range: ValueRange,
): Table {
  const first = rows[0];
  // Of rows of the same kind as the first one only the length is left to check.
  const isPlain = Array.isArray(first);
  const kind: unknown = ArrayBuffer.isView(first) ? Object.getPrototypeOf(first) : undefined;
  // A loop by index: forEach passes over holes.
  for (let r = 0; r < rows.length; r++) {
    const row = rows[r];
    const isSame = isPlain ? Array.isArray(row) : isOfKind(row, kind);
    if (isSame && r > 0 && (row as Numbers).length === cols) continue;
    checkRow(row, r, first as object, cols, name, meaning);
  }
  return new RowTable(rows as Numbers[], cols, 0, name, range);
}

/**
 * One array of values as a table of rows of `cols` values.
 * @throws ShapeError unless they are a whole number of rows. @throws DataError if none of them is a number.
 */
export function tabulateFlat(
  values: unknown,
  cols: number,
  name: string,
  meaning: Meaning,
  range = FINITE,
): Table {
  if (!isList(values)) throw notATable(values, name, "one array or typed array of numbers");
  const { length } = values;
  if (length === 0) throw new ShapeError(`${name} is empty: give at least one row.`);
  if (Array.isArray(values) && !isNumber(values[0]) && !values.some(isNumber)) {
    throw wrongValue(values[0], 0, 0, name, range);
  }
  if (length % cols === 0) return new FlatTable(values, length / cols, cols, 0, name, range);
  throw new ShapeError(
    `${name} has ${plural(length, "value")}, which is not a multiple of ${cols}, and ${meaning()}: give ${plural(cols, "value")} a row.`,
  );
}

/** The error of something that holds no numbers. @param expected what to give. */
function notATable(values: unknown, name: string, expected: string): ShapeError {
  const tag = tagOf(Object(values));
  let remedy = `give ${expected}`;
  if (tag === "Promise") remedy = "await it";
  else if (/^Big/.test(tag))
    remedy = `turn its BigInts into a typed array of numbers, as Float64Array.from(${name}, Number) does`;
  return new ShapeError(`${name} is ${show(values)}: ${remedy}.`);
}

/**
 * The user's array as a table of rows of `cols` values.
 * @param name how messages call it, such as "x".
 * @throws ShapeError for anything that is not such a table, naming the first wrong row. @throws DataError
 */
export function tabulate(
  values: unknown,
  cols: number,
  name: string,
  meaning: Meaning,
  range = FINITE,
): Table {
  if (Array.isArray(values) && values.length > 0 && !isFlat(values)) {
    return tabulateRows(values, cols, name, meaning, range);
  }
  // An array of objects is meant as rows: no cell is an object.
  if (
    Array.isArray(values) &&
    typeof values[0] === "object" &&
    values[0] !== null &&
    !values.some(isNumber)
  ) {
    checkRow(values[0], 0, values[0], cols, name, meaning);
  }
  if (!isList(values)) {
    throw notATable(
      values,
      name,
      "an array of rows, or one flat array or typed array, such as a Float32Array",
    );
  }
  return tabulateFlat(values, cols, name, meaning, range);
}
