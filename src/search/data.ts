import { SpecError } from "../errors.js";
import { checkSignal } from "../fit/basic-options.js";
import { FIT_KEYS, type FitOptions } from "../fit/options.js";
import { checkKeys, checkPlain, checkWhole, show } from "../model/check.js";
import { fitAndEvaluate } from "../network/fit-and-evaluate.js";
import { Network } from "../network/network.js";
import { type Fold, type FoldOptions, folds as makeFolds, splitRows } from "./folds.js";
import {
  called,
  inputsOf,
  isClassifier,
  isNetwork,
  measureOf,
  type Scores,
  scoresOf,
  type Trainable,
} from "./model.js";
import { countRows, labelsOf, takeRows } from "./rows.js";

/** Options of fit that are not passed on: these functions decide them. */
const DECIDED = ["signal", "onCheckpoint", "checkpointEvery", "resume", "initialEpoch", "maxSteps"] as const;

/** Options of fit that are passed on. */
export type PassedOptions = Omit<FitOptions, (typeof DECIDED)[number]>;

/** How rows are divided for scores. */
export interface FoldsInput {
  /** Number of folds, their options, or the folds themselves. */
  folds?: number | FoldOptions | readonly Fold[] | undefined;
  /** True if each fold has its share of every class. Default: for networks that classify. */
  stratify?: boolean | ArrayLike<unknown> | undefined;
  /** Number of rows, where nothing else tells it. */
  rows?: number | undefined;
  /** Default 0. */
  seed?: number | undefined;
}

/** Rows of one fold. */
export interface Lesson {
  fold: Fold;
  train: { x: unknown; y: unknown; options: object };
  test: { x: unknown; y: unknown };
}

/** The number of rows of x, of which a network knows the width. */
export function rowsFor(model: Trainable, x: unknown, y: unknown, given: unknown): number {
  const width = inputsOf(model);
  const isFlat = typeof (x as ArrayLike<unknown> | undefined)?.[0] === "number";
  const known = width && isFlat ? (x as ArrayLike<number>).length / width : undefined;
  return countRows(x, y, given ?? (Number.isInteger(known) ? known : undefined));
}

/** Folds of one's own. @throws SpecError unless each has rows to train and to test on. */
function checkFolds(given: readonly unknown[], rows: number): readonly Fold[] {
  if (given.length === 0) throw new SpecError("folds is an empty array: give at least one fold.");
  for (let i = 0; i < given.length; i++) {
    const fold: Partial<Fold> = Object(given[i]);
    for (const part of ["train", "test"] as const) checkRowNumbers(fold[part], rows, `folds[${i}].${part}`);
  }
  return given as readonly Fold[];
}

function checkRowNumbers(given: unknown, rows: number, what: string): void {
  const isList = Array.isArray(given) || given instanceof Int32Array;
  if (!isList || given.length === 0) {
    throw new SpecError(`${what} is ${show(given)}: give an Int32Array or an array of at least one row.`);
  }
  const isRow = (row: unknown) => Number.isInteger(row) && (row as number) >= 0 && (row as number) < rows;
  const place = Array.from<unknown>(given).findIndex((row) => !isRow(row));
  if (place < 0) return;
  throw new SpecError(
    `${what}[${place}] is ${show(given[place])}: give the number of a row, from 0 to ${rows - 1}.`,
  );
}

/** The folds that are asked for. @param fallback number of folds; 1 for a single test of a fifth of the rows. */
export function foldsFor(
  model: Trainable,
  y: unknown,
  rows: number,
  { folds, stratify, seed }: FoldsInput,
  fallback: number,
): readonly Fold[] {
  if (Array.isArray(folds)) return checkFolds(folds, rows);
  const given: FoldOptions =
    typeof folds === "object"
      ? checkPlain(folds as FoldOptions, "folds")
      : { folds: folds as number | undefined };
  const isByClass = stratify ?? isClassifier(model);
  const isFree = !given.groups && !given.series && !given.stratify && isByClass !== false;
  const labels = isFree ? labelsOf(isByClass, y, rows) : undefined;
  const count = given.folds ?? fallback;
  if (count === 1) return [splitRows(rows, 0.2, labels, checkWhole(seed ?? 0, 0, "seed"))];
  const more = labels ? { stratify: labels } : {};
  return makeFolds(rows, { seed, ...given, ...more, folds: count });
}

/** Copies of the rows of each fold, with the sample weights of those that are trained on. */
export function lessonsOf(
  x: unknown,
  y: unknown,
  rows: number,
  folds: readonly Fold[],
  options: PassedOptions,
): Lesson[] {
  const { sampleWeight } = options;
  return folds.map((fold) => ({
    fold,
    train: {
      x: takeRows(x, rows, fold.train),
      y: takeRows(y, rows, fold.train),
      options: sampleWeight
        ? { ...options, sampleWeight: takeRows(sampleWeight, rows, fold.train) }
        : options,
    },
    test: { x: takeRows(x, rows, fold.test), y: takeRows(y, rows, fold.test) },
  }));
}

/**
 * Options without those that a function reads itself. An estimator checks the others when it is trained.
 * @throws SpecError for an option that neither the function nor fit of a network has.
 */
export function passed<O extends object>(
  model: Trainable,
  options: O,
  own: readonly (keyof O & string)[],
  call: string,
): PassedOptions {
  const taken = FIT_KEYS.filter((name) => !(DECIDED as readonly string[]).includes(name));
  const given = isNetwork(model)
    ? checkKeys<O>(options, [...own, ...taken], call)
    : checkPlain(options, call);
  checkSignal((given as { signal?: AbortSignal }).signal);
  const entries = Object.entries(given).filter(
    ([name, value]) => !(own as readonly string[]).includes(name) && value !== undefined,
  );
  return Object.fromEntries(entries);
}

/** @throws SpecError for anything but a function. */
export function checkMake(make: unknown, call: string): void {
  if (typeof make === "function") return;
  throw new SpecError(`${call} was given ${show(make)} as make: give a function that returns a new network.`);
}

/** Trains a model on all rows of a lesson. Estimators, which choose how long they train, get the same options. */
export async function train(model: Trainable, lesson: Lesson, more: object = {}): Promise<unknown> {
  return called(model, "make").fit(lesson.train.x, lesson.train.y, { ...lesson.train.options, ...more });
}

/** Trains a model on a lesson and measures it on the rows to test. */
export async function trainAndMeasure(
  model: Trainable,
  lesson: Lesson,
  metrics: unknown,
  more: object,
): Promise<{ history: unknown; scores: Scores }> {
  const { x, y } = lesson.test;
  if (!(model instanceof Network)) {
    const history = await train(model, lesson, more);
    return { history, scores: measureOf(model, x, y, metrics) };
  }
  const given = { ...lesson.train, options: { ...lesson.train.options, ...more } };
  type Given = Parameters<typeof fitAndEvaluate>;
  const exam = { x, y, options: { metrics } };
  // Both check what they are given, as the methods of the network do.
  const { history, measures } = await fitAndEvaluate(model, given as Given[1], exam as Given[2]);
  return { history, scores: scoresOf(measures) };
}
