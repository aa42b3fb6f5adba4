import { FormatError } from "../errors.js";
import { hasOwn } from "../model/check.js";
import { type NetworkSpec, outputsOf } from "../model/spec.js";
import { type History, type Stopped, trimmed } from "../record/history.js";
import { type FitProgress, type Plateau, type Progress, startOfProgress } from "../record/progress.js";
import type { Sums } from "../record/tally.js";
import { excerpt, isRecord, parseRecord } from "./untrusted.js";

/** Returns the value if it is a T. @param name how a message calls it. @throws FormatError */
type Reader<T> = (value: unknown, name: string) => T;

/** A reader of every member of T: the compiler demands one for a member that is new. */
type Readers<T> = { readonly [K in keyof T]-?: Reader<T[K]> };

function refused(value: unknown, name: string, expected: string): FormatError {
  return new FormatError(
    `${name} of the progress in the metadata is ${excerpt(value)}, not ${expected}: give what checkpoint wrote.`,
  );
}

const within =
  (least: number, most: number, isWhole = false): Reader<number> =>
  (value, name) => {
    const fits = typeof value === "number" && value >= least && value <= most;
    if (fits && (!isWhole || Number.isInteger(value))) return value;
    throw refused(value, name, `a ${isWhole ? "whole" : "finite"} number from ${least} to ${most}`);
  };

/** The largest counter that is written as a number. */
const MOST = 2 ** 31 - 1;

const count = within(0, MOST, true);

/** Counters that may grow beyond this in a training; they are then written as text. */
const UNBOUNDED: readonly string[] = ["step", "epoch", "epochs"];

/** Reads such a counter. */
const unbounded: Reader<number> = (value, name) =>
  typeof value === "string" && /^\d{10,19}$/.test(value) && Number(value) > MOST
    ? Number(value)
    : count(value, name);

const number = within(-Number.MAX_VALUE, Number.MAX_VALUE);
const positive = within(0, Number.MAX_VALUE);

/** Numbers that JSON does not have, by their texts. */
const UNWRITTEN: ReadonlyMap<unknown, number> = new Map(
  [Number.NaN, Infinity, -Infinity].map((value) => [`${value}`, value]),
);

/** Reads any number: custom metrics and losses of validation rows may be infinite. */
const real: Reader<number> = (value, name) => UNWRITTEN.get(value) ?? number(value, name);

const flag: Reader<boolean> = (value, name) => {
  if (typeof value === "boolean") return value;
  throw refused(value, name, "true or false");
};

/** Reads the best value so far, which is never NaN. */
const bestValue: Reader<number> = (value, name) => {
  if (!Number.isNaN(real(value, name))) return real(value, name);
  throw refused(value, name, "a number");
};

/** Reads a value that may be missing. */
const optional =
  <T>(read: Reader<T>): Reader<T | undefined> =>
  (value, name) =>
    value === undefined ? undefined : read(value, name);

/** Reads a member that files of earlier versions do not have. It then has the value of the start. */
const added =
  <T>(read: Reader<T>, start: T): Reader<T> =>
  (value, name) =>
    value === undefined ? start : read(value, name);

/** Reads a list that is empty or has this length. */
const listOf =
  (read: Reader<number>, length: number): Reader<number[]> =>
  (value, name) => {
    if (Array.isArray(value) && (value.length === 0 || value.length === length)) {
      return value.map((entry) => read(entry, `An entry of ${name}`));
    }
    throw refused(value, name, `a list of ${length} numbers`);
  };

/** Reads an object with these members and no others. A reader says whether its member may be missing. */
function readMembers<T extends object>(readers: Readers<T>, value: unknown, name: string): T {
  if (!isRecord(value)) throw refused(value, name, "an object");
  const unknown = Object.keys(value).find((key) => !hasOwn(readers, key));
  if (unknown !== undefined)
    throw refused(unknown, `A member of ${name}`, "known to this version of densely");
  const result: Partial<T> = {};
  for (const key of Object.keys(readers) as (keyof T & string)[]) result[key] = readers[key](value[key], key);
  return result as T;
}

/** Sums of an epoch under way, in a network with this many outputs. */
const sumsOf =
  (outputs: number): Reader<Sums> =>
  (value, name) => {
    const rows = isRecord(value) ? count(value.rows, "rows") : 0;
    const readers: Readers<Sums> = {
      batches: count,
      rows: count,
      loss: number,
      mass: positive,
      hits: positive,
      topHits: added(positive, 0),
      confusion: added(listOf(positive, outputs * Math.max(outputs, 4)), []),
      deviations: added(listOf(real, 5 * outputs), []),
      outputs: added(listOf(real, rows * outputs), []),
      targets: added(listOf(real, rows * outputs), []),
      weights: added(listOf(positive, rows), []),
    };
    const sums = readMembers(readers, value, name);
    if (sums.batches <= rows && sums.outputs.length === sums.targets.length) return sums;
    throw refused(sums.batches, "batches", `of ${rows} rows`);
  };

const PLATEAU: Readers<Plateau> = {
  factor: within(0, 1),
  best: optional(bestValue),
  waited: count,
  cooling: added(count, 0),
};

const STOPPED: readonly string[] = [
  "completed",
  "early",
  "aborted",
  "callback",
  "budget",
] satisfies Stopped[];

/** Lists of one number per epoch by the names of what was measured. */
function readLists(lists: object, epochs: number): Record<string, number[]> {
  return Object.fromEntries(
    Object.entries(lists).map(([key, list]) => [key, listOf(real, epochs)(list, key)]),
  );
}

/** A history: its lists are named by the metrics, so that any name may stand here. */
const readHistory: Reader<History> = (value, name) => {
  if (!isRecord(value)) throw refused(value, name, "an object");
  const { epochs, stopped, custom, ...lists } = value;
  const done = count(epochs, "epochs");
  if (!STOPPED.includes(stopped as string)) throw refused(stopped, "stopped", `one of ${STOPPED.join(", ")}`);
  for (const key of ["loss", "learningRate"]) {
    if ((lists[key] as ArrayLike<unknown> | undefined)?.length !== done)
      throw refused(lists[key], key, `a list of ${done} numbers`);
  }
  const history = { ...readLists(lists, done), epochs: done, stopped } as unknown as History;
  if (custom === undefined) return history;
  if (!isRecord(custom)) throw refused(custom, "custom", "an object");
  return { ...history, custom: readLists(custom, done) };
};

/** A fit of a network with this many outputs. */
const fitOf =
  (outputs: number): Reader<FitProgress> =>
  (value, name) => {
    const readers: Readers<FitProgress> = {
      epochs: unbounded,
      partial: sumsOf(outputs),
      history: readHistory,
      best: optional(bestValue),
      waited: added(count, 0),
      rows: optional(count),
      batch: optional(count),
      isStopped: added(flag, false),
      isConverged: added(flag, false),
      showsBest: added(flag, false),
    };
    const fit = readMembers(readers, value, name);
    if (fit.epochs >= fit.history.epochs) return fit;
    throw refused(fit.epochs, "epochs", `at least the ${fit.history.epochs} of its history`);
  };

/** Progress as text, from which readProgress reads the same. */
export function writeProgress(progress: Progress): string {
  const { fit } = progress;
  const filled = { ...progress, fit: fit && { ...fit, history: trimmed(fit.history) } };
  return JSON.stringify(filled, (key, value) => {
    const isText =
      typeof value === "number" && (!Number.isFinite(value) || (UNBOUNDED.includes(key) && value > MOST));
    return isText ? `${value}` : value;
  });
}

/**
 * Progress from a text that may be anything.
 * @param spec the network that it belongs to.
 * @throws FormatError for anything but what writeProgress writes.
 */
export function readProgress(text: string, spec: NetworkSpec): Progress {
  const readers: Readers<Progress> = {
    step: unbounded,
    epoch: unbounded,
    pairs: added(count, 0),
    plateau: added((value, name) => readMembers(PLATEAU, value, name), startOfProgress().plateau),
    fit: optional(fitOf(outputsOf(spec))),
  };
  // Development versions called the fit under way "run".
  const { run, ...members } = parseRecord(text, "The progress in the metadata");
  return readMembers(readers, run === undefined ? members : { fit: run, ...members }, "the whole");
}
