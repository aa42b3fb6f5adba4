import type { Dataset } from "./dataset.js";
import { FlatTable } from "./flat-table.js";
import type { Table } from "./table.js";

/** Maximum of values checked between two yields. */
const CHECKED = 2 ** 20;

/** Cost of checking one value, in multiply-adds. */
const CHECK_WORK = 16;

/** Reads every value once, before anything is changed. Yields the work done. @throws DataError */
export function* checkTable(table: Table): Generator<number, void> {
  const portion = Math.max(1, Math.floor(CHECKED / table.cols));
  for (let first = 0; first < table.rows; first += portion) {
    const count = Math.min(portion, table.rows - first);
    table.check(first, count);
    if (!table.bytes) yield count * table.cols * CHECK_WORK;
  }
}

/**
 * Reads every value once, as checkTable does, and keeps what it has read of plain arrays: as float32 they are half as large, and
 * are read many times faster. Yields the work done. @throws DataError
 */
export function* convertTable(table: Table): Generator<number, Table> {
  if (!table.isLive || table.bytes) {
    yield* checkTable(table);
    return table;
  }
  const { rows, cols } = table;
  const values = new Float32Array(rows * cols);
  const portion = Math.max(1, Math.floor(CHECKED / cols));
  for (let first = 0; first < rows; first += portion) {
    const count = Math.min(portion, rows - first);
    table.copy(first, count, values, first * cols);
    yield count * cols * CHECK_WORK;
  }
  return new FlatTable(values, rows, cols, 0, table.name, table.range, true);
}

/** Reads every value of inputs and targets once. Yields the work done. @throws DataError */
export function* checkDataset({ x, y }: Dataset): Generator<number, void> {
  yield* checkTable(x);
  yield* checkTable(y);
}
