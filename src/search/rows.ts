import type { Samples } from "../data/table.js";
import { ShapeError, SpecError } from "../errors.js";
import { checkWhole, show } from "../model/check.js";

/** Rows as networks and estimators take them: flat numbers row by row, or a list of anything. */
export type RowData = Samples | readonly unknown[];

function checkList(data: unknown, name: string): asserts data is ArrayLike<unknown> {
  if (Array.isArray(data) || (ArrayBuffer.isView(data) && "length" in data)) return;
  throw new SpecError(`${name} is ${show(data)}: give an array of rows, or all numbers row by row.`);
}

/** True if each entry is a number, so that a row may be several of them. */
function isNumbers(data: ArrayLike<unknown>): boolean {
  return ArrayBuffer.isView(data) || typeof data[0] === "number";
}

/**
 * The number of rows of x and y.
 * @param given the number, if it is known. Default: the length of an array of rows, or else one target a row.
 * @throws SpecError, ShapeError unless both have as many.
 */
export function countRows(x: unknown, y: unknown, given?: unknown): number {
  checkList(x, "x");
  checkList(y, "y");
  const lists = [x, y].filter((data) => !isNumbers(data));
  const rows = given === undefined ? (lists[0] ?? y).length : checkWhole(given, 1, "rows");
  for (const [name, data] of [
    ["x", x],
    ["y", y],
  ] as const) {
    if (rows > 0 && (isNumbers(data) ? data.length > 0 && data.length % rows === 0 : data.length === rows))
      continue;
    throw new ShapeError(
      `${name} has ${data.length} ${isNumbers(data) ? "numbers" : "rows"} for ${rows} rows: give as many rows in x and y, and the option rows where both are flat and y has several targets a row.`,
    );
  }
  return rows;
}

/** Copies of some of `rows` rows, in the form in which they are. */
export function takeRows<D>(data: D, rows: number, taken: ArrayLike<number>): D {
  const source = data as ArrayLike<unknown> & { slice(start: number, end: number): ArrayLike<unknown> };
  const width = source.length / rows;
  if (!ArrayBuffer.isView(source)) {
    return Array.from(taken, (row) => source.slice(row * width, (row + 1) * width)).flat() as D;
  }
  const result = source.slice(0, taken.length * width) as unknown as Record<number, unknown>;
  for (let i = 0; i < taken.length; i++) {
    for (let j = 0; j < width; j++) result[i * width + j] = source[taken[i] * width + j];
  }
  return result as unknown as D;
}

/** The label of each row: what was given, or each row of y as it is or, of a row of several, the place of the largest. */
export function labelsOf(stratify: unknown, y: unknown, rows: number): unknown[] {
  const given = stratify === true ? y : stratify;
  checkList(given, "stratify");
  if (stratify !== true && given.length !== rows) {
    throw new ShapeError(
      `stratify has ${given.length} labels for ${rows} rows: give one a row, or true for y.`,
    );
  }
  const width = given.length / rows;
  return Array.from({ length: rows }, (_, row) => {
    const entry = width > 1 ? Array.from({ length: width }, (_, j) => given[row * width + j]) : given[row];
    if (!Array.isArray(entry) && !ArrayBuffer.isView(entry)) return entry;
    const values = Array.from(entry as ArrayLike<unknown>);
    if (values.length === 1) return values[0];
    // Values other than numbers have no order, and fit refuses it by its row.
    const numbers = values.map((value) => (typeof value === "number" ? value : Number.NaN));
    return numbers.indexOf(Math.max(...numbers));
  });
}
