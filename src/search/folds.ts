import { DataError, SpecError } from "../errors.js";
import { checkBoolean, checkKeys, checkNumber, checkWhole, show } from "../model/check.js";
import { exported } from "../model/exported.js";
import { Draws, PURPOSE } from "./philox.js";
import { countRows, labelsOf, type RowData, takeRows } from "./rows.js";

/** Numbers of rows, from 0, in ascending order. */
export interface Fold {
  train: Int32Array;
  test: Int32Array;
}

/** How to divide rows into folds. */
export interface FoldOptions {
  /** Number of folds. Default 5. */
  folds?: number | undefined;
  /** Label of each row: each fold has its share of every label. */
  stratify?: ArrayLike<unknown> | undefined;
  /** Group of each row: a group is in one fold as a whole. */
  groups?: ArrayLike<unknown> | undefined;
  /** Times that all rows are divided, each in another way. Default 1. */
  repeats?: number | undefined;
  /** True for rows in the order of time: each fold is tested after the rows that it trains on. Default false. */
  series?: boolean | undefined;
  /** Rows before those of the test on which a series does not train. Default 0. */
  gap?: number | undefined;
  /** Default 0. */
  seed?: number | undefined;
}

const FOLD_KEYS = ["folds", "stratify", "groups", "repeats", "series", "gap", "seed"] as const;

/** Places of equal labels, in the order in which the labels appear. */
function placesOf(labels: ArrayLike<unknown>): number[][] {
  const places = new Map<unknown, number[]>();
  for (let row = 0; row < labels.length; row++) {
    const list = places.get(labels[row]);
    if (list) list.push(row);
    else places.set(labels[row], [row]);
  }
  return [...places.values()];
}

/** The rows of each label in random order, one label after the other: dealt out in turn, each part has its share of all. */
function shuffled(labels: ArrayLike<unknown>, draws: Draws, stream: number): number[] {
  const random = draws.permutation(labels.length, stream);
  const mixed = Array.from(random, (row) => labels[row]);
  return placesOf(mixed).flatMap((places) => places.map((place) => random[place]));
}

/** The fold of each row: groups in random order, the largest first, each into the fold that has the fewest rows. */
function dealGroups(groups: ArrayLike<unknown>, folds: number, draws: Draws, stream: number): Int32Array {
  const members = placesOf(groups);
  if (members.length < folds) {
    throw new DataError(
      `There are ${members.length} groups for ${folds} folds: give at most as many folds as groups.`,
    );
  }
  const order = Array.from(draws.permutation(members.length, stream), (place) => members[place]);
  const sizes = new Array<number>(folds).fill(0);
  const foldOf = new Int32Array(groups.length);
  for (const rows of order.sort((a, b) => b.length - a.length)) {
    const fold = sizes.indexOf(Math.min(...sizes));
    sizes[fold] += rows.length;
    for (const row of rows) foldOf[row] = fold;
  }
  return foldOf;
}

/** The fold of each row: one label after the other, dealt out in turn. */
function deal(labels: ArrayLike<unknown>, folds: number, draws: Draws, stream: number): Int32Array {
  const foldOf = new Int32Array(labels.length);
  shuffled(labels, draws, stream).forEach((row, place) => {
    foldOf[row] = place % folds;
  });
  return foldOf;
}

/** Rows 0 to `rows` for which a condition holds. */
function rowsWhere(rows: number, isTaken: (row: number) => boolean): Int32Array {
  return Int32Array.from({ length: rows }, (_, row) => row).filter(isTaken);
}

/** Folds of rows in the order of time. Each test has rows/(folds + 1) rows, the last test the last ones. */
function seriesFolds(rows: number, folds: number, gap: number): Fold[] {
  const size = Math.floor(rows / (folds + 1));
  return Array.from({ length: folds }, (_, fold) => {
    const first = rows - (folds - fold) * size;
    if (size < 1 || first - gap < 1) {
      throw new DataError(
        `${rows} rows are too few for ${folds} folds in the order of time with a gap of ${gap}.`,
      );
    }
    return {
      train: rowsWhere(rows, (row) => row < first - gap),
      test: rowsWhere(rows, (row) => row >= first && row < first + size),
    };
  });
}

/**
 * Divides rows into folds for cross-validation: k-fold, stratified, by groups, repeated, or in the order of time. The same
 * seed gives the same folds on every engine.
 * @param rows number of rows.
 * @returns rows to train and to test on, of each fold. Unless they are a series, every row is tested once in each repeat.
 * @throws SpecError for a wrong option, DataError for too few rows or groups.
 */
export const folds = /* @__PURE__ */ exported(
  "folds(rows, options)",
  (rows: number, options: FoldOptions = {}): Fold[] => {
    const given = checkKeys<FoldOptions>(options, FOLD_KEYS, "folds");
    const count = checkWhole(rows, 2, "rows");
    const parts = checkWhole(given.folds ?? 5, 2, "folds");
    const repeats = checkWhole(given.repeats ?? 1, 1, "repeats");
    const gap = checkWhole(given.gap ?? 0, 0, "gap");
    const draws = new Draws(checkWhole(given.seed ?? 0, 0, "seed"), PURPOSE.folds);
    const { stratify, groups } = given;
    const series = checkBoolean(given.series ?? false, "series");
    if ([stratify, groups, series || undefined].filter((way) => way !== undefined).length > 1) {
      throw new SpecError("folds takes one of stratify, groups and series: leave the others out.");
    }
    if (series) {
      if (repeats > 1)
        throw new SpecError("repeats is given for a series, which has one order: leave it out.");
      return seriesFolds(count, parts, gap);
    }
    if (gap > 0) throw new SpecError("gap is given without series: true.");
    if (count < parts)
      throw new DataError(`${count} rows are too few for ${parts} folds: give at least one row a fold.`);
    const labels = stratify && labelsOf(stratify, undefined, count);
    if (groups && groups.length !== count) {
      throw new SpecError(`groups has ${groups.length} entries for ${count} rows: give one a row.`);
    }
    return Array.from({ length: repeats }, (_, repeat) => {
      const foldOf = groups
        ? dealGroups(groups, parts, draws, repeat)
        : deal(labels ?? new Int8Array(count), parts, draws, repeat);
      return Array.from({ length: parts }, (_, fold) => ({
        train: rowsWhere(count, (row) => foldOf[row] !== fold),
        test: rowsWhere(count, (row) => foldOf[row] === fold),
      }));
    }).flat();
  },
);

/** How to split rows in two. */
export interface SplitOptions {
  /** Share of the rows that the test gets, above 0 and below 1. Default 0.2. */
  test?: number | undefined;
  /** true: both parts have their share of each class of y. Or the label of each row. Default false. */
  stratify?: boolean | ArrayLike<unknown> | undefined;
  /** Default 0. */
  seed?: number | undefined;
  /** Number of rows, where x and y are flat and y has several targets a row. Default: as many as y is long. */
  rows?: number | undefined;
}

/** One part of the rows: x, y, and which rows they were. */
export interface Part<X, Y> {
  x: X;
  y: Y;
  rows: Int32Array;
}

/** The rows of a split, in ascending order. */
export function splitRows(
  rows: number,
  test: number,
  labels: ArrayLike<unknown> | undefined,
  seed: number,
): Fold {
  const draws = new Draws(seed, PURPOSE.split);
  const size = Math.min(rows - 1, Math.max(1, Math.round(rows * test)));
  const order = shuffled(labels ?? new Int8Array(rows), draws, 0);
  // Evenly spaced places in the order of the labels, so that each label has its share to within one row.
  const isTest = new Uint8Array(rows);
  for (let i = 0; i < size; i++) isTest[order[Math.floor(((i + 0.5) * rows) / size)]] = 1;
  return { train: rowsWhere(rows, (row) => !isTest[row]), test: rowsWhere(rows, (row) => isTest[row] === 1) };
}

/**
 * Splits rows at random into those to train on and those to test on.
 * @returns copies of both, in ascending order of their rows.
 * @throws SpecError, ShapeError
 */
export const split = /* @__PURE__ */ exported(
  "split(x, y, options)",
  <X extends RowData, Y extends RowData>(
    x: X,
    y: Y,
    options: SplitOptions = {},
  ): { train: Part<X, Y>; test: Part<X, Y> } => {
    const given = checkKeys<SplitOptions>(options, ["test", "stratify", "seed", "rows"], "split");
    const rows = countRows(x, y, given.rows);
    const test = checkNumber(given.test ?? 0.2, 0, 1, "test");
    if (test === 0) throw new SpecError(`test is ${show(test)}: give a share above 0 and below 1.`);
    const { stratify = false, seed = 0 } = given;
    const labels = stratify === false ? undefined : labelsOf(stratify, y, rows);
    const fold = splitRows(rows, test, labels, checkWhole(seed, 0, "seed"));
    const part = (taken: Int32Array): Part<X, Y> => ({
      x: takeRows(x, rows, taken),
      y: takeRows(y, rows, taken),
      rows: taken,
    });
    return { train: part(fold.train), test: part(fold.test) };
  },
);
