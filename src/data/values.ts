import { DataError } from "../errors.js";
import { show, tagOf } from "../model/check.js";
import { FINITE, type ValueRange } from "../model/value-range.js";

/** Any array of numbers, except those of BigInt. */
export type Numbers = readonly number[] | TypedNumbers;

/** Any typed array of numbers, except those of BigInt. */
export type TypedNumbers =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array;

/** True for an array of bytes, which inputScale scales. */
export const isBytes = (values: object): boolean =>
  // The common arrays first: a tag takes as long as a row through a small network.
  !Array.isArray(values) &&
  !(values instanceof Float32Array) &&
  ["Uint8Array", "Uint8ClampedArray"].includes(tagOf(values));

/** True for a typed array of numbers, of this realm or another. */
function isTyped(value: unknown): value is TypedNumbers {
  if (!ArrayBuffer.isView(value)) return false;
  return (
    value instanceof Float32Array ||
    value instanceof Float64Array ||
    /^(Float(32|64)|U?[Ii]nt\d+(Clamped)?)Array$/.test(tagOf(value))
  );
}

export const isNumber = (value: unknown): value is number => typeof value === "number";

/** True for an array or a typed array of numbers. */
export const isList = (value: unknown): value is Numbers => Array.isArray(value) || isTyped(value);

/**
 * True for one array of values, false for an array of rows and for anything else. The first entry that is a number or a list
 * tells; an array that has neither is one of values, all of them wrong.
 */
export function isFlat(values: unknown): values is Numbers {
  if (!Array.isArray(values)) return isTyped(values);
  if (typeof values[0] === "number") return true;
  const first = values.find((value) => typeof value === "number" || isList(value));
  return !isList(first);
}

/** The end of the message about a value that is no number, or too large a one, whatever the range. */
function remedyFor(value: unknown, { labels = "numbers", remedy }: ValueRange): string {
  if (typeof value === "string") return `text is no number, so turn it into ${labels}, as Number(text) does`;
  if (typeof value === "boolean") return "give 0 or 1, as Number(value) does";
  if (typeof value === "bigint") return "a BigInt is no number here, so turn it into one by Number(value)";
  if (value === null || value === undefined || Number.isNaN(value)) return FINITE.remedy;
  if (typeof value !== "number") return "give a number";
  return Math.abs(value) > FINITE.most ? FINITE.remedy : remedy;
}

/** The error of a value that is not in the range, naming row and column. */
export function wrongValue(
  value: unknown,
  row: number,
  col: number,
  name: string,
  range: ValueRange,
): DataError {
  return new DataError(
    `${name} is ${show(value)} in row ${row}, column ${col} (from 0): ${remedyFor(value, range)}.`,
  );
}

/** The index of the first value, from `first` to before `end`, that is no number of the range; `end` if all are. */
export function indexOfWrong(
  values: ArrayLike<unknown>,
  first: number,
  end: number,
  { least, most }: ValueRange,
): number {
  let i = first;
  for (; i < end; i++) {
    const value = values[i];
    if (!(typeof value === "number" && value >= least && value <= most)) break;
  }
  return i;
}

/** True if no value from index `first` to before `end` is NaN or infinite. */
export function areFinite(values: Float32Array, first = 0, end = values.length): boolean {
  // Sums that tell of several values are slower: V8 adds float32 as float64.
  for (let i = first; i < end; i++) if (!Number.isFinite(values[i])) return false;
  return true;
}

/** Fewer numbers than this are copied faster one by one than by a view and a call of the host. */
const FEW = 64;

/** Copies `count` numbers from index `first` on to another array, from its index `at` on. */
export function copyNumbers(
  from: Float32Array,
  first: number,
  count: number,
  to: Float32Array,
  at: number,
): void {
  if (count > FEW) to.set(from.subarray(first, first + count), at);
  else for (let i = 0; i < count; i++) to[at + i] = from[first + i];
}
