import type { ValueRange } from "../model/value-range.js";
import { areFlags } from "./flags.js";
import { Table, type TableTarget, type TestFloats } from "./table.js";
import { isBytes, type Numbers } from "./values.js";

/** Rows one behind the other in one long array. */
export class FlatTable extends Table {
  readonly #values: Numbers;

  /** @param start the row of the array that is row 0 of the table. */
  constructor(
    values: Numbers,
    rows: number,
    cols: number,
    start: number,
    name: string,
    range: ValueRange,
    isChecked = false,
  ) {
    super(rows, cols, isBytes(values), start, name, range, isChecked);
    this.#values = values;
  }

  get isLive(): boolean {
    return Array.isArray(this.#values);
  }

  copy(first: number, count: number, target: TableTarget, at: number, test?: TestFloats): void {
    const from = (this.start + first) * this.cols;
    this.copyValues(this.#values, from, count * this.cols, first, target, at, test);
  }

  get isOfFlags(): boolean {
    return this.bytes && areFlags([this.#values]);
  }

  slice(first: number, count: number): Table {
    const start = this.start + first;
    return new FlatTable(this.#values, count, this.cols, start, this.name, this.range, this.isChecked);
  }

  check(first: number, count: number): void {
    this.checkValues(this.#values, (this.start + first) * this.cols, count * this.cols, first);
  }
}
