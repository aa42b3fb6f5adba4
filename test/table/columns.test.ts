/** The rules of the preparation for numbers, categories and whole tables, with values by hand. */

import { describe, expect, test } from "vitest";
import { describePlan } from "../../src/table/columns/index.js";
import { inputNames, medianInputs, medianRow } from "../../src/table/preparation.js";
import { clip, fault, fitted, inputs, prepared } from "./tools.js";

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

  test("are described by six digits, and whole ones by all", () => {
    const { columns } = prepared({ a: [1 / 3, 2007.5, -1e-30], b: [1e30, 2e30, 1], c: [1234567, 2, 3] });
    expect(columns.map(describePlan)).toEqual([
      "number from -1e-30 to 2007.5",
      "number from 1 to 2e+30",
      "number from 2 to 1234567",
    ]);
    const [plan] = prepared({ a: [1 / 3, 2 / 3, 1e29 / 3] }).columns;
    expect(describePlan(plan)).toBe("number from 0.333333 to 3.33333e+28");
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

  test("have a share of each bin between quantiles, without equal ones", () => {
    const rows = { a: [0, 1, 2, 3, 4, 4, 4, 4, null] };
    const preparation = prepared(rows, { bins: 4 });
    // Of 0 1 2 3 4 4 4 4 the numbers at 0, 7/4, 14/4, 21/4 and 7: 0 1 3 4 4.
    expect(preparation.columns[0]).toMatchObject({ knots: [0, 1, 3, 4], median: 3.5 });
    expect(inputNames(preparation).slice(2)).toEqual(["a from 0 to 1", "a from 1 to 3", "a from 3 to 4"]);
    const shares = inputs(preparation, { a: [-1, 0.25, 2, 9, null] }).map((row) => row.slice(2));
    expect(shares).toEqual([
      [0, 0, 0],
      [0.25, 0, 0],
      [1, 0.5, 0],
      [1, 1, 1],
      [1, 1, 0.5],
    ]);
    expect(inputNames(prepared({ a: [0, 1, 0, 1] }, { bins: 8 }))).toEqual(["a"]);
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
      'DataError: No column of the table can be an input ("a": it is constant): give at least one that varies.',
    );
  });

  test("have a median row", () => {
    const rows = { a: [1, 2, 9], b: ["x", "y", "x"], c: [new Date(0), new Date(864e5), new Date(1728e5)] };
    const preparation = prepared(rows);
    expect(medianRow(preparation)).toEqual({ a: 2, b: "x", c: new Date(864e5) });
    expect(Array.from(medianInputs(preparation).values)).toEqual([0, -1, 0]);
  });
});
