import Papa from "papaparse";
import { breaksIn, delimiterOf } from "../../table/csv.js";
import { Failure } from "../failure.js";
import type { Batch, Rows } from "./rows.js";
import type { Source } from "./source.js";

/** Characters of a line, with the line breaks in its quotes; a quote that does not end would take the whole file. */
const LONGEST_LINE = 4 << 20;

/** Characters that show the separator and the line break of a file. */
const SAMPLE = 1 << 16;

/** Result of Papa.Parser.parse. */
interface Parsed {
  data: string[][];
  errors: { type: string; row?: number; message: string }[];
  meta: { cursor: number };
}

/** Part of a text that has been parsed, with the line of each row. */
interface Part {
  rows: string[][];
  lines: number[];
}

/** The line break of a text: "\r" alone only if there is no "\n". */
const newlineOf = (text: string): "\n" | "\r" => (text.includes("\n") || !text.includes("\r") ? "\n" : "\r");

/** Parses a CSV file part by part. Blank lines are left out. */
async function* partsOf(
  source: Source,
  texts: AsyncIterator<string>,
  start: string,
  delimiter: string,
): AsyncGenerator<Part> {
  const newline = newlineOf(start);
  const parser = new Papa.Parser({ delimiter, newline });
  let line = 1;
  let rest = start;
  for (let isLast = false; !isLast; ) {
    const next = await texts.next();
    isLast = next.done === true;
    const text = isLast ? rest : rest + next.value;
    const { data, errors, meta }: Parsed = parser.parse(text, 0, !isLast);
    rest = text.slice(meta.cursor);
    const fault = errors.find(({ type }) => type === "Quotes");
    const hasQuotes = text.includes('"');
    const part: Part = { rows: [], lines: [] };
    data.forEach((fields, index) => {
      if (fault?.row === index) {
        throw new Failure(
          `${source.name}, line ${line}, column ${fields.length}: ${fault.message.toLowerCase()}: close each quote, and double those inside.`,
        );
      }
      if (fields.length > 1 || fields[0].trim() !== "") {
        part.rows.push(fields);
        part.lines.push(line);
      }
      line += 1 + (hasQuotes ? breaksIn(fields) : 0);
    });
    if (rest.length > LONGEST_LINE) {
      throw new Failure(
        `${source.name}, line ${line} is longer than ${LONGEST_LINE / (1 << 20)} MB: close the quote that begins in it.`,
      );
    }
    if (part.rows.length > 0) yield part;
  }
}

/** Names of the columns. A column without a name is "column 3", counted from 1. @throws Failure for a name twice. */
function namesOf(source: Source, line: number, header: readonly string[]): string[] {
  const places = new Map<string, number>();
  return header.map((field, i) => {
    const name = field.trim() || `column ${i + 1}`;
    const other = places.get(name);
    if (other !== undefined) {
      throw new Failure(
        `${source.name}, line ${line}: columns ${other + 1} and ${i + 1} are both named ${JSON.stringify(name)}: rename one of them.`,
      );
    }
    places.set(name, i);
    return name;
  });
}

/** @throws Failure for a row that is longer or shorter than the header. */
function checkWidth(source: Source, { rows, lines }: Part, width: number): void {
  const odd = rows.findIndex((fields) => fields.length !== width);
  if (odd < 0) return;
  throw new Failure(
    `${source.name}, line ${lines[odd]}, column ${Math.min(rows[odd].length, width) + 1}: the line has ${rows[odd].length} fields, but the header has ${width}: give each line one field per column, and put fields that contain the separator in quotes.`,
  );
}

/**
 * Opens a CSV file: comma, tab, semicolon or bar between fields, quotes and line breaks as in RFC 4180.
 * @throws Failure naming the line, also while rows are read.
 */
export async function openCSV(source: Source, delimiter?: string): Promise<Rows> {
  const texts = source.text();
  let start = "";
  while (start.length < SAMPLE) {
    const next = await texts.next();
    if (next.done) break;
    start += next.value;
  }
  const separator = delimiter ?? delimiterOf(start, source.decimal);
  const parts = partsOf(source, texts, start, separator);
  const first = await parts.next();
  if (first.done) throw new Failure(`${source.name} is empty: give a header and rows.`);
  const [header, ...rows] = first.value.rows;
  const [line, ...lines] = first.value.lines;
  const names = namesOf(source, line, header);
  async function* batches(): AsyncGenerator<Batch> {
    const head = { rows, lines };
    checkWidth(source, head, names.length);
    yield head;
    for await (const part of parts) {
      checkWidth(source, part, names.length);
      yield part;
    }
  }
  return { names, delimiter: separator, batches: batches() };
}
