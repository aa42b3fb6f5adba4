import { type DataError, ShapeError } from "../errors.js";
import { plural, show, tagOf } from "../model/check.js";
import { FINITE, type ValueRange } from "../model/value-range.js";
import { indexOfWrong, isBytes, isFlat, isList, isNumber, type Numbers, wrongValue } from "./values.js";

export type { Numbers } from "./values.js";

/** A matrix of samples: flat and row by row, or an array of rows. A Uint8Array or Uint8ClampedArray holds pixels (see inputScale). */
export type Samples = Numbers | readonly Numbers[];

/** Says for messages what a row must hold, such as "the network has 4 inputs". */
export type Meaning = () => string;

/** Memory that rows are copied to. */
export type TableTarget = Uint8Array | Float32Array | Int32Array;

/** True if 1 is the largest value of all arrays. Pixels end the search after a few of them. */
function areFlags(arrays: readonly Numbers[]): boolean {
  let largest = 0;
  for (const values of arrays) {
    for (let i = 0; i < values.length; i++) {
      if (values[i] > 1) return false;
      if (values[i] === 1) largest = 1;
    }
  }
  return largest === 1;
}

/** The user's rows as they are: nothing is copied until `copy`. */
export abstract class Table {
  /** @param start the user's number of row 0, for messages. */
  constructor(
    readonly rows: number,
    readonly cols: number,
    /** True if the values are bytes, which stay bytes in linear memory. */
    readonly bytes: boolean,
    protected readonly start: number,
    protected readonly name: string,
    protected readonly range: ValueRange,
  ) {}

  /** True if reading it may run code of the user: getters and proxies. */
  abstract readonly isLive: boolean;

  /**
   * Copies `count` rows from row `first` on to `target`, from its element `at` on, and checks what it copies: rows may have
   * changed since the last check.
   * @throws DataError as `check`; ShapeError for rows that are not there any more.
   */
  abstract copy(first: number, count: number, target: TableTarget, at: number): void;

  /** True if the values are bytes of which the largest is 1. */
  abstract get isOfFlags(): boolean;

  /** The same table from row `first` on. */
  abstract slice(first: number, count: number): Table;

  /** @throws DataError for a value that is not finite or not in the table's range, naming row and column. */
  abstract check(first: number, count: number): void;

  /** Copies `length` values of an array, from index `from` on, the first of which begins row `row`, and checks them. */
  protected copyValues(
    values: Numbers,
    from: number,
    length: number,
    row: number,
    target: TableTarget,
    at: number,
  ): void {
    this.#checkLength(values, from + length, row);
    const { least, most } = this.range;
    if (!("subarray" in values)) {
      for (let i = 0; i < length; i++) {
        const value: unknown = values[from + i];
        if (!(typeof value === "number" && value >= least && value <= most)) throw this.#wrong(value, row, i);
        target[at + i] = value as number;
      }
      return;
    }
    target.set(values.subarray(from, from + length), at);
    if (this.#areAllRight) return;
    for (let i = 0; i < length; i++) {
      const value = target[at + i];
      if (!(value >= least && value <= most)) throw this.#wrong(values[from + i], row, i);
    }
  }

  /** @throws ShapeError if an array has become shorter than `end`, in the middle of row `row`. */
  #checkLength(values: Numbers, end: number, row: number): void {
    if (end <= values.length) return;
    throw new ShapeError(
      `Row ${this.start + row} of ${this.name} was cut off or detached while it was used: leave the data as they are until the call has ended.`,
    );
  }

  /** Checks `length` values of an array, from index `from` on, the first of which begins row `row`. */
  protected checkValues(values: Numbers, from: number, length: number, row: number): void {
    this.#checkLength(values, from + length, row);
    if (this.#areAllRight) return;
    const i = indexOfWrong(values, from, from + length, this.range) - from;
    if (i < length) throw this.#wrong(values[from + i], row, i);
  }

  /** True if no value can be out of range: bytes, in a range that has all of them. */
  get #areAllRight(): boolean {
    return this.bytes && this.range.least <= 0 && this.range.most >= 255;
  }

  /** The error of the value that lies `i` values behind the beginning of row `row`. */
  #wrong(value: unknown, row: number, i: number): DataError {
    const at = this.start + row + Math.floor(i / this.cols);
    return wrongValue(value, at, i % this.cols, this.name, this.range);
  }
}

/** Rows one behind the other in one long array. */
class FlatTable extends Table {
  readonly #values: Numbers;

  /** @param start the row of the array that is row 0 of the table. */
  constructor(values: Numbers, rows: number, cols: number, start: number, name: string, range: ValueRange) {
    super(rows, cols, isBytes(values), start, name, range);
    this.#values = values;
  }

  get isLive(): boolean {
    return Array.isArray(this.#values);
  }

  copy(first: number, count: number, target: TableTarget, at: number): void {
    const from = (this.start + first) * this.cols;
    this.copyValues(this.#values, from, count * this.cols, first, target, at);
  }

  get isOfFlags(): boolean {
    return this.bytes && areFlags([this.#values]);
  }

  slice(first: number, count: number): Table {
    return new FlatTable(this.#values, count, this.cols, this.start + first, this.name, this.range);
  }

  check(first: number, count: number): void {
    this.checkValues(this.#values, (this.start + first) * this.cols, count * this.cols, first);
  }
}

/** An array of rows. */
class RowTable extends Table {
  readonly #values: readonly Numbers[];

  constructor(values: readonly Numbers[], cols: number, start: number, name: string, range: ValueRange) {
    super(values.length, cols, isBytes(values[0]), start, name, range);
    this.#values = values;
  }

  readonly isLive = true;

  /** Row `r`, or an empty one if the user's code has put anything else in its place. */
  #rowAt(r: number): Numbers {
    const row: unknown = this.#values[r];
    return isList(row) && row.length === this.cols ? row : [];
  }

  copy(first: number, count: number, target: TableTarget, at: number): void {
    for (let r = 0; r < count; r++) {
      this.copyValues(this.#rowAt(first + r), 0, this.cols, first + r, target, at + r * this.cols);
    }
  }

  get isOfFlags(): boolean {
    return this.bytes && areFlags(this.#values);
  }

  slice(first: number, count: number): Table {
    const values = this.#values.slice(first, first + count);
    return new RowTable(values, this.cols, this.start + first, this.name, this.range);
  }

  check(first: number, count: number): void {
    for (let r = first; r < first + count; r++) this.checkValues(this.#rowAt(r), 0, this.cols, r);
  }
}

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

/** An array of rows as a table. @throws ShapeError */
function tabulateRows(
  rows: readonly unknown[],
  cols: number,
  name: string,
  meaning: Meaning,
  range: ValueRange,
): Table {
  const first = rows[0];
  // Of plain arrays only the length is left to check.
  const isPlain = Array.isArray(first) && first.length === cols;
  // A loop by index: forEach passes over holes.
  for (let r = 0; r < rows.length; r++) {
    const row = rows[r];
    if (isPlain && Array.isArray(row) && row.length === cols) continue;
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
