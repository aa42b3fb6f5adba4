import { DataError } from "../errors.js";
import { show } from "../model/check.js";
import { frameOfCSV } from "./csv.js";
import { type Frame, frameOfColumns, frameOfRows, isArrayLike, isColumns, isRecord } from "./frame.js";
import type { Decimal } from "./number-text.js";

/** Forms of a table, for messages. */
const KINDS =
  "an array of objects, an object of columns, arrays with the option names, an iterable of rows, or the text of a CSV file";

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.iterator in value;
}

/** How tables of a model are read. */
export interface Reading {
  /** The names of the columns of arrays. */
  names?: readonly string[] | undefined;
  /** The mark before decimals in the text of a CSV file. */
  decimal?: Decimal | undefined;
}

/** A table by columns. @throws DataError for anything else, and for one without rows. */
export function readTable(given: unknown, reading: Reading, call: string): Frame {
  const frame = frameOf(given, reading, call);
  if (frame.rows > 0) return frame;
  throw new DataError(`The table given to ${call} has no rows: give at least one.`);
}

function frameOf(given: unknown, { names, decimal }: Reading, call: string): Frame {
  if (typeof given === "string") {
    if (given.includes("\n") || given.includes("\r")) return frameOfCSV(given, decimal);
    throw new DataError(
      `${call} got the text ${show(given)}, which has one line: give the text of a CSV file, not its path.`,
    );
  }
  if (isColumns(given)) return frameOfColumns(given);
  if (Array.isArray(given)) return frameOfRows(given, names);
  if (isIterable(given) && !isArrayLike(given)) return frameOfRows([...given], names);
  throw new DataError(`${call} got ${show(given)}: give ${KINDS}.`);
}

/** A frame of one row, from a record or, with names, an array. @returns undefined if the value is a table instead. */
export function readRecord(given: unknown, names: readonly string[] | undefined): Frame | undefined {
  if (isRecord(given) && !isColumns(given)) return frameOfRows([given], names);
  // An array of values is a row, an array of rows is a table.
  if (isArrayLike(given) && given.length > 0 && typeof given[0] !== "object")
    return frameOfRows([given], names);
  return undefined;
}
