import { DataError } from "../errors.js";
import { hasOwn, isPlain, show } from "../model/check.js";
import type { Decimal } from "./number-text.js";

/** One row by the names of its columns. A name that is absent is a missing value. */
export type TableRecord = Readonly<Record<string, unknown>>;

/** One row: by the names of its columns, or with the option names as an array of values. */
export type TableRow =
  | TableRecord
  | readonly (string | number | bigint | boolean | Date | null | undefined)[];

/** Columns by name, all of one length. */
export type TableColumns = Readonly<Record<string, Values>>;

/** The values of a column: an array or a typed array, and no text. */
export type Values = readonly unknown[] | (ArrayLike<unknown> & ArrayBufferView);

/** A table as users hold it: records, columns, arrays with names, an iterable of rows, or the text of a CSV file. */
export type TableRows = string | TableColumns | Iterable<TableRecord | ArrayLike<unknown>>;

/** The values of a column of a frame, however they are kept. */
export interface ColumnValues {
  readonly length: number;
  at(row: number): unknown;
}

/** The values of an array. */
export const valuesOf = (values: ArrayLike<unknown>): ColumnValues => ({
  length: values.length,
  at: (row) => values[row],
});

/** Some values of a column, in the order of the rows. */
export const valuesAt = (values: ColumnValues, rows: ArrayLike<number>): ColumnValues => ({
  length: rows.length,
  at: (row) => values.at(rows[row]),
});

/** A table by columns. */
export interface Frame {
  readonly rows: number;
  readonly columns: ReadonlyMap<string, ColumnValues>;
  /** True if a column may be absent, as a key may be in a record: all its values are missing. */
  readonly isSparse: boolean;
  /** True if all values are fields of a text, so that numbers are text too. */
  readonly isText: boolean;
  /** The mark before the decimals of numbers in a text. Default ".". */
  readonly decimal?: Decimal | undefined;
  /** Where a row stands, for messages: "row 3", from 0, or "line 5", from 1. */
  place(row: number): string;
}

/** True for an array, a typed array, and anything else that has a length and is no text. */
export function isArrayLike(value: unknown): value is ArrayLike<unknown> {
  if (Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView))) return true;
  return false;
}

/** True for a plain object of arrays, at least one. A record of arrays is no record: no column takes arrays. */
export function isColumns(value: unknown): value is TableColumns {
  if (!isPlain(value)) return false;
  const columns = Object.values(value);
  return columns.length > 0 && columns.every(isArrayLike);
}

/** True for an object with values by name. */
export function isRecord(value: unknown): value is TableRecord {
  return typeof value === "object" && value !== null && !isArrayLike(value) && !(Symbol.iterator in value);
}

const byRow = (row: number): string => `row ${row}`;

/** @throws DataError unless all columns have one length. */
export function frameOfColumns(given: TableColumns): Frame {
  const columns = new Map(Object.entries(given).map(([name, values]) => [name, valuesOf(values)]));
  let first: string | undefined;
  for (const [name, { length }] of columns) {
    first ??= name;
    const rows = given[first].length;
    if (length !== rows) {
      throw new DataError(
        `Column ${show(name)} has ${length} values, but column ${show(first)} has ${rows}: give columns of one length.`,
      );
    }
  }
  const rows = first === undefined ? 0 : given[first].length;
  return { rows, columns, isSparse: false, isText: false, place: byRow };
}

/** The names in all records, in the order in which they first appear. */
function namesIn(records: readonly TableRecord[]): string[] {
  const names = new Set<string>();
  for (const record of records) for (const name of Object.keys(record)) names.add(name);
  return [...names];
}

function frameOfRecords(records: readonly TableRecord[]): Frame {
  const columns = new Map<string, ColumnValues>();
  for (const name of namesIn(records)) {
    columns.set(name, valuesOf(records.map((record) => (hasOwn(record, name) ? record[name] : undefined))));
  }
  return { rows: records.length, columns, isSparse: true, isText: false, place: byRow };
}

/** @throws DataError for a row of another length than there are names. */
function frameOfArrays(rows: readonly ArrayLike<unknown>[], names: readonly string[] | undefined): Frame {
  const given = names ?? Array.from({ length: rows[0].length }, (_, i) => `x${i}`);
  for (let r = 0; r < rows.length; r++) {
    if (rows[r].length === given.length) continue;
    throw new DataError(
      `Row ${r} has ${rows[r].length} values, but there are ${given.length} columns: give one value for each of ${show(given[0])} to ${show(given[given.length - 1])}.`,
    );
  }
  const columns = new Map(given.map((name, i) => [name, valuesOf(rows.map((row) => row[i]))]));
  return { rows: rows.length, columns, isSparse: false, isText: false, place: byRow };
}

/**
 * Reads rows: records, or arrays with names.
 * @param names of the columns of arrays. Default x0, x1, ...
 * @throws DataError for a row that is neither, or of another kind than row 0.
 */
export function frameOfRows(rows: readonly unknown[], names?: readonly string[]): Frame {
  const areArrays = isArrayLike(rows[0]);
  for (let r = 0; r < rows.length; r++) {
    if (areArrays ? isArrayLike(rows[r]) : isRecord(rows[r])) continue;
    const expected = areArrays ? "an array, as row 0" : "an object with a value for each column";
    throw new DataError(`Row ${r} is ${show(rows[r])}: give ${expected}.`);
  }
  return areArrays
    ? frameOfArrays(rows as readonly ArrayLike<unknown>[], names)
    : frameOfRecords(rows as readonly TableRecord[]);
}

/** The values of a column. @returns undefined for one that is absent from a sparse frame. @throws DataError from others. */
export function columnOf(frame: Frame, name: string, purpose: string): ColumnValues | undefined {
  const values = frame.columns.get(name);
  if (values || frame.isSparse) return values;
  const names = [...frame.columns.keys()];
  const some = names.slice(0, 20).map(show).join(", ") + (names.length > 20 ? ", ..." : "");
  throw new DataError(`The table has no column ${show(name)}, ${purpose}: it has ${some || "no columns"}.`);
}

/** Some rows of a frame, in the order that is given. */
export function takeRows(frame: Frame, rows: ArrayLike<number>): Frame {
  const columns = new Map(Array.from(frame.columns, ([name, values]) => [name, valuesAt(values, rows)]));
  return { ...frame, rows: rows.length, columns, place: (row) => frame.place(rows[row]) };
}
