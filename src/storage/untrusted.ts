import { areFinite } from "../data/values.js";
import { FormatError } from "../errors.js";
import { show, tagOf } from "../model/check.js";
import { faultOf } from "./json-text.js";

/** Checks of values from files, which may be anything. */

/** The rest of a message about something that is no bytes. */
function hintFor(given: unknown): string {
  if (typeof given === "string" || (isRecord(given) && given.format === "densely")) {
    return '; Network.fromJSON reads JSON, and loadFile of "densely/node" the file of a path';
  }
  return given instanceof Promise ? ", after await" : "";
}

/** The bytes of a file as a user gives them. @throws FormatError for anything but a Uint8Array or an ArrayBuffer. */
export function bytesOf(given: unknown): Uint8Array {
  try {
    if (ArrayBuffer.isView(given)) return new Uint8Array(given.buffer, given.byteOffset, given.byteLength);
    // Not instanceof, because the buffer may belong to another realm.
    if (tagOf(Object(given)) === "ArrayBuffer") return new Uint8Array(given as ArrayBuffer);
  } catch (error) {
    // Only a detached buffer has no views.
    throw new FormatError(
      "The bytes of the file are gone, because their buffer was sent to another thread: give a copy of them.",
      { cause: error },
    );
  }
  throw new FormatError(
    `The file is ${excerpt(given)} (${tagOf(Object(given))}): give its bytes as a Uint8Array${hintFor(given)}.`,
  );
}

/** Shortens a value from a file for a message, without looking into objects, which may be nested without end. */
export function excerpt(value: unknown): string {
  return show(typeof value === "string" ? value.slice(0, 60) : value);
}

/** True if the value is an object other than an array. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Parses JSON from a file. @param what name of the text in messages. @throws FormatError unless it is an object. */
export function parseRecord(text: string, what: string): Record<string, unknown> {
  const fault = faultOf(text);
  if (fault) throw new FormatError(`${what} ${fault}: write the file again.`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = text;
  }
  if (isRecord(value)) return value;
  throw new FormatError(`${what} is ${excerpt(value)}: give a JSON object.`);
}

/** True if the value can be a size or an offset. */
export const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0;

/**
 * Checks the values of a parameter or statistic.
 * @param what its name in messages.
 * @throws FormatError for NaN, Infinity, or a variance below 0.
 */
export function checkValues(values: Float32Array, what: string, isVariance: boolean): Float32Array {
  if (!isVariance && areFinite(values)) return values;
  const wrong = values.findIndex((value) => !Number.isFinite(value) || (isVariance && value < 0));
  if (wrong < 0) return values;
  throw new FormatError(
    `${what} is ${values[wrong]} at index ${wrong}: give finite parameters, and variances of at least 0.`,
  );
}
