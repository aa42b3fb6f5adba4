/** Tables from names to places, for data by name. */

import { ShapeError } from "../errors.js";
import { hasOwn, show } from "../model/check.js";
import type { Datum, NumberHash, Pattern } from "./types.js";

/** Adds to a table the names of an object that it lacks, in their order. */
function addNames(table: NumberHash, object: object, length: number): number {
  let next = length;
  for (const name of Object.keys(object)) if (!hasOwn(table, name)) table[name] = next++;
  return next;
}

/** The table of all names in some objects, in the order in which they appear. */
export function tableOf(objects: readonly object[]): NumberHash {
  const table: NumberHash = {};
  let length = 0;
  for (const object of objects) length = addNames(table, object, length);
  return table;
}

/** A table with the names of one more object. */
export function extended(table: NumberHash | null, object: object): NumberHash {
  const names = { ...table };
  addNames(names, object, Object.keys(names).length);
  return names;
}

/** The numbers of an object in the places of their names; 0 where it has none. */
export function toArray(table: NumberHash, object: object, length: number): Float32Array {
  const numbers = new Float32Array(length);
  for (const name in table) {
    if (hasOwn(object, name)) numbers[table[name]] = (object as NumberHash)[name];
  }
  return numbers;
}

/** Numbers by their names. */
export function toObject(table: NumberHash, numbers: ArrayLike<number>): NumberHash {
  const object: NumberHash = {};
  for (const name in table) object[name] = numbers[table[name]];
  return object;
}

/** Makes numbers in order of one input or output. */
export type Formatter = (data: object) => Float32Array;

/**
 * The formatter of data such as `sample`; null for typed arrays, which stay as they are.
 * @param table the names, for data by name.
 */
export function formatterOf(sample: object, table: NumberHash | null): Formatter | null {
  if (ArrayBuffer.isView(sample)) return null;
  if (Array.isArray(sample)) return (data) => Float32Array.from(data as number[]);
  const length = Object.keys(table ?? {}).length;
  return (data) => {
    const numbers = new Float32Array(length);
    for (const name in table) {
      const value = (data as NumberHash)[name];
      if (typeof value === "number") numbers[table[name]] = value || 0;
    }
    return numbers;
  };
}

/** @throws ShapeError unless data is an array of at least one sample. */
export function checkData(data: unknown, call: string): void {
  const isSample = (value: unknown): boolean => {
    const { input, output } = (value ?? {}) as Partial<Datum<unknown, unknown>>;
    return [input, output].every((part) => typeof part === "object" && part !== null);
  };
  if (!Array.isArray(data) || data.length === 0) {
    throw new ShapeError(`${call} was given ${show(data)}: give an array of at least one { input, output }.`);
  }
  const wrong = data.findIndex((value) => !isSample(value));
  if (wrong >= 0) {
    throw new ShapeError(
      `Sample ${wrong} of ${call} is ${show(data[wrong])}: give { input, output }, each an array or an object of numbers.`,
    );
  }
}

/** Samples with formatted inputs and outputs. */
export function formatAll(
  data: readonly Datum<object, object>[],
  input: Formatter | null,
  output: Formatter | null,
): Pattern[] {
  if (!input && !output) return data as Pattern[];
  return data.map((sample) => ({
    input: input ? input(sample.input) : (sample.input as Float32Array),
    output: output ? output(sample.output) : (sample.output as Float32Array),
  }));
}
