import { Failure } from "../failure.js";
import { openCSV } from "./csv.js";
import { type RecordBatch, recordBatches } from "./json.js";
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

/** Opens a table. @throws Failure naming file and line. */
export async function openRows(source: Source): Promise<Rows> {
  const { format } = source;
  switch (format) {
    case "csv":
    case "tsv":
      return openCSV(source, format === "tsv" ? "\t" : undefined);
    case "json":
    case "jsonl": {
      const batches = recordBatches(source);
      const first = await batches.next();
      if (first.done) throw new Failure(`${source.name} has no rows: give at least one.`);
      return openRecords(source, first.value, batches);
    }
  }
}

/** Rows of records. Their names are those of the first batch; later ones may leave some out. */
function openRecords(source: Source, first: RecordBatch, rest: AsyncIterable<RecordBatch>): Rows {
  const names = [...new Set(first.records.flatMap((record) => Object.keys(record)))];
  const known = new Set(names);
  const rowsOf = ({ records, lines }: RecordBatch): Batch => ({
    lines,
    rows: records.map((record, i) => {
      const odd = Object.keys(record).find((name) => !known.has(name));
      if (odd === undefined) return names.map((name) => (Object.hasOwn(record, name) ? record[name] : undefined));
      throw new Failure(
        `${source.name}, ${placeOf(source, lines[i])}: the record has ${JSON.stringify(odd)}, which none of the first ${first.records.length} has: name all columns in the first record, with null where a value is missing.`,
      );
    }),
  });
  async function* batches(): AsyncGenerator<Batch> {
    yield rowsOf(first);
    for await (const batch of rest) yield rowsOf(batch);
  }
  return { names, delimiter: undefined, batches: batches() };
}
