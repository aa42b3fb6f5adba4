/** Preparations of small tables, for tests. */

import type { ColumnKindName } from "../../src/table/columns/index.js";
import { inputsFor, prepare } from "../../src/table/preparation.js";
import { readTable } from "../../src/table/read.js";

interface Options {
  kinds?: Record<string, ColumnKindName>;
  missing?: (string | number)[];
  maxLevels?: number;
  features?: number;
  bins?: number;
}

const settingsOf = ({ kinds = {}, missing = [], maxLevels = 100, features = 512, bins = 0 }: Options) => ({
  kinds: new Map(Object.entries(kinds)),
  missing,
  maxLevels,
  features,
  bins,
  reserved: new Map<string, string>(),
});

export const prepared = (rows: unknown, options: Options = {}) =>
  prepare(readTable(rows, {}, "fit"), settingsOf(options));

/** The inputs of rows, as rows of numbers. */
export function inputs(preparation: ReturnType<typeof prepared>, rows: unknown): number[][] {
  const { values, rows: count, width } = inputsFor(preparation, readTable(rows, {}, "predict"));
  return Array.from({ length: count }, (_, r) => Array.from(values.subarray(r * width, (r + 1) * width)));
}

export const fitted = (rows: unknown, options: Options = {}) => inputs(prepared(rows, options), rows);
export const fault = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
  return "no error";
};

/** x/√(1 + (x/3)²) in float64, then float32. */
export const clip = (x: number) => Math.fround(x / Math.sqrt(1 + (x / 3) ** 2));

/** Two classes apart, a number, and a category. */
export const ROWS = Array.from({ length: 60 }, (_, i) => ({
  size: (i % 7) + (i % 2) * 10,
  colour: ["red", "green", "blue"][i % 3],
  kind: i % 2 === 0 ? "small" : "large",
  price: 3 * (i % 7) + 30 * (i % 2) + 5,
}));
export const column = <K extends keyof (typeof ROWS)[0]>(name: K) => ROWS.map((row) => row[name]);
/** Options of quick models. */
export const FAST = { epochs: 60, members: 2, batchSize: 20, learningRate: 0.01 };

/** The error of a call, or that of the promise that it returns. */
export const faultOf = async (act: () => unknown): Promise<string> => {
  try {
    await act();
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
  return "no error";
};
