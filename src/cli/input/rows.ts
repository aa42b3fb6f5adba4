import type { Source } from "./source.js";

/** Some rows of a table in the order of the file. */
export interface Batch {
  /** The fields of each row, as many as there are names: texts of a CSV file, any values of JSON. */
  rows: unknown[][];
  /** The line of each row, from 1; of a .json file the number of the record, from 1. */
  lines: number[];
}

/** A table that is read row after row. */
export interface Rows {
  names: string[];
  /** The separator of fields; undefined for JSON, whose values have types. */
  delimiter: string | undefined;
  batches: AsyncIterable<Batch>;
}

/** Where a row stands, for messages. */
export const placeOf = ({ format }: Source, line: number): string =>
  format === "json" ? `record ${line}` : `line ${line}`;
