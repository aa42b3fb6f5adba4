import type { ValueRange } from "../model/value-range.js";
import { areFlags } from "./flags.js";
import { Table, type TableTarget, type TestFloats } from "./table.js";
import { isBytes, isList, type Numbers } from "./values.js";

/** An array of rows. */
export class RowTable extends Table {
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

  copy(first: number, count: number, target: TableTarget, at: number, test?: TestFloats): void {
    for (let r = 0; r < count; r++) {
      this.copyValues(this.#rowAt(first + r), 0, this.cols, first + r, target, at + r * this.cols, test);
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
