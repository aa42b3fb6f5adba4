import { type DataError, ShapeError } from "../errors.js";
import type { ValueRange } from "../model/value-range.js";
import { indexOfWrong, type Numbers, type TypedNumbers, wrongValue } from "./values.js";

export type { Numbers } from "./values.js";

/** A matrix of samples: flat and row by row, or an array of rows. A Uint8Array or Uint8ClampedArray holds pixels (see inputScale). */
export type Samples = Numbers | readonly Numbers[];

/** Says for messages what a row must hold, such as "the network has 4 inputs". */
export type Meaning = () => string;

/** Memory that rows are copied to. */
export type TableTarget = Uint8Array | Float32Array | Int32Array;

/** Fewer values than this are copied faster one by one than by a call of the host. */
const FEW = 32;

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
    /** True for a copy of the library's own, whose values were checked when it was made. */
    protected readonly isChecked = false,
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

  /** The same table of a copy of its values, which were checked. */
  abstract copied(values: Float32Array): Table;

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
    // Code of the user has made memory grow: the caller copies once more.
    if (target.length === 0) return;
    if (Array.isArray(values)) this.#copyPlain(values, from, length, row, target, at);
    else this.#copyTyped(values as TypedNumbers, from, length, row, target, at);
  }

  #copyPlain(
    values: readonly unknown[],
    from: number,
    length: number,
    row: number,
    target: TableTarget,
    at: number,
  ): void {
    const { least, most } = this.range;
    for (let i = 0; i < length; i++) {
      const value = values[from + i];
      if (!(typeof value === "number" && value >= least && value <= most)) throw this.#wrong(value, row, i);
      target[at + i] = value;
    }
  }

  #copyTyped(
    values: TypedNumbers,
    from: number,
    length: number,
    row: number,
    target: TableTarget,
    at: number,
  ): void {
    if (length > FEW)
      target.set(length === values.length ? values : values.subarray(from, from + length), at);
    else for (let i = 0; i < length; i++) target[at + i] = values[from + i];
    if (this.#areAllRight) return;
    const { least, most } = this.range;
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

  /** True if no value can be out of range: those of a copy that was checked, or bytes in a range that has all of them. */
  get #areAllRight(): boolean {
    if (this.isChecked) return true;
    return this.bytes && this.range.least <= 0 && this.range.most >= 255;
  }

  /** The error of the value that lies `i` values behind the beginning of row `row`. */
  #wrong(value: unknown, row: number, i: number): DataError {
    const at = this.start + row + Math.floor(i / this.cols);
    return wrongValue(value, at, i % this.cols, this.name, this.range);
  }
}
