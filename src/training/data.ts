import { DataError, ShapeError } from "../errors.js";
import { count, show } from "../spec/check.js";

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
export interface Range {
  least: number;
  most: number;
  /** Ends the message: what was expected and the remedy. */
  remedy: string;
}

const FLOAT32_MAX = 3.4028234663852886e38;

/** Anything that float32 holds. */
export const FINITE: Range = {
  least: -FLOAT32_MAX,
  most: FLOAT32_MAX,
  remedy: "every value must be a finite float32 number, so fill in or leave out what is missing",
};

/** The name of the kind of an array, the same in all realms. */
export const tagOf = (values: object): string => Object.prototype.toString.call(values).slice(8, -1);
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
  { least, most, remedy }: Range,
): void {
  if (typeof value === "number" && value >= least && value <= most) return;
  throw new DataError(`${name} is ${show(value)} in row ${row}, column ${col} (from 0): ${remedy}.`);
}

/** One long array, row by row. */
class FlatTable implements Table {
  readonly bytes: boolean;

  constructor(
    private readonly values: Numbers,
    readonly cols: number,
    readonly rows: number,
    private readonly start: number,
    private readonly name: string,
    private readonly range: Range,
  ) {
    this.bytes = isBytes(values);
  }

  copy(first: number, count: number, target: Target, at: number): void {
    const from = (this.start + first) * this.cols;
    const length = count * this.cols;
    if (Array.isArray(this.values)) for (let i = 0; i < length; i++) target[at + i] = this.values[from + i];
    else target.set(this.values.subarray(from, from + length), at);
  }

  check(first: number, count: number): void {
    const { values, cols, range } = this;
    if (this.bytes && range.most >= 255) return;
    const from = (this.start + first) * cols;
    for (let i = from; i < from + count * cols; i++) {
      const value: unknown = values[i];
      if (typeof value === "number" && value >= range.least && value <= range.most) continue;
      checkValue(value, Math.floor(i / cols), i % cols, this.name, range);
    }
  }

  slice(first: number, count: number): Table {
    return new FlatTable(this.values, this.cols, count, this.start + first, this.name, this.range);
  }
}

/** An array of rows. */
class RowTable implements Table {
  readonly bytes: boolean;
  readonly rows: number;

  constructor(
    private readonly values: readonly Numbers[],
    readonly cols: number,
    private readonly name: string,
    private readonly range: Range,
    private readonly start = 0,
  ) {
    this.rows = values.length;
    this.bytes = isBytes(values[0]);
  }

  copy(first: number, count: number, target: Target, at: number): void {
    for (let r = 0; r < count; r++) target.set(this.values[first + r], at + r * this.cols);
  }

  check(first: number, count: number): void {
    for (let r = first; r < first + count; r++) {
      const row = this.values[r];
      for (let c = 0; c < this.cols; c++) checkValue(row[c], this.start + r, c, this.name, this.range);
    }
  }

  slice(first: number, count: number): Table {
    const rows = this.values.slice(first, first + count);
    return new RowTable(rows, this.cols, this.name, this.range, this.start + first);
  }
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
        `${name} has ${count(values.length, "value")}, which is no multiple of ${cols}, and ${meaning}: give ${count(cols, "value")} a row.`,
      );
    }
    return new FlatTable(values, cols, values.length / cols, 0, name, range);
  }
  if (!Array.isArray(values)) {
    throw new ShapeError(
      `${name} is ${show(values)}: give an array of rows, or one flat array or typed array of numbers.`,
    );
  }
  values.forEach((row: unknown, r) => {
    if (!isNumbers(row))
      throw new ShapeError(`Row ${r} of ${name} is ${show(row)}: give ${count(cols, "number")} a row.`);
    if (row.length !== cols) {
      throw new ShapeError(
        `Row ${r} of ${name} has ${count(row.length, "value")}, but ${meaning}: give ${count(cols, "value")} a row.`,
      );
    }
    if (isBytes(row) !== isBytes(values[0])) {
      throw new ShapeError(
        `Row ${r} of ${name} is ${show(row)} but row 0 is ${show(values[0])}, and only bytes are scaled: give all rows as Uint8Array or none.`,
      );
    }
  });
  return new RowTable(values as Numbers[], cols, name, range);
}
