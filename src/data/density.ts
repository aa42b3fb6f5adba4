import type { Table } from "./table.js";

/** Maximum of rows and values that are read: enough for an estimate, and cheap beside a single step. */
const ROWS = 64;
const VALUES = 4096;

/** The share of zeros from which skipping them is faster: 0.45 by V8 11.3 (Node.js 20), 0.3 by V8 13.6 (Node.js 24). */
const WORTHWHILE = 0.45;

/** True if enough inputs are zero for skipping them to be faster. Looks at a few evenly spaced rows. */
export function isMostlyZeros(x: Table): boolean {
  const rows = Math.min(ROWS, x.rows, Math.ceil(VALUES / x.cols));
  const row = x.bytes ? new Uint8Array(x.cols) : new Float32Array(x.cols);
  let zeros = 0;
  for (let r = 0; r < rows; r++) {
    x.copy(Math.floor((r * x.rows) / rows), 1, row, 0);
    for (let c = 0; c < x.cols; c++) zeros += Number(row[c] === 0);
  }
  return zeros >= WORTHWHILE * rows * x.cols;
}
