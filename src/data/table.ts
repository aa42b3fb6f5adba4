import { DataError, ShapeError } from "../errors.js";
import { plural, show, tagOf } from "../model/check.js";

/** Any array of numbers but those of BigInt. */
export type Numbers =
  | number[]
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array;

/** A matrix of samples: flat and row by row, or an array of rows. A Uint8Array holds pixels (see inputScale). */
export type Samples = Numbers | readonly Numbers[];

/** A typed array in linear memory that rows are copied to. */
export type Target = Uint8Array | Float32Array | Int32Array;

/** Rows of the user's data as they are, copied or checked a few at a time. */
export interface Table {
  readonly rows: number;
  readonly cols: number;
  /** Whether the values are bytes and stay so in linear memory. */
  readonly bytes: boolean;
  /** Copies `count` rows from row `first` on to `target`, from its element `at` on. */
  copy(first: number, count: number, target: Target, at: number): void;
  /** @throws DataError for a value that is not finite or not in the table's range, naming row and column. */
  check(first: number, count: number): void;
  /** The same table from row `first` on. */
  slice(first: number, count: number): Table;
}

/** Values that a table may hold and how to name a wrong one. */
export interface ValueRange {
  least: number;
  most: number;
  /** Ends the message: what was expected and the remedy. */
  remedy: string;
}

const FLOAT32_MAX = 3.4028234663852886e38;

/** Anything that float32 holds. */
export const FINITE: ValueRange = {
  least: -FLOAT32_MAX,
  most: FLOAT32_MAX,
  remedy: "every value must be a finite float32 number, so fill in or leave out what is missing",
};

const isBytes = (values: object): boolean => ["Uint8Array", "Uint8ClampedArray"].includes(tagOf(values));

function isNumbers(value: unknown): value is Numbers {
  if (ArrayBuffer.isView(value)) return /^(Float(32|64)|U?[Ii]nt\d+(Clamped)?)Array$/.test(tagOf(value));
  return Array.isArray(value) && (value.length === 0 || typeof value[0] === "number");
}

/** @throws DataError for a value that is not in the range, naming row and column. */
export function checkValue(
  value: unknown,
  row: number,
  col: number,
  name: string,
  { least, most, remedy }: ValueRange,
): void {
  if (typeof value === "number" && value >= least && value <= most) return;
  throw new DataError(`${name} is ${show(value)} in row ${row}, column ${col} (from 0): ${remedy}.`);
}

/** Rows of one long array, from row `start` of it on. */
function flatTable(
  values: Numbers,
  cols: number,
  rows: number,
  start: number,
  name: string,
  range: ValueRange,
): Table {
  const bytes = isBytes(values);
  return {
    rows,
    cols,
    bytes,
    copy(first, count, target, at) {
      const from = (start + first) * cols;
      const length = count * cols;
      if (Array.isArray(values)) for (let i = 0; i < length; i++) target[at + i] = values[from + i];
      else target.set(values.subarray(from, from + length), at);
    },
    check(first, count) {
      const { least, most } = range;
      if (bytes && most >= 255) return;
      const from = (start + first) * cols;
      for (let i = from; i < from + count * cols; i++) {
        const value: unknown = values[i];
        if (typeof value === "number" && value >= least && value <= most) continue;
        checkValue(value, Math.floor(i / cols), i % cols, name, range);
      }
    },
    slice: (first, count) => flatTable(values, cols, count, start + first, name, range),
  };
}

/** An array of rows, the first of which is row `start` of the user's. */
function rowTable(
  values: readonly Numbers[],
  cols: number,
  name: string,
  range: ValueRange,
  start = 0,
): Table {
  return {
    rows: values.length,
    cols,
    bytes: isBytes(values[0]),
    copy(first, count, target, at) {
      for (let r = 0; r < count; r++) target.set(values[first + r], at + r * cols);
    },
    check(first, count) {
      for (let r = first; r < first + count; r++) {
        const row = values[r];
        for (let c = 0; c < cols; c++) checkValue(row[c], start + r, c, name, range);
      }
    },
    slice: (first, count) => rowTable(values.slice(first, first + count), cols, name, range, start + first),
  };
}

/**
 * The user's array as a table of rows of `cols` values; nothing is copied.
 * @param name how messages call it, such as "x".
 * @param meaning what a row must hold, such as "the network has 4 inputs".
 * @throws ShapeError for anything that is not such a table, naming the first wrong row.
 */
export function tabulate(
  values: unknown,
  cols: number,
  name: string,
  meaning: string,
  range = FINITE,
): Table {
  if (isNumbers(values)) {
    if (values.length === 0) throw new ShapeError(`${name} is empty: give at least one row.`);
    if (values.length % cols !== 0) {
      throw new ShapeError(
        `${name} has ${plural(values.length, "value")}, which is no multiple of ${cols}, and ${meaning}: give ${plural(cols, "value")} a row.`,
      );
    }
    return flatTable(values, cols, values.length / cols, 0, name, range);
  }
  if (!Array.isArray(values)) {
    throw new ShapeError(
      `${name} is ${show(values)}: give an array of rows, or one flat array or typed array of numbers.`,
    );
  }
  values.forEach((row: unknown, r) => {
    if (!isNumbers(row))
      throw new ShapeError(`Row ${r} of ${name} is ${show(row)}: give ${plural(cols, "number")} a row.`);
    if (row.length !== cols) {
      throw new ShapeError(
        `Row ${r} of ${name} has ${plural(row.length, "value")}, but ${meaning}: give ${plural(cols, "value")} a row.`,
      );
    }
    if (isBytes(row) !== isBytes(values[0])) {
      throw new ShapeError(
        `Row ${r} of ${name} is ${show(row)} but row 0 is ${show(values[0])}, and only bytes are scaled: give all rows as Uint8Array or none.`,
      );
    }
  });
  return rowTable(values as Numbers[], cols, name, range);
}
