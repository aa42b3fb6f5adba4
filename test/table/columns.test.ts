/** Every rule of the preparation, with values by hand. */

import { describe, expect, test } from "vitest";
import { daysIn, shareOfWeek, shareOfYear } from "../../src/table/columns/date.js";
import { type ColumnKindName, describePlan } from "../../src/table/columns/index.js";
import { hash, tokensOf } from "../../src/table/columns/text.js";
import { frameOfColumns, frameOfRows } from "../../src/table/frame.js";
import { inputNames, inputsFor, medianInputs, medianRow, prepare } from "../../src/table/preparation.js";
import { readTable } from "../../src/table/read.js";

interface Options {
  kinds?: Record<string, ColumnKindName>;
  missing?: (string | number)[];
  maxLevels?: number;
  features?: number;
}

const settingsOf = ({ kinds = {}, missing = [], maxLevels = 100, features = 512 }: Options) => ({
  kinds: new Map(Object.entries(kinds)),
  missing,
  maxLevels,
  features,
  reserved: new Map<string, string>(),
});

const prepared = (rows: unknown, options: Options = {}) =>
  prepare(readTable(rows, undefined, "fit"), settingsOf(options));

/** The inputs of rows, as rows of numbers. */
function inputs(preparation: ReturnType<typeof prepared>, rows: unknown): number[][] {
  const { values, rows: count, width } = inputsFor(preparation, readTable(rows, undefined, "predict"));
  return Array.from({ length: count }, (_, r) => Array.from(values.subarray(r * width, (r + 1) * width)));
}

const fitted = (rows: unknown, options: Options = {}) => inputs(prepared(rows, options), rows);
const fault = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
  return "no error";
};

/** x/√(1 + (x/3)²) in float64, then float32. */
const clip = (x: number) => Math.fround(x / Math.sqrt(1 + (x / 3) ** 2));
/** Another column, so that the one under test may be left out. */
const other = { other: [1, 2, 3, 4, 5] };

describe("numbers", () => {
  test("lose the median and are divided by the quartiles' distance", () => {
    // Sorted 0 1 2 4 10: median 2, quartiles 1 and 4.
    expect(fitted({ a: [10, 0, 1, 4, 2] })).toEqual([
      [clip(8 / 3)],
      [clip(-2 / 3)],
      [clip(-1 / 3)],
      [clip(2 / 3)],
      [0],
    ]);
  });

  test("with equal quartiles are divided by half of their range", () => {
    expect(fitted({ a: [5, 5, 5, 5, 5, 5, 5, 9] })[7]).toEqual([clip(4 / 2)]);
  });

  test("far away are 3 and -3", () => {
    const preparation = prepared({ a: [1, 2, 3, 4, 5] });
    expect(inputs(preparation, { a: [1e150, -1e150, 1e9] })).toEqual([[3], [-3], [3]]);
  });

  test("that are missing are the median, with an indicator only if one was missing in training", () => {
    const rows = { a: [1, null, 3], b: [1, 2, 3] };
    const preparation = prepared(rows);
    expect(inputNames(preparation)).toEqual(["a", "a is missing", "b"]);
    expect(inputs(preparation, rows)[1]).toEqual([0, 1, 0]);
    expect(inputs(preparation, { a: [2], b: [undefined] })).toEqual([[0, 0, 0]]);
  });

  test("are missing as null, undefined, NaN, the empty field and as the option says", () => {
    const preparation = prepared(
      { a: [1, null, undefined, Number.NaN, "", -99, 3] as unknown[] },
      { missing: [-99] },
    );
    expect(preparation.columns[0]).toMatchObject({ median: 2, hasIndicator: true, least: 1, most: 3 });
    const ofText = prepared("a,b\n1,1\n?,2\n,3\n3,NA\n", { missing: ["?", "NA"] });
    expect(ofText.columns).toMatchObject([
      { kind: "number", median: 2 },
      { kind: "number", median: 2 },
    ]);
  });

  test("are bigint, and text of numbers at predict", () => {
    expect(fitted({ a: [1n, 2n, 3n] })).toEqual([[clip(-1)], [0], [clip(1)]]);
    expect(inputs(prepared({ a: [1, 2, 3] }), { a: ["3"] })).toEqual([[clip(1)]]);
  });

  test("that are constant or all missing are left out", () => {
    const { columns } = prepared({ a: [7, 7, 7, 7, 7], b: [null, null, null, null, null], ...other });
    expect(columns.map(describePlan)).toEqual([
      "left out: it is constant",
      "left out: it has no values",
      "number from 1 to 5",
    ]);
  });

  test.each([Infinity, -Infinity, 1e151])("%d is refused", (value) => {
    const message = `DataError: Column "a" is ${value} in row 1: give a finite number`;
    expect(fault(() => prepared({ a: [1, value, 3] }))).toContain(message);
    expect(fault(() => inputs(prepared({ a: [1, 2, 3] }), { a: [1, value] }))).toContain(message);
  });

  test("of training rows alone decide", () => {
    const preparation = prepared({ a: [1, 2, 3] });
    const before = JSON.stringify(preparation);
    inputs(preparation, { a: [100, 200] });
    expect(JSON.stringify(preparation)).toBe(before);
    expect(inputs(JSON.parse(before), { a: [3] })).toEqual([[clip(1)]]);
  });
});

describe("categories", () => {
  test("of two levels are -1 and 1, the frequent one first; missing and unknown ones 0", () => {
    const rows = { a: ["x", "y", "y", null] };
    const preparation = prepared(rows);
    expect(inputs(preparation, rows)).toEqual([[1], [-1], [-1], [0]]);
    expect(inputs(preparation, { a: ["z"] })).toEqual([[0]]);
    expect(inputNames(preparation)).toEqual(["a=x"]);
  });

  test("of more levels are one-hot by frequency, equal ones in order of text", () => {
    const rows = { a: ["c", "b", "b", "a", "d", "d"] };
    const preparation = prepared(rows);
    expect(inputNames(preparation)).toEqual(["a=b", "a=d", "a=a", "a=c"]);
    expect(inputs(preparation, { a: ["b", "c", "q", undefined] })).toEqual([
      [1, 0, 0, 0],
      [0, 0, 0, 1],
      [0, 0, 0, 0],
      [0, 0, 0, 0],
    ]);
  });

  test("have at most maxLevels inputs, and say so", () => {
    const { columns } = prepared({ a: ["x", "x", "x", "y", "y", "z"] }, { maxLevels: 2 });
    expect(columns.map(describePlan)).toEqual(["category: x, y, 1 rare ones as unknown"]);
  });

  test("are true and false, and numbers where the option says so", () => {
    expect(fitted({ a: [true, false, false] })).toEqual([[1], [-1], [-1]]);
    expect(inputNames(prepared({ a: [1, 2, 3, 3] }, { kinds: { a: "category" } }))).toEqual([
      "a=3",
      "a=1",
      "a=2",
    ]);
    expect(inputNames(prepared("a\n007\n007\n1\n2\n", { kinds: { a: "category" } }))).toEqual([
      "a=007",
      "a=1",
      "a=2",
    ]);
  });

  test("with a level for nearly each row are left out, and say so", () => {
    const a = Array.from({ length: 40 }, (_, i) => `id${i}`);
    const b = Array.from({ length: 40 }, (_, i) => i);
    const { columns } = prepared({ a, b });
    expect(describePlan(columns[0])).toBe("left out: it has 40 levels in 40 rows");
    expect(prepared({ a: a.slice(0, 20), b: b.slice(0, 20) }).columns[0].kind).toBe("category");
  });

  test("of one level are left out unless some are missing", () => {
    expect(prepared({ a: ["x", "x", "x", "x", "x"], ...other }).columns[0].kind).toBe("ignore");
    expect(fitted({ a: ["x", null, "x"] })).toEqual([[1], [0], [1]]);
  });
});

describe("dates", () => {
  const day = (text: string) => new Date(`${text}T00:00Z`);

  test("are days, with week and year only where these repeat", () => {
    const within = { a: [day("2024-01-01"), day("2024-01-03"), day("2024-01-05")] };
    expect(inputNames(prepared(within))).toEqual(["a"]);
    expect(fitted(within)).toEqual([[clip(-1)], [0], [clip(1)]]);
    const weeks = { a: [day("2024-01-01"), day("2024-01-10"), day("2024-01-20")] };
    expect(inputNames(prepared(weeks))).toHaveLength(3);
    const years = { a: [day("2022-01-01"), day("2023-05-10"), day("2024-06-20")] };
    expect(inputNames(prepared(years))).toHaveLength(5);
    const mondays = { a: [day("2024-01-01"), day("2024-01-08"), day("2024-01-22")] };
    expect(inputNames(prepared(mondays))).toEqual(["a"]);
  });

  test("have sine and cosine of their place in week and year", () => {
    const rows = { a: [day("2022-01-01"), new Date("2023-07-02T12:00Z"), day("2024-06-20"), null] };
    const row = fitted(rows)[1];
    const turn = 2 * Math.PI;
    // 2023-07-02 12:00 is the middle of 2023: sine 0, cosine -1. It is a Sunday, and day 0 (1970-01-01) was a Thursday.
    const week = 3.5 / 7;
    for (const [i, expected] of [Math.sin(turn * week), Math.cos(turn * week), 0, -1, 0].entries()) {
      expect(row[1 + i]).toBeCloseTo(expected, 6);
    }
    expect(fitted(rows)[3]).toEqual([0, 0, 0, 0, 0, 1]);
  });

  test.each([
    ["1970-01-02", 1],
    ["2000-02-29", 11016],
    ["1970-01-01T12:00", 0.5],
    ["1970-01-01 12:00:00Z", 0.5],
    ["1970-01-01T12:00+06:00", 0.25],
    ["1969-12-31T18:00:00.000-06:00", 0],
    ["2001-02-29", undefined],
    ["01/02/2000", undefined],
    ["2000-1-2", undefined],
  ])("%s is day %s", (text, days) => {
    expect(daysIn(text)).toBe(days);
  });

  test("have shares of the year and the week", () => {
    expect(shareOfYear(0)).toBe(0);
    expect(shareOfYear(364)).toBeCloseTo(364 / 365, 12);
    expect(shareOfWeek(-1)).toBeCloseTo(6 / 7, 12);
  });

  test("are text only where the option says so, and then all of it", () => {
    const rows = { a: ["2024-01-01", "2024-01-03", "2024-01-05"] };
    expect(prepared(rows).columns[0].kind).toBe("category");
    expect(fitted(rows, { kinds: { a: "date" } })).toEqual([[clip(-1)], [0], [clip(1)]]);
    const wrong = { a: ["2024-01-01", "soon"] };
    expect(fault(() => prepared(wrong, { kinds: { a: "date" } }))).toContain(
      'DataError: Column "a" is "soon" in row 1: it is a column of dates, so give a Date',
    );
    expect(fault(() => prepared({ a: [new Date(Number.NaN), new Date(0)] }))).toContain("a Date in row 0");
  });
});

describe("text", () => {
  test("is words and pairs of neighbouring letters", () => {
    expect(tokensOf("Ab, abc!")).toEqual(["ab", "abc", "\u0001ab", "\u0001ab", "\u0001bc"]);
  });

  test("is hashed by FNV-1a", () => {
    // Of the 32-bit FNV-1a of "a" and "foobar", as its authors publish them.
    expect([hash("a"), hash("foobar")]).toEqual([0xe40c292c, 0xbf9cf968]);
  });

  test("is counts as bytes, at most 255", () => {
    const preparation = prepared({ a: ["ab", "cd"] }, { kinds: { a: "text" }, features: 8 });
    const { values } = inputsFor(preparation, frameOfRows([{ a: "x ".repeat(300) }, { a: "" }]));
    expect(values).toBeInstanceOf(Uint8Array);
    expect(Array.from(values.subarray(0, 8)).sort().reverse().slice(0, 2)).toEqual([255, 0]);
    expect(values.subarray(8).every((count) => count === 0)).toBe(true);
  });

  test("beside numbers is counts as floats", () => {
    const rows = { a: ["one", "two", "one"], b: [1, 2, 3] };
    const [first, , third] = fitted(rows, { kinds: { a: "text" }, features: 16 });
    expect(first.slice(0, 16)).toEqual(third.slice(0, 16));
    expect(first.slice(0, 16).reduce((a, b) => a + b)).toBe(3);
  });
});

describe("columns", () => {
  test("of several types are refused with both values and rows", () => {
    expect(fault(() => prepared({ a: [1, 2, "x"] }))).toBe(
      'DataError: Column "a" is "x" in row 2: the column is a number with 1 in row 0, so give one type, name what stands for a missing value in the option missing, or say columns: { "a": "category" }.',
    );
    expect(fault(() => prepared({ a: ["x", true] }))).toContain('the column is text with "x" in row 0');
    expect(fault(() => prepared({ a: [null, new Date(0), 5] }))).toContain(
      "the column is a date with a Date in row 1",
    );
  });

  test("of objects are refused", () => {
    expect(fault(() => prepared({ a: [{}, {}] }))).toContain(
      'Column "a" is an object in row 0: give a number, text',
    );
    expect(fault(() => prepared({ a: [Symbol("s")] }))).toContain("DataError");
  });

  test("of a CSV are numbers only if every field is one", () => {
    const { columns } = prepared("a,b,c\n1,1,x\n2,b,y\n3,3,x\n4,4,z\n");
    expect(columns.map(({ kind }) => kind)).toEqual(["number", "category", "category"]);
  });

  test("at predict have the types of training", () => {
    const preparation = prepared({ a: [1, 2, 3] });
    expect(fault(() => inputs(preparation, { a: ["x"] }))).toBe(
      'DataError: Column "a" is "x" in row 0: it is a column of numbers, so give one, or null where it is missing.',
    );
    expect(fault(() => inputs(preparation, "a,b\n1,1\nx,2\n"))).toContain('Column "a" is "x" in line 3');
  });

  test("may be absent from records, and from no other table", () => {
    const preparation = prepared({ a: [1, 2, 3], b: ["x", "y", "x"] });
    expect(inputs(preparation, [{ a: 2 }])).toEqual([[0, 0]]);
    expect(fault(() => inputs(preparation, { a: [1] }))).toBe(
      'DataError: The table has no column "b", which the model was trained with: it has "a".',
    );
    expect(fault(() => inputs(preparation, [{ c: 1 }]))).toBe(
      'DataError: The rows have "c", but the model reads "a", "b": give rows with these names.',
    );
  });

  test("that the options name must be there", () => {
    expect(fault(() => prepared({ a: [1, 2] }, { kinds: { zip: "category" } }))).toBe(
      'DataError: The table has no column "zip", which the option columns names: it has "a".',
    );
  });

  test("must leave at least one", () => {
    expect(fault(() => prepared({ a: [1, 1] }))).toBe(
      'DataError: No column of the table can be an input ("a" it is constant): give at least one that varies.',
    );
  });

  test("have a median row", () => {
    const rows = { a: [1, 2, 9], b: ["x", "y", "x"], c: [new Date(0), new Date(864e5), new Date(1728e5)] };
    const preparation = prepared(rows);
    expect(medianRow(preparation)).toEqual({ a: 2, b: "x", c: new Date(864e5) });
    expect(Array.from(medianInputs(preparation).values)).toEqual([0, -1, 0]);
    expect(frameOfColumns(rows).rows).toBe(3);
  });
});
