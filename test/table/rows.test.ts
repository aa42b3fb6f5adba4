/** Tables in all forms that users hold become the same columns, and everything else is refused by name. */

import { describe, expect, test } from "vitest";
import { frameOfCSV } from "../../src/table/csv.js";
import type { Frame } from "../../src/table/frame.js";
import { numberIn } from "../../src/table/number-text.js";
import { readRecord, readTable } from "../../src/table/read.js";
import { Classifier, Regressor } from "../../src/table.js";

const valuesOf = ({ columns }: Frame) =>
  Object.fromEntries(
    Array.from(columns, ([name, values]) => [
      name,
      Array.from({ length: values.length }, (_, row) => values.at(row)),
    ]),
  );
const read = (rows: unknown, names?: string[]) => valuesOf(readTable(rows, { names }, "fit"));
const fault = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
  return "no error";
};

const EXPECTED = { age: [1, 2], name: ["a", "b"] };

function* records() {
  yield { age: 1, name: "a" };
  yield { age: 2, name: "b" };
}

describe("rows", () => {
  test.each([
    ["records", [...records()], undefined],
    ["columns", { age: [1, 2], name: ["a", "b"] }, undefined],
    ["typed columns", { age: Float64Array.of(1, 2), name: ["a", "b"] }, undefined],
    [
      "arrays with names",
      [
        [1, "a"],
        [2, "b"],
      ],
      ["age", "name"],
    ],
    ["an iterable of records", records(), undefined],
    [
      "a set of arrays",
      new Set([
        [1, "a"],
        [2, "b"],
      ]),
      ["age", "name"],
    ],
  ])("of %s are columns", (_, rows, names) => {
    expect(read(rows, names)).toEqual(EXPECTED);
  });

  test("without names are x0, x1, ...", () => {
    expect(read([[1, 2], Float32Array.of(3, 4)])).toEqual({ x0: [1, 3], x1: [2, 4] });
  });

  test("that lack a key have a missing value there, also for names of Object", () => {
    expect(read([{ a: 1 }, { b: 2, constructor: 3 }])).toEqual({
      a: [1, undefined],
      b: [undefined, 2],
      constructor: [undefined, 3],
    });
  });

  test.each([
    [[], "DataError: The table given to fit has no rows: give at least one."],
    ["a,b\n", "DataError: The table given to fit has no rows: give at least one."],
    ["\n\n", "DataError: The CSV is empty: give a header and rows."],
    [
      "penguins.csv",
      'DataError: fit got the text "penguins.csv", which has one line: give the text of a CSV file, not its path.',
    ],
    [undefined, /^DataError: fit got undefined: give an array of objects, /],
    [
      { a: [1, 2], b: [1] },
      'DataError: Column "b" has 1 values, but column "a" has 2: give columns of one length.',
    ],
    [[{ a: 1 }, null], "DataError: Row 1 is null: give an object with a value for each column."],
    [[[1, 2], { a: 1 }], "DataError: Row 1 is an object: give an array, as row 0."],
    [
      [[1, 2], [1]],
      'DataError: Row 1 has 1 values, but there are 2 columns: give one value for each of "x0" to "x1".',
    ],
  ])("that are %j are refused", (rows, message) => {
    expect(fault(() => read(rows))).toMatch(message);
  });

  test("one by one are a record or an array of values", () => {
    expect(readRecord({ a: 1 }, undefined)?.rows).toBe(1);
    expect(readRecord([1, "x"], ["a", "b"])?.columns.get("b")?.at(0)).toBe("x");
    expect(readRecord({ a: [1] }, undefined)).toBeUndefined();
    expect(readRecord([{ a: 1 }], undefined)).toBeUndefined();
    expect(readRecord("a\n1", undefined)).toBeUndefined();
  });
});

describe("CSV", () => {
  test("has its targets in it, or beside it as values of any type", async () => {
    const csv = "a\n1\n2\n1\n2\n";
    const labelsOf = async (targets: unknown[]) => {
      const model = new Classifier({ epochs: 1, members: 1 });
      await model.fit(csv, targets);
      return model.labels;
    };
    expect(await labelsOf([3, 5, 3, 5])).toEqual([3, 5]);
    expect(await labelsOf([true, false, true, false])).toEqual([false, true]);
    expect(await labelsOf(["3", "5", "3", "5"])).toEqual([3, 5]);
    expect(await labelsOf(["x", "y", "x", "y"])).toEqual(["x", "y"]);
  });

  test.each([
    ["commas", "a,b\n1,x\n2,y\n"],
    ["a byte order mark and line breaks of Windows", "\ufeffa,b\r\n1,x\r\n2,y\r\n"],
    ["semicolons", "a;b\n1;x\n2;y"],
    ["semicolons, a short file with blank lines", "a;b\n\n1;x\n2;y\n"],
    ["tabs", "a\tb\n1\tx\n2\ty"],
    ["quotes and blanks", '"a", b \n"1",  x\n2 ,"y"\n'],
    ["blank lines", "\na,b\n\n1,x\n2,y\n\n  \n"],
  ])("with %s", (_, text) => {
    expect(valuesOf(frameOfCSV(text))).toEqual({ a: ["1", "2"], b: ["x", "y"] });
  });

  test("with separators, quotes and line breaks in quotes; lines are counted through them", () => {
    const frame = frameOfCSV('a,b\n"x, ""y""\nz",1\nq,2\n');
    expect(valuesOf(frame)).toEqual({ a: ['x, "y"\nz', "q"], b: ["1", "2"] });
    expect([frame.place(0), frame.place(1)]).toEqual(["line 2", "line 4"]);
  });

  test("of more rows than a block of fields has", () => {
    const fields = Array.from({ length: 2500 }, (_, row) => (row % 7 === 0 ? "" : `field ${row}`));
    const frame = frameOfCSV(["a,b", ...fields.map((field, row) => `${field},${row}`)].join("\n"));
    expect(frame.rows).toBe(2500);
    expect(valuesOf(frame)).toEqual({ a: fields, b: fields.map((_, row) => String(row)) });
  });

  test("names columns without a name, and keeps formulas as text", () => {
    expect(valuesOf(frameOfCSV(",a\n0,=1+1\n"))).toEqual({ "column 1": ["0"], a: ["=1+1"] });
  });

  test("takes 10,000 columns", () => {
    const names = Array.from({ length: 10_000 }, (_, i) => `c${i}`).join();
    expect(frameOfCSV(`${names}\n${names}\n`).columns.size).toBe(10_000);
  });

  test.each([
    ["a,b,a\n1,2,3\n", 'Columns 1 and 3 of the CSV are both named "a": rename one of them.'],
    ["a,b\n1,2\n\n1,2,3\n", "Line 4 of the CSV has 3 fields, but its header has 2"],
    ["a,b\n1\n", "Line 2 of the CSV has 1 fields, but its header has 2"],
    ['a,b\n1,2\n1,"2\n3,4\n', "Line 3 of the CSV: "],
  ])("%j is refused with its line", (text, message) => {
    expect(fault(() => frameOfCSV(text))).toContain(`DataError: ${message}`);
  });

  test.each([
    ["12", 12],
    ["-1.5e3", -1500],
    [".5", 0.5],
    ["5.", 5],
    [" 7 ", 7],
    ["NaN", Number.NaN],
    ["inf", Infinity],
    ["-Infinity", -Infinity],
    ["", undefined],
    ["0x10", undefined],
    ["1,5", undefined],
    ["1 2", undefined],
    ["e5", undefined],
  ])("the field %j is %j", (field, value) => {
    expect(numberIn(field)).toBe(value);
  });

  test.each([
    ["3,14", 3.14],
    [" -1,5e3", -1500],
    ["7", 7],
    ["3.14", undefined],
    ["1.234,5", undefined],
    ["1,2,3", undefined],
  ])("the field %j with commas before decimals is %j", (field, value) => {
    expect(numberIn(field, ",")).toBe(value);
  });

  test("with commas before decimals is read so by fit, predict and evaluate, also from its file", async () => {
    const csv = (rows: number[]) =>
      `x;y\n${rows.map((x) => `${String(x).replace(".", ",")};${String(3 * x).replace(".", ",")}`).join("\n")}\n`;
    const rows = Array.from({ length: 40 }, (_, i) => i / 8);
    const model = new Regressor({ target: "y", decimal: ",", epochs: 5, members: 1 });
    await model.fit(csv(rows));
    const other = new Regressor({ target: "y", epochs: 5, members: 1 });
    await other.fit(rows.map((x) => ({ x, y: 3 * x })));
    expect(model.predict(csv(rows))).toEqual(other.predict(rows.map((x) => ({ x }))));
    const back = Regressor.load(model.save());
    expect(back.evaluate(csv(rows))).toEqual(other.evaluate(rows.map((x) => ({ x, y: 3 * x }))));
  });

  test("has labels with commas before decimals", async () => {
    const model = new Classifier({ target: "y", decimal: ",", epochs: 1, members: 1 });
    await model.fit("x;y\n1;1,5\n2;2,5\n3;1,5\n4;2,5\n");
    expect(model.labels).toEqual([1.5, 2.5]);
    expect(model.evaluate("x;y\n1;1,50\n").rows).toBe(1);
  });
});
