/** Reads a CSV into points: two columns of numbers, and a column of classes or numbers to learn. */

import { MOST_CLASSES } from "../model/vocabulary.js";
import { MOST_OWN, type OwnData, rounded } from "./own.js";

/** Least rows that can be divided and learnt. */
const LEAST_ROWS = 4;

/** A CSV as columns by name. */
export interface Columns {
  readonly names: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A fault in a CSV, as a sentence for the visitor. */
export class CsvFault extends Error {}

/** Reads the text of a CSV. Its first line has names, unless it consists of numbers. @throws CsvFault */
export async function readColumns(text: string): Promise<Columns> {
  const { default: papa } = await import("papaparse").catch(() => {
    throw new CsvFault("The reader of CSV could not be loaded: is there a connection?");
  });
  const { data: fields, meta } = papa.parse<string[]>(text.trim(), { skipEmptyLines: "greedy" });
  // Tables of countries that write numbers with a comma have other characters between the fields.
  const data = meta.delimiter === "," ? fields : fields.map((row) => row.map(withDecimalPoint));
  const [first = [], ...others] = data;
  if (first.length < 3) {
    throw new CsvFault("The CSV has fewer than three columns: two inputs and a target are needed.");
  }
  const hasNames = !first.every((field) => isNumber(field));
  const rows = (hasNames ? others : data).filter((row) => row.length === first.length);
  checkRows(rows);
  const names = first.map((name, i) => (hasNames && name.trim()) || `column ${i + 1}`);
  return { names, rows };
}

/** A field with a decimal point instead of a comma; anything else as it is. */
const withDecimalPoint = (field: string): string =>
  field.replace(/^(\s*[-+]?\d+),(\d+(e[-+]?\d+)?\s*)$/i, "$1.$2");

/** @throws CsvFault if there are too few rows to learn from. */
function checkRows({ length }: readonly unknown[]): void {
  if (length < LEAST_ROWS) {
    throw new CsvFault(
      `The CSV has ${length === 1 ? "1 row" : `${length} rows`} without a gap: give at least ${LEAST_ROWS}.`,
    );
  }
}

function isNumber(field: string): boolean {
  return field.trim() !== "" && Number.isFinite(Number(field));
}

/** True if nearly every field of a column is a number. */
export function isNumeric({ rows }: Columns, column: number): boolean {
  return rows.filter((row) => isNumber(row[column])).length >= 0.8 * rows.length;
}

/** The columns that are probably meant: the first two of numbers, and the last column as the target. */
export function guessColumns(columns: Columns): { inputs: [number, number]; target: number } {
  const target = columns.names.length - 1;
  const numeric = columns.names.map((_, i) => i).filter((i) => i !== target && isNumeric(columns, i));
  if (numeric.length < 2) throw new CsvFault("The CSV has fewer than two columns of numbers for the inputs.");
  return { inputs: [numeric[0], numeric[1]], target };
}

/** Makes a column's numbers fit the plane: mean 0, standard deviation 1. */
function standardize(values: readonly number[]): number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return values.map((value) => (value - mean) / (Math.sqrt(variance) || 1));
}

/** Scales numbers to -1..1. */
function scaleTarget(values: readonly number[]): number[] {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return values.map((value) => (2 * (value - least)) / (most - least || 1) - 1);
}

/** The points of three columns. Rows with a gap are left out. @throws CsvFault */
export function pointsOf(columns: Columns, inputs: readonly [number, number], target: number): OwnData {
  const labels = [...new Set(columns.rows.map((row) => row[target].trim()))].filter(Boolean).sort();
  const isRegression = isNumeric(columns, target) && labels.length > MOST_CLASSES;
  if (!isRegression && labels.length > MOST_CLASSES) {
    throw new CsvFault(
      `"${columns.names[target]}" has ${labels.length} classes: choose a column with at most ${MOST_CLASSES}, or with numbers.`,
    );
  }
  if (labels.length < 2) {
    throw new CsvFault(`"${columns.names[target]}" is the same in all rows: choose a column that varies.`);
  }
  const hasTarget = (field: string) => (isRegression ? isNumber(field) : field.trim() !== "");
  const whole = columns.rows.filter((row) => inputs.every((i) => isNumber(row[i])) && hasTarget(row[target]));
  checkRows(whole);
  const rows = whole.filter(
    (_, i) => whole.length <= MOST_OWN || i % Math.ceil(whole.length / MOST_OWN) === 0,
  );
  const [first, second] = inputs.map((i) => standardize(rows.map((row) => Number(row[i]))));
  const y = isRegression
    ? scaleTarget(rows.map((row) => Number(row[target])))
    : rows.map((row) => labels.indexOf(row[target].trim()));
  return {
    points: rounded({
      x: Float32Array.from(rows.flatMap((_, i) => [first[i], second[i]])),
      y: Float32Array.from(y),
      classes: isRegression ? 0 : labels.length,
    }),
    axes: [columns.names[inputs[0]], columns.names[inputs[1]]],
    names: isRegression ? [] : labels,
  };
}
