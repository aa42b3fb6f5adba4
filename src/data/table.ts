import { type DataError, ShapeError } from "../errors.js";
import { FINITE, type ValueRange } from "../model/value-range.js";
import { areFinite, indexOfWrong, type Numbers, type TypedNumbers, wrongValue } from "./values.js";

export type { Numbers } from "./values.js";

/** A matrix of samples: flat and row by row, or an array of rows. A Uint8Array or Uint8ClampedArray holds pixels (see inputScale). */
export type Samples = Numbers | readonly Numbers[];

/** Says for messages what a row must hold, such as "the network has 4 inputs". */
export type Meaning = () => string;

/** Memory that rows are copied to. */
export type TableTarget = Uint8Array | Float32Array | Int32Array;

/** True if the values of an array from index `first` to before `end` are finite. */
export type TestFloats = (values: Float32Array, first: number, end: number) => boolean;

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
    /** How messages call it. */
    readonly name: string,
    readonly range: ValueRange,
    /** True for a copy of the library's own, whose values were checked when it was made. */
    protected readonly isChecked = false,
  ) {}

  /** True if reading it may run code of the user: getters and proxies. */
  abstract readonly isLive: boolean;

  /**
   * Copies `count` rows from row `first` on to `target`, from its element `at` on, and checks what it copies: rows may have
   * changed since the last check.
   * @param test for floats that were copied. Default: a loop.
   * @throws DataError as `check`; ShapeError for rows that are not there any more.
   */
  abstract copy(first: number, count: number, target: TableTarget, at: number, test?: TestFloats): void;

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
    test?: TestFloats,
  ): void {
    this.#checkLength(values, from + length, row);
    // Code of the user has made memory grow: the caller copies once more.
    if (target.length === 0) return;
    if (Array.isArray(values)) this.#copyPlain(values, from, length, row, target, at);
    else this.#copyTyped(values as TypedNumbers, from, length, row, target, at, test);
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
    test?: TestFloats,
  ): void {
    if (length > FEW)
      target.set(length === values.length ? values : values.subarray(from, from + length), at);
    else for (let i = 0; i < length; i++) target[at + i] = values[from + i];
    // As they are now: float32 may be infinite where float64 is not.
    this.#refuseWrong(target, at, values, from, length, row, test);
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
    this.#refuseWrong(values, from, values, from, length, row);
  }

  /**
   * Checks `length` values of `found`, from index `at` on: those of `values` from index `from` on, the first of which begins row
   * `row`.
   */
  #refuseWrong(
    found: Numbers,
    at: number,
    values: Numbers,
    from: number,
    length: number,
    row: number,
    test: TestFloats = areFinite,
  ): void {
    const { least, most } = this.range;
    // A fast look first: at values that are bytes or were checked, and at float32 where all finite ones are right.
    if (this.isChecked || (this.bytes && least <= 0 && most >= 255)) return;
    const end = at + length;
    const mayBeFinite = found instanceof Float32Array && least <= FINITE.least && most >= FINITE.most;
    if (mayBeFinite && test(found, at, end)) return;
    const i = indexOfWrong(found, at, end, this.range) - at;
    if (i < length) throw this.#wrong(values[from + i], row, i);
  }

  /** The error of the value that lies `i` values behind the beginning of row `row`. */
  #wrong(value: unknown, row: number, i: number): DataError {
    const at = this.start + row + Math.floor(i / this.cols);
    return wrongValue(value, at, i % this.cols, this.name, this.range);
  }
}
