import { draw, PURPOSE, permutation } from "./draw.js";

/** Properties of rows by which they are divided. */
export interface Strata {
  /** Class index or target of each row: each part gets its share of all of them. */
  keys: ArrayLike<number>;
  /** The group of each row: a group is in one part as a whole. */
  groups?: readonly unknown[] | undefined;
  /** The time of each row: the last part has the latest rows. */
  times?: ArrayLike<number> | undefined;
}

/** The places of values in ascending order; of equal ones, in a random order. */
function ordered(keys: ArrayLike<number>, seed: number): Int32Array {
  const ranks = permutation(keys.length, seed, PURPOSE.sampling);
  return Int32Array.from({ length: keys.length }, (_, i) => i).sort(
    (a, b) => keys[a] - keys[b] || ranks[a] - ranks[b],
  );
}

/**
 * Divides units into parts of nearly the same size: in the order of their keys, each run of as many units as there are parts
 * is dealt out at random.
 */
function deal(keys: ArrayLike<number>, parts: number, seed: number): Int32Array {
  const result = new Int32Array(keys.length);
  const order = ordered(keys, seed);
  for (let start = 0; start < order.length; start += parts) {
    const run = permutation(parts, draw(seed, PURPOSE.folds, start), PURPOSE.folds);
    for (let i = start; i < Math.min(start + parts, order.length); i++) result[order[i]] = run[i - start];
  }
  return result;
}

/** The part of each row, by groups: the key of a group is the mean of its rows. */
function dealGroups(
  keys: ArrayLike<number>,
  groups: readonly unknown[],
  parts: number,
  seed: number,
): Int32Array {
  const places = new Map<unknown, number>();
  for (const group of groups) if (!places.has(group)) places.set(group, places.size);
  const [sums, counts] = [new Float64Array(places.size), new Float64Array(places.size)];
  groups.forEach((group, row) => {
    const place = places.get(group) as number;
    sums[place] += keys[row];
    counts[place]++;
  });
  const ofGroup = deal(
    sums.map((sum, i) => sum / counts[i]),
    parts,
    seed,
  );
  return Int32Array.from(groups, (group) => ofGroup[places.get(group) as number]);
}

/** Divides rows into `parts` parts: by groups, by time, or drawn so that each part has its share of all keys. */
export function divide({ keys, groups, times }: Strata, parts: number, seed: number): Int32Array {
  if (times) {
    const order = ordered(times, seed);
    const result = new Int32Array(order.length);
    order.forEach((row, place) => {
      result[row] = Math.floor((place * parts) / order.length);
    });
    return result;
  }
  return groups ? dealGroups(keys, groups, parts, seed) : deal(keys, parts, seed);
}

/** The rows inside and outside a part, in ascending order. */
export interface Split {
  inside: Int32Array;
  outside: Int32Array;
}

/** Divides rows by a part. */
export function rowsOf(parts: ArrayLike<number>, part: number): Split {
  const rows = Array.from({ length: parts.length }, (_, row) => row);
  return {
    inside: Int32Array.from(rows.filter((row) => parts[row] === part)),
    outside: Int32Array.from(rows.filter((row) => parts[row] !== part)),
  };
}
