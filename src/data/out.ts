import { ShapeError } from "../errors.js";
import { show, tagOf } from "../model/check.js";

/** True for a Float32Array, of this realm or another. */
export function isFloats(value: unknown): value is Float32Array {
  return ArrayBuffer.isView(value) && (value instanceof Float32Array || tagOf(value) === "Float32Array");
}

/**
 * Checks an array of the user that results are written to.
 * @param name how messages call it. @param numbers what it is for, for the message.
 * @throws ShapeError unless it is a Float32Array of that length.
 */
export function checkOut(out: unknown, length: number, name: string, numbers: string): Float32Array {
  const given = out as Float32Array;
  if (isFloats(out) && given.length === length) return given;
  const size = ArrayBuffer.isView(out) && "length" in out ? ` of ${given.length}` : "";
  throw new ShapeError(`${name} is ${show(out)}${size}: give a Float32Array of ${length}, ${numbers}.`);
}
