import { FormatError } from "../errors.js";

/** @returns the values. @throws FormatError for what no parameter can be: NaN, Infinity, a variance below 0. */
export function checkValues(values: Float32Array, what: string, isVariance: boolean): Float32Array {
  const wrong = values.findIndex((value) => !Number.isFinite(value) || (isVariance && value < 0));
  if (wrong < 0) return values;
  throw new FormatError(
    `${what} is ${values[wrong]} at place ${wrong} (from 0): parameters are finite, and variances not negative.`,
  );
}
