/** Rows of inputs and targets, gathered for one member. */

import type { Inputs } from "./preparation.js";

/** Targets of networks: a class index, or a number, for each row. */
export type Targets = Int32Array | Float32Array;

/** Some rows of inputs, in the order that is given. */
export function takeInputs({ values, width }: Inputs, rows: ArrayLike<number>): Inputs {
  const taken = new (values instanceof Uint8Array ? Uint8Array : Float32Array)(rows.length * width);
  for (let i = 0; i < rows.length; i++) {
    taken.set(values.subarray(rows[i] * width, (rows[i] + 1) * width), i * width);
  }
  return { values: taken, rows: rows.length, width };
}

/** Some values, one for each of the rows. */
export function takeValues<V extends Targets | Float64Array>(values: V, rows: ArrayLike<number>): V {
  const taken = values.slice(0, rows.length) as V;
  for (let i = 0; i < rows.length; i++) taken[i] = values[rows[i]];
  return taken;
}
