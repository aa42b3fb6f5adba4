import { numberIn } from "../../table/csv.js";
import { Failure, UsageError } from "../failure.js";
import { openRows } from "./batches.js";
import { placeOf, type Rows } from "./rows.js";
import type { Source } from "./source.js";

/** Values of a column: numbers with NaN for a missing one, or any values. */
export type ColumnValues = Float64Array | unknown[];

/** A table in memory, by columns. */
export interface Table {
  source: Source;
  rows: number;
  columns: ReadonlyMap<string, ColumnValues>;
  /** The line of each row. */
  lines: Int32Array;
  /** Rows that were left out because their target is missing. */
  leftOut: number;
}

/** How a table is read. */
export interface ReadOptions {
  /** A column without which a row is left out. */
  target?: string | undefined;
  /** Texts that stand for a missing value. */
  missing?: readonly string[] | undefined;
  /** Columns whose texts stay texts, also if all of them are numbers. */
  texts?: ReadonlySet<string> | undefined;
  /** Columns to read; all by default. */
  only?: ReadonlySet<string> | undefined;
}

/** The type that all values of a column have that are not missing. */
interface Kind {
  isNumber: boolean;
}

/** Different texts of a column that are kept once each; with more of them, each value is a text of its own. */
const MOST_LEVELS = 10_000;

/** A text with memory of its own: a part of a long text would keep all of it. */
const ownCopy = (text: string): string => (text.length < 13 ? text : Buffer.from(text).toString());

/** Texts of a column, equal ones as one. */
class Texts {
  readonly #known = new Map<string, string>();

  of(text: string): string {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const own = ownCopy(text);
    if (this.#known.size < MOST_LEVELS) this.#known.set(own, own);
    return own;
  }
}

const trimmed = (value: unknown): unknown => (typeof value === "string" ? value.trim() : value);

const isAbsent = (value: unknown, missing: ReadonlySet<unknown>): boolean =>
  value === undefined || value === null || value === "" || missing.has(value);

/** The number that a value is; undefined for any other. */
function numberOf(value: unknown, isText: boolean): number | undefined {
  if (typeof value === "number") return value;
  return isText && typeof value === "string" ? numberIn(value) : undefined;
}

/** The place of the target among the columns. @throws Failure if it is not there; UsageError for several. */
function placeOfTarget(source: Source, names: readonly string[], target: string): number {
  const place = names.indexOf(target);
  if (place >= 0) return place;
  const parts = target.split(",").map((part) => part.trim());
  if (parts.every((part) => names.includes(part))) {
    throw new UsageError(
      `--target is ${JSON.stringify(target)}, which are ${parts.length} columns of ${source.name}: name one, and train a model for each, or use the option target of densely/table, which takes several.`,
    );
  }
  const some = names.slice(0, 20).map((name) => JSON.stringify(name));
  throw new Failure(
    `${source.name} has no column ${JSON.stringify(target)}: it has ${some.join(", ")}${names.length > 20 ? ", ..." : ""}.`,
  );
}

/**
 * Reads a table in two passes: the first finds the type of each column, the second fills arrays of the right size, so that
 * a number takes eight bytes.
 * @throws Failure naming file, line and column.
 */
export async function readTable(source: Source, options: ReadOptions = {}): Promise<Table> {
  await source.keep();
  const missing: ReadonlySet<unknown> = new Set(options.missing);
  const first = await openRows(source);
  const { kinds, rows, leftOut } = await scan(source, first, options, missing);
  if (rows === 0) {
    throw new Failure(
      leftOut > 0
        ? `${source.name} has no row with the target ${JSON.stringify(options.target)}: give at least two.`
        : `${source.name} has a header and no rows: give at least one.`,
    );
  }
  return fill(source, await openRows(source), options, missing, { kinds, rows, leftOut });
}

interface Scanned {
  kinds: Kind[];
  rows: number;
  leftOut: number;
}

async function scan(
  source: Source,
  { names, delimiter, batches }: Rows,
  { target, texts }: ReadOptions,
  missing: ReadonlySet<unknown>,
): Promise<Scanned> {
  const place = target === undefined ? -1 : placeOfTarget(source, names, target);
  const isText = delimiter !== undefined;
  const kinds = names.map((name): Kind => ({ isNumber: !texts?.has(name) }));
  let [rows, leftOut] = [0, 0];
  for await (const batch of batches) {
    batch.rows.forEach((fields, r) => {
      if (place >= 0 && isAbsent(trimmed(fields[place]), missing)) {
        leftOut++;
        return;
      }
      rows++;
      for (let c = 0; c < names.length; c++) {
        if (!kinds[c].isNumber) continue;
        const value = trimmed(fields[c]);
        if (isAbsent(value, missing)) continue;
        const number = numberOf(value, isText);
        if (number === undefined) kinds[c].isNumber = false;
        else if (Math.abs(number) === Infinity) {
          throw new Failure(
            `${source.name}, ${placeOf(source, batch.lines[r])}, column ${JSON.stringify(names[c])} is ${String(fields[c])}: give a finite number, or nothing where it is missing.`,
          );
        }
      }
    });
  }
  return { kinds, rows, leftOut };
}

async function fill(
  source: Source,
  { names, delimiter, batches }: Rows,
  { target, only }: ReadOptions,
  missing: ReadonlySet<unknown>,
  { kinds, rows, leftOut }: Scanned,
): Promise<Table> {
  const place = target === undefined ? -1 : names.indexOf(target);
  const isText = delimiter !== undefined;
  const values = kinds.map(
    ({ isNumber }): ColumnValues => (isNumber ? new Float64Array(rows) : new Array(rows)),
  );
  const texts = names.map(() => new Texts());
  const lines = new Int32Array(rows);
  let row = 0;
  for await (const batch of batches) {
    for (let r = 0; r < batch.rows.length; r++) {
      const fields = batch.rows[r];
      if (place >= 0 && isAbsent(trimmed(fields[place]), missing)) continue;
      lines[row] = batch.lines[r];
      for (let c = 0; c < names.length; c++) {
        const value = trimmed(fields[c]);
        const absent = isAbsent(value, missing);
        if (kinds[c].isNumber) values[c][row] = absent ? Number.NaN : (numberOf(value, isText) as number);
        else values[c][row] = absent ? null : typeof value === "string" ? texts[c].of(value) : value;
      }
      row++;
    }
  }
  const columns = names.map((name, c): [string, ColumnValues] => [name, values[c]]);
  const kept = only ? columns.filter(([name]) => only.has(name)) : columns;
  return { source, rows, columns: new Map(kept), lines, leftOut };
}

/** A table as densely/table takes it. */
export const recordOf = ({ columns }: Table): Record<string, ColumnValues> => Object.fromEntries(columns);

/** Some rows of a table. */
export function takeRows(table: Table, rows: Int32Array): Table {
  const columns = new Map(
    Array.from(table.columns, ([name, values]): [string, ColumnValues] => [
      name,
      values instanceof Float64Array
        ? Float64Array.from(rows, (row) => values[row])
        : Array.from(rows, (row) => values[row]),
    ]),
  );
  return { ...table, rows: rows.length, columns, lines: Int32Array.from(rows, (row) => table.lines[row]) };
}

/**
 * Calls a function of densely/table on a table. Its errors name rows from 0; here they name the file and the line.
 * @throws Failure
 */
export async function withLines<T>(
  { source, lines }: Pick<Table, "source" | "lines">,
  act: () => T | Promise<T>,
): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if ((error as Error)?.name !== "DataError") throw error;
    const place = (_: string, row: string): string => placeOf(source, lines[Number(row)]);
    throw new Failure(`${source.name}: ${(error as Error).message.replaceAll(/\brow (\d+)\b/g, place)}`);
  }
}
