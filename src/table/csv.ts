import Papa from "papaparse";
import { DataError } from "../errors.js";
import { show } from "../model/check.js";
import { Fields } from "./fields.js";
import type { Frame } from "./frame.js";
import type { Decimal } from "./number-text.js";

const BYTE_ORDER_MARK = "\ufeff";

/** Characters that show the separator of a text. */
const SAMPLE = 1 << 16;

/** The separator that a text has most consistently. Blank lines, such as behind the last line break, do not count. */
export function delimiterOf(text: string, decimal: Decimal = "."): string {
  const delimiters = [",", "\t", "|", ";"].filter((delimiter) => delimiter !== decimal);
  const { delimiter } = Papa.parse(text.slice(0, SAMPLE), {
    preview: 20,
    skipEmptyLines: "greedy",
    delimitersToGuess: delimiters,
  }).meta;
  return delimiter || delimiters[0];
}

/** Names of the columns. A column without a name is "column 3", counted from 1. @throws DataError for a name twice. */
function namesOf(header: readonly string[]): string[] {
  const places = new Map<string, number>();
  return header.map((field, i) => {
    const name = field.trim() || `column ${i + 1}`;
    const other = places.get(name);
    if (other !== undefined) {
      throw new DataError(
        `Columns ${other + 1} and ${i + 1} of the CSV are both named ${show(name)}: rename one of them.`,
      );
    }
    places.set(name, i);
    return name;
  });
}

/** The number of line breaks in the fields of a row, which quotes allow. */
export function breaksIn(fields: readonly string[]): number {
  let breaks = 0;
  for (const field of fields) {
    for (let at = field.indexOf("\n"); at >= 0; at = field.indexOf("\n", at + 1)) breaks++;
  }
  return breaks;
}

/** Gathers the rows of a CSV file in columns, and counts its lines. */
class Gathering {
  readonly columns: Fields[] = [];
  /** The line in which each row begins. */
  readonly lines: number[] = [];
  names: string[] | undefined;
  #line = 1;

  /** Adds one row. Blank lines are skipped. @throws DataError unless it has as many fields as the header. */
  add(fields: readonly string[], fault: string | undefined): void {
    if (fault !== undefined) {
      throw new DataError(
        `Line ${this.#line} of the CSV: ${fault}; close each quote, and double those inside.`,
      );
    }
    const isBlank = fields.length === 1 && fields[0].trim() === "";
    if (!isBlank && this.names) this.#addRow(fields, this.names.length);
    if (!isBlank && !this.names) {
      this.names = namesOf(fields);
      for (const _ of this.names) this.columns.push(new Fields());
    }
    this.#line += 1 + breaksIn(fields);
  }

  #addRow(fields: readonly string[], width: number): void {
    if (fields.length !== width) {
      throw new DataError(
        `Line ${this.#line} of the CSV has ${fields.length} fields, but its header has ${width}: give each line one field per column, and put fields that contain the separator in quotes.`,
      );
    }
    for (let c = 0; c < width; c++) this.columns[c].push(fields[c].trim());
    this.lines.push(this.#line);
  }
}

/**
 * Reads the text of a CSV file with a header: comma, tab, semicolon or bar between fields, quotes and line breaks as in RFC
 * 4180. Blanks around fields, blank lines and a byte order mark are skipped.
 * @param decimal the mark before decimals.
 * @throws DataError naming the line, for quotes that do not end and for rows that are longer or shorter than the header.
 */
export function frameOfCSV(text: string, decimal?: Decimal): Frame {
  const gathering = new Gathering();
  const content = text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
  Papa.parse<string[]>(content, {
    delimiter: delimiterOf(content, decimal),
    step: ({ data, errors }) => gathering.add(data, errors.find(({ type }) => type === "Quotes")?.message),
  });
  const { names, columns, lines } = gathering;
  if (!names) throw new DataError("The CSV is empty: give a header and rows.");
  return {
    rows: lines.length,
    columns: new Map(names.map((name, c) => [name, columns[c]])),
    isSparse: false,
    isText: true,
    decimal,
    place: (row) => `line ${lines[row]}`,
  };
}
