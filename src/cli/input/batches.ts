import { Failure } from "../failure.js";
import { openCSV } from "./csv.js";
import { type RecordBatch, recordBatches } from "./json.js";
import { type Batch, placeOf, type Rows } from "./rows.js";
import type { Source } from "./source.js";

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
      if (odd === undefined)
        return names.map((name) => (Object.hasOwn(record, name) ? record[name] : undefined));
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
