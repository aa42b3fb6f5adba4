import { isCode } from "../../table/columns/advice.js";
import { numberIn } from "../../table/number-text.js";
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
  /** Columns of numbers that are written with leading zeros, and may be codes. */
  codes: readonly string[];
  /** The columns that are to be predicted. */
  targets: readonly string[];
  /** The line of each row. */
  lines: Int32Array;
  /** Rows that were left out because a target is missing. */
  leftOut: number;
}

/** How a table is read. */
export interface ReadOptions {
  /** Columns without which a row is left out. One that is none, as in "a,b", may be several. */
  targets?: readonly string[] | undefined;
  /** True if the targets are labels, whose texts stay texts. */
  hasLabels?: boolean | undefined;
  /** Texts that stand for a missing value. */
  missing?: readonly string[] | undefined;
  /** Columns whose texts stay texts, also if all of them are numbers. */
  texts?: ReadonlySet<string> | undefined;
}

/** The type that all values of a column have that are not missing. */
interface Kind {
  isNumber: boolean;
  /** True if a number of the text has leading zeros. */
  hasCodes: boolean;
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
function numberOf(value: unknown, isText: boolean, { decimal }: Source): number | undefined {
  if (typeof value === "number") return value;
  return isText && typeof value === "string" ? numberIn(value, decimal) : undefined;
}

/** The columns that are targets. @throws Failure for one that is not there; UsageError for one that is named twice */
function targetsIn(source: Source, names: readonly string[], given: readonly string[]): string[] {
  const targets = given.flatMap((target) => {
    if (names.includes(target)) return [target];
    const parts = target.split(",").map((part) => part.trim());
    if (parts.every((part) => names.includes(part))) return parts;
    const some = names.slice(0, 20).map((name) => JSON.stringify(name));
    const alike = names.find((name) => name.toLowerCase() === target.trim().toLowerCase());
    const hint = alike === undefined ? "" : `did you mean ${JSON.stringify(alike)}? `;
    throw new Failure(
      `${source.name} has no column ${JSON.stringify(target)}: ${hint}it has ${some.join(", ")}${names.length > 20 ? ", ..." : ""}.`,
    );
  });
  const twice = targets.find((target, i) => targets.indexOf(target) < i);
  if (twice === undefined) return targets;
  throw new UsageError(`--target is ${JSON.stringify(twice)} twice: name each column once.`);
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
  const targets = targetsIn(source, first.names, options.targets ?? []);
  const scanned = await scan(source, first, { ...options, targets }, missing);
  if (scanned.rows === 0) {
    const names = targets.map((name) => JSON.stringify(name)).join(" and ");
    throw new Failure(
      scanned.leftOut > 0
        ? `${source.name} has no row with the target ${names}: give at least two.`
        : `${source.name} has a header and no rows: give at least one.`,
    );
  }
  return fill(source, await openRows(source), missing, scanned);
}

interface Scanned {
  targets: readonly string[];
  kinds: Kind[];
  rows: number;
  leftOut: number;
}

async function scan(
  source: Source,
  { names, delimiter, batches }: Rows,
  { targets, hasLabels, texts }: ReadOptions & { targets: readonly string[] },
  missing: ReadonlySet<unknown>,
): Promise<Scanned> {
  const places = targets.map((target) => names.indexOf(target));
  const isText = delimiter !== undefined;
  const areTexts = new Set([...(texts ?? []), ...(hasLabels ? targets : [])]);
  const kinds = names.map((name): Kind => ({ isNumber: !areTexts.has(name), hasCodes: false }));
  let [rows, leftOut] = [0, 0];
  for await (const batch of batches) {
    batch.rows.forEach((fields, r) => {
      if (places.some((place) => isAbsent(trimmed(fields[place]), missing))) {
        leftOut++;
        return;
      }
      rows++;
      for (let c = 0; c < names.length; c++) {
        if (!kinds[c].isNumber) continue;
        const value = trimmed(fields[c]);
        if (isAbsent(value, missing)) continue;
        const number = numberOf(value, isText, source);
        if (isText && isCode(value as string)) kinds[c].hasCodes = true;
        if (number === undefined) kinds[c].isNumber = false;
        else if (Math.abs(number) === Infinity) {
          throw new Failure(
            `${source.name}, ${placeOf(source, batch.lines[r])}, column ${JSON.stringify(names[c])} is ${String(fields[c])}: give a finite number, or nothing where it is missing.`,
          );
        }
      }
    });
  }
  return { targets, kinds, rows, leftOut };
}

async function fill(
  source: Source,
  { names, delimiter, batches }: Rows,
  missing: ReadonlySet<unknown>,
  { targets, kinds, rows, leftOut }: Scanned,
): Promise<Table> {
  const places = targets.map((target) => names.indexOf(target));
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
      if (places.some((place) => isAbsent(trimmed(fields[place]), missing))) continue;
      lines[row] = batch.lines[r];
      for (let c = 0; c < names.length; c++) {
        const value = trimmed(fields[c]);
        const absent = isAbsent(value, missing);
        if (kinds[c].isNumber)
          values[c][row] = absent ? Number.NaN : (numberOf(value, isText, source) as number);
        else values[c][row] = absent ? null : typeof value === "string" ? texts[c].of(value) : value;
      }
      row++;
    }
  }
  const columns = new Map(names.map((name, c): [string, ColumnValues] => [name, values[c]]));
  const codes = names.filter((_, c) => kinds[c].isNumber && kinds[c].hasCodes);
  return { source, rows, columns, codes, targets, lines, leftOut };
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
