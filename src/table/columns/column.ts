import { DataError } from "../../errors.js";
import { show } from "../../model/check.js";
import type { ColumnValues, Frame } from "../frame.js";
import { numberIn } from "../number-text.js";

/** Texts and numbers that stand for a missing value, besides null, undefined, NaN and the empty text. */
export type MissingValues = ReadonlySet<unknown>;

/** One column of a table, which knows its missing values and its place in messages. */
export class Column {
  /** @param values undefined for a column that is absent: all its values are missing. */
  constructor(
    readonly name: string,
    readonly frame: Frame,
    private readonly values: ColumnValues | undefined,
    private readonly missing: MissingValues,
  ) {}

  get rows(): number {
    return this.frame.rows;
  }

  /** The value of a row; undefined if it is missing. */
  at(row: number): unknown {
    const value = this.values?.at(row);
    if (value === null || value === "" || Number.isNaN(value) || this.missing.has(value)) return undefined;
    return value;
  }

  /** The number that a text of this column is; undefined for any other. */
  numberIn(text: string): number | undefined {
    return numberIn(text, this.frame.decimal);
  }

  /** The first row with a value; -1 if there is none. */
  get firstPresent(): number {
    for (let row = 0; row < this.rows; row++) if (this.at(row) !== undefined) return row;
    return -1;
  }

  /** An error about the value of a row. @param expected the end of the sentence. */
  wrong(row: number, expected: string): DataError {
    const value = show(this.values?.at(row));
    return new DataError(`Column ${show(this.name)} is ${value} in ${this.frame.place(row)}: ${expected}.`);
  }

  /** The value and the row that an error about two rows names. */
  quote(row: number): string {
    return `${show(this.values?.at(row))} in ${this.frame.place(row)}`;
  }
}

/** How columns are prepared. */
export interface ColumnSettings {
  /** Levels of a category that get an input each; rarer ones are treated as unknown. */
  maxLevels: number;
  /** Inputs of a column of text. */
  features: number;
  /** Bins of a column of numbers; 0 for none. */
  bins: number;
}

/** The beginning of every plan: plain data that says what becomes of a column. */
export interface PlanOf<K extends string> {
  name: string;
  kind: K;
  /** Advice for columns that may be something else than they are taken for. */
  advice?: string | undefined;
}

/** A column that the model does not read. */
export interface IgnoredPlan extends PlanOf<"ignore"> {
  reason: string;
}

/** Where features are written: row after row of `stride` numbers. */
export interface Features {
  readonly values: Float32Array | Uint8Array;
  readonly stride: number;
}

/** One kind of column. */
export interface ColumnKind<P extends PlanOf<string>> {
  /** Decides from training rows. @returns the plan, or the reason to leave the column out. @throws DataError */
  fit(column: Column, settings: ColumnSettings): P | string;
  /** The names of the inputs that the column becomes. */
  inputs(plan: P): string[];
  /** Writes the inputs of all rows, from input number `first` on. The memory is all zeros. @throws DataError */
  write(plan: P, column: Column, to: Features, first: number): void;
  /** The value of the median row. */
  median(plan: P): unknown;
  /** Description of a plan in some words. */
  describe(plan: P): string;
}
