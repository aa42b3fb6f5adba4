import type { Numbers } from "./values.js";

/** True if 1 is the largest value of all arrays. Pixels end the search after a few of them. */
export function areFlags(arrays: readonly Numbers[]): boolean {
  let largest = 0;
  for (const values of arrays) {
    for (let i = 0; i < values.length; i++) {
      if (values[i] > 1) return false;
      if (values[i] === 1) largest = 1;
    }
  }
  return largest === 1;
}
