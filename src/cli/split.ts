import { permutationBy } from "../data/permutation.js";
import type { ColumnValues } from "./input/table.js";

/** Rows to train on, and rows to test. */
export interface Split {
  training: Int32Array;
  test: Int32Array;
}

/** A generator of numbers from 0 to 1, the same ones for a seed (mulberry32). */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** The place of each value among all in their order: of numbers by size, of texts as they first appear. */
function ranks(values: ColumnValues): Float64Array {
  if (values instanceof Float64Array) return values;
  const places = new Map<unknown, number>();
  return Float64Array.from(values, (value) => {
    if (!places.has(value)) places.set(value, places.size);
    return places.get(value) as number;
  });
}

/** Columns that rows are drawn by: the target, and groups or times if the user names them. */
export interface Strata {
  target: ColumnValues;
  groups?: ColumnValues | undefined;
  time?: ColumnValues | undefined;
}

/** True for each row that is tested. */
function tested({ target, groups, time }: Strata, share: number, seed: number): boolean[] {
  const rows = target.length;
  const random = generator(seed);
  const isTested = new Array<boolean>(rows).fill(false);
  const most = Math.round(share * rows);
  const order = permutationBy(rows, (limit) => Math.floor(random() * limit));
  if (groups) {
    const chosen = new Set<unknown>();
    const sizes = new Map<unknown, number>();
    for (const group of groups) sizes.set(group, (sizes.get(group) ?? 0) + 1);
    let size = 0;
    for (const row of order) {
      const group = groups[row];
      if (size >= most || chosen.has(group)) continue;
      chosen.add(group);
      size += sizes.get(group) as number;
    }
    return isTested.map((_, row) => chosen.has(groups[row]));
  }
  const keys = (time ?? ranks(target)) as ArrayLike<number | string>;
  const isBefore = (a: number, b: number): number => (keys[a] < keys[b] ? -1 : Number(keys[a] > keys[b]));
  // Rows of equal keys stay in drawn order.
  const sorted = order.sort(isBefore);
  if (time) for (const row of sorted.subarray(rows - most)) isTested[row] = true;
  // One of each run of rows with similar targets: share 0.2 takes one of five.
  else {
    for (let i = 0, sum = random(); i < rows; i++) {
      sum += share;
      if (sum < 1) continue;
      sum -= 1;
      isTested[sorted[i]] = true;
    }
  }
  return isTested;
}

/** Draws test rows: each class has its share, groups stay whole, and of times the latest are tested. */
export function splitRows(strata: Strata, share: number, seed: number): Split {
  const isTested = tested(strata, share, seed);
  const rows = Int32Array.from(isTested, (_, row) => row);
  return {
    training: rows.filter((row) => !isTested[row]),
    test: rows.filter((row) => isTested[row]),
  };
}
