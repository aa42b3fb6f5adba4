import type { Table } from "./data.js";

/** Rows that a kernel takes together: an input is skipped where it is zero in all of them. */
const GROUP = 4;

/** Groups that are looked at. */
const GROUPS = 16;

/** Looking for zeros costs about 5 % of a product, so that this share of inputs to skip is worth it. */
const WORTHWHILE = 0.2;

/** Whether enough inputs are zero in several rows at once that skipping them is faster. Looks at 64 rows at most. */
export function isMostlyZeros(x: Table): boolean {
  const groups = Math.min(GROUPS, Math.floor(x.rows / GROUP));
  if (groups === 0) return false;
  const values = x.bytes ? new Uint8Array(GROUP * x.cols) : new Float32Array(GROUP * x.cols);
  let skipped = 0;
  for (let g = 0; g < groups; g++) {
    x.copy(Math.floor((g * (x.rows - GROUP)) / groups), GROUP, values, 0);
    for (let c = 0; c < x.cols; c++) {
      skipped += Number(
        values[c] === 0 &&
          values[x.cols + c] === 0 &&
          values[2 * x.cols + c] === 0 &&
          values[3 * x.cols + c] === 0,
      );
    }
  }
  return skipped >= WORTHWHILE * groups * x.cols;
}
