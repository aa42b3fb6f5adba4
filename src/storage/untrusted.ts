import { FormatError } from "../errors.js";
import { show, tagOf } from "../model/check.js";

/** Checks of what comes from a file and may be anything. */

/** What a user gave as a file. @throws FormatError */
export function bytesOf(given: unknown): Uint8Array {
  if (ArrayBuffer.isView(given)) return new Uint8Array(given.buffer, given.byteOffset, given.byteLength);
  // No instanceof: the buffer may be of another realm.
  if (tagOf(Object(given)) === "ArrayBuffer") return new Uint8Array(given as ArrayBuffer);
  throw new FormatError(`The file is ${show(given)}: give its bytes as a Uint8Array.`);
}

/** A value from a file for a message: short, and without its depths, which may be bottomless. */
export function excerpt(value: unknown): string {
  return show(typeof value === "string" ? value.slice(0, 60) : value);
}

/** Whether a value is an object with keys, and no array. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** JSON in a file that may be anything. @throws FormatError unless it is an object. */
export function parseRecord(text: string, what: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = text;
  }
  if (isRecord(value)) return value;
  throw new FormatError(`${what} is ${excerpt(value)}: it must be an object of JSON.`);
}

/** Whether a value is a size or a place. */
export const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0;

/** @returns the values. @throws FormatError for what no parameter can be: NaN, Infinity, a variance below 0. */
export function checkValues(values: Float32Array, what: string, isVariance: boolean): Float32Array {
  const wrong = values.findIndex((value) => !Number.isFinite(value) || (isVariance && value < 0));
  if (wrong < 0) return values;
  throw new FormatError(
    `${what} is ${values[wrong]} at place ${wrong} (from 0): parameters are finite, and variances not negative.`,
  );
}
