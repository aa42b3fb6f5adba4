/** Reads the text of a CSV as far as the page needs it to offer choices. The model reads the text by itself. */

import papa from "papaparse";
import type { ColumnFacts, SampleRow, TableFacts } from "./protocol.js";

/** Words that files often have where a value is missing. */
const OFTEN_MISSING = new Set(["", "na", "n/a", "?", "null", "nan"]);

/** Rows that the form may show. */
const SAMPLES = 40;

/** A fault in a table, as a sentence for the visitor. */
export class TableFault extends Error {}

const isMissing = (field: string): boolean => OFTEN_MISSING.has(field.trim().toLowerCase());

function factsOf(name: string, fields: readonly string[]): ColumnFacts {
  const present = fields.filter((field) => !isMissing(field));
  return {
    name,
    isNumeric: present.length > 0 && present.every((field) => Number.isFinite(Number(field))),
    distinct: new Set(present).size,
  };
}

/** Numbers of at most `most` rows from all over a table. */
export function spread(rows: number, most: number): number[] {
  const count = Math.min(rows, most);
  return Array.from({ length: count }, (_, i) => Math.floor((i * rows) / count));
}

const parse = (text: string) =>
  papa.parse<string[]>(text.replace(/^\ufeff/, ""), { skipEmptyLines: "greedy" });

/** The fields of a CSV, row by row, without blank lines. */
export const fieldsOf = (text: string): string[][] => parse(text).data;

const NUMBER = /^\s*[-+]?\d+(,\d+)?\s*$/;

/** The CSV with a decimal point where a column of numbers has a comma, which divides no fields then. */
export function withDecimalPoints(text: string): string {
  const { data, meta } = parse(text);
  if (meta.delimiter === ",") return text;
  const [header = [], ...rows] = data;
  const hasCommas = header.map((_, i) => {
    const fields = rows.map((row) => row[i] ?? "").filter((field) => !isMissing(field));
    return fields.some((field) => field.includes(",")) && fields.every((field) => NUMBER.test(field));
  });
  if (!hasCommas.includes(true)) return text;
  return papa.unparse([
    header,
    ...rows.map((row) => row.map((field, i) => (hasCommas[i] ? field.replace(",", ".") : field))),
  ]);
}

/** Names of the columns, as densely/table gives them. */
const namesOf = (header: readonly string[]): string[] =>
  header.map((field, i) => field.trim() || `column ${i + 1}`);

/** Reads the facts of a table. @throws TableFault */
export function readTable(text: string): TableFacts {
  if (text.includes("\0")) {
    throw new TableFault(
      "This is no text: save the table as CSV in the program that it comes from, and give that file.",
    );
  }
  const [header = [], ...rows] = fieldsOf(text);
  if (header.length < 2) {
    throw new TableFault(
      `The first line has ${header.length === 0 ? "no column" : "one column"}: give the names of at least two, with a comma, semicolon, tab or bar between them.`,
    );
  }
  if (rows.length === 0)
    throw new TableFault("The table has names of columns but no rows: give some rows below them.");
  const names = namesOf(header);
  const sample = (row: number): SampleRow => ({
    number: row + 1,
    fields: Object.fromEntries(
      names.map((name, i) => [name, isMissing(rows[row][i] ?? "") ? "" : rows[row][i]]),
    ),
  });
  return {
    rows: rows.length,
    columns: names.map((name, i) =>
      factsOf(
        name,
        rows.map((row) => row[i] ?? ""),
      ),
    ),
    samples: spread(rows.length, SAMPLES).map(sample),
  };
}

/** The CSV with at most `most` of its rows, from all over it. */
export function thinned(text: string, most: number): { text: string; rows: number } {
  const [header, ...rows] = fieldsOf(text);
  if (rows.length <= most) return { text, rows: rows.length };
  const taken = spread(rows.length, most).map((row) => rows[row]);
  return { text: papa.unparse([header, ...taken]), rows: taken.length };
}

/** The CSV without the rows that lack the target; the text as it is if all rows have it. */
export function withTarget(
  text: string,
  target: string,
  missing: readonly string[],
): { text: string; leftOut: number } {
  const [header, ...rows] = fieldsOf(text);
  const place = namesOf(header).indexOf(target);
  const lacks = (row: readonly string[]) => row[place] === "" || missing.includes(row[place]);
  const whole = rows.filter((row) => !lacks(row));
  const leftOut = rows.length - whole.length;
  return leftOut === 0 ? { text, leftOut } : { text: papa.unparse([header, ...whole]), leftOut };
}
