import { FormatError } from "../errors.js";
import { emptyHistory, type History } from "../record/history.js";
import {
  type FitProgress,
  type Plateau,
  type Progress,
  startOfFit,
  startOfProgress,
} from "../record/progress.js";
import { emptySums, type Sums } from "../record/tally.js";
import { excerpt, isCount, isRecord, parseRecord } from "./untrusted.js";

/** Returns the value if it is a T. @param name how a message calls it. @throws FormatError */
type Reader<T> = (value: unknown, name: string) => T;

/** A reader of every member of T: the compiler demands one for a member that is new. */
type Readers<T> = { readonly [K in keyof T]-?: Reader<T[K]> };

function refused(value: unknown, name: string, expected: string): FormatError {
  return new FormatError(
    `${name} of the progress in the metadata is ${excerpt(value)}, not ${expected}: give what checkpoint wrote.`,
  );
}

const count: Reader<number> = (value, name) => {
  if (isCount(value)) return value;
  throw refused(value, name, "a whole number of at least 0");
};

const number: Reader<number> = (value, name) => {
  if (typeof value === "number") return value;
  throw refused(value, name, "a number");
};

const numbers: Reader<number[]> = (value, name) => {
  if (Array.isArray(value) && value.every((entry) => typeof entry === "number")) return value;
  throw refused(value, name, "a list of numbers");
};

/**
 * Reads an object with these members and no others.
 * @param start supplies the members that the file does not have: it was written by a version that did not know them.
 */
function readMembers<T extends object>(readers: Readers<T>, value: unknown, name: string, start: T): T {
  if (!isRecord(value)) throw refused(value, name, "an object");
  const unknown = Object.keys(value).find((key) => !Object.hasOwn(readers, key));
  if (unknown !== undefined)
    throw refused(unknown, `A member of ${name}`, "known to this version of densely");
  const result = { ...start };
  for (const key of Object.keys(readers) as (keyof T & string)[]) {
    if (value[key] !== undefined) result[key] = readers[key](value[key], key);
  }
  return result;
}

const SUMS: Readers<Sums> = {
  batches: count,
  rows: number,
  loss: number,
  mass: number,
  hits: number,
  topHits: number,
  confusion: numbers,
  deviations: numbers,
  outputs: numbers,
  targets: numbers,
};

const PLATEAU: Readers<Plateau> = { factor: number, best: number, waited: count, cooling: count };

/** A history: its lists are named by the metrics, so that any name may stand here. */
function readHistory(value: unknown, name: string): History {
  if (!isRecord(value)) throw refused(value, name, "an object");
  const { epochs, stopped, custom, ...lists } = value;
  if (typeof stopped !== "string") throw refused(stopped, "stopped", "a text");
  for (const [key, list] of Object.entries(lists)) numbers(list, key);
  if (custom !== undefined) {
    if (!isRecord(custom)) throw refused(custom, "custom", "an object");
    for (const [key, list] of Object.entries(custom)) numbers(list, key);
  }
  return { ...emptyHistory(), ...(value as object), epochs: count(epochs, "epochs") };
}

const FIT: Readers<FitProgress> = {
  epochs: count,
  partial: (value, name) => readMembers(SUMS, value, name, emptySums()),
  history: readHistory,
  best: number,
  waited: count,
};

const PROGRESS: Readers<Progress> = {
  step: count,
  epoch: count,
  pairs: count,
  plateau: (value, name) => readMembers(PLATEAU, value, name, startOfProgress().plateau),
  fit: (value, name) => readMembers(FIT, value, name, startOfFit(0)),
};

/** Progress as text, from which readProgress reads the same. */
export function writeProgress(progress: Progress): string {
  return JSON.stringify(progress);
}

/** Progress from a text that may be anything, of this version or an older one. @throws FormatError */
export function readProgress(text: string): Progress {
  // Development versions called the fit under way "run".
  const { run, ...members } = parseRecord(text, "The progress in the metadata");
  return readMembers(PROGRESS, { fit: run, ...members }, "the whole", startOfProgress());
}
