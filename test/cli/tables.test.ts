/** Tables as people have them: odd quotes, names, line breaks, lengths and types. Values are checked by hand. */

import { describe, expect, test } from "vitest";
import { openRows } from "../../src/cli/input/batches.js";
import { Source } from "../../src/cli/input/source.js";
import { type ReadOptions, readTable } from "../../src/cli/input/table.js";
import { withoutFormula } from "../../src/cli/output/csv.js";
import { folder } from "./tools.js";

const file = folder();
let files = 0;

/** Reads a table from a text. */
async function read(text: string | Uint8Array, ending = "csv", options: ReadOptions = {}) {
  const table = await readTable(new Source(file(`t${files++}.${ending}`, text)), options);
  return {
    columns: Object.fromEntries(Array.from(table.columns, ([name, values]) => [name, Array.from(values)])),
    lines: [...table.lines],
    leftOut: table.leftOut,
  };
}

const fault = (text: string | Uint8Array, ending = "csv", options: ReadOptions = {}): Promise<string> =>
  read(text, ending, options).then(
    () => "no error",
    (error: Error) => error.message.replace(/^\S*(t\d+\.\w+)/, "t"),
  );

describe("CSV", () => {
  test("quotes, separators and line breaks within them, and lines counted through them", async () => {
    const { columns, lines } = await read('a,b\n"x, ""y""\nz",1\nq,2\n');
    expect(columns).toEqual({ a: ['x, "y"\nz', "q"], b: [1, 2] });
    expect(lines).toEqual([2, 4]);
  });

  test.each([
    ["CRLF", 'a,b\r\nx,1\r\n"y",2\r\n'],
    ["CR", "a,b\rx,1\ry,2"],
    ["a byte order mark", "\ufeffa,b\nx,1\ny,2\n"],
    ["blanks and blank lines", " a , b\n\nx , 1\n\n y, 2\n\n"],
    ["semicolons", "a;b\nx;1\ny;2\n"],
    ["UTF-16", Buffer.from("\ufeffa,b\nx,1\ny,2\n", "utf16le")],
  ])("%s", async (_, text) => {
    expect((await read(text)).columns).toEqual({ a: ["x", "y"], b: [1, 2] });
  });

  test("a number only if every field is one, and missing ones by the words that stand for them", async () => {
    const text = "a,b,c,d\n1,01,NA,\n-2e3,x,4,\n,3,5,\n";
    const { columns } = await read(text, "csv", { missing: ["NA"] });
    expect(columns).toEqual({ a: [1, -2000, NaN], b: ["01", "x", "3"], c: [NaN, 4, 5], d: [NaN, NaN, NaN] });
    const kept = await read("zip\n01234\n00001\n", "csv", { texts: new Set(["zip"]) });
    expect(kept.columns).toEqual({ zip: ["01234", "00001"] });
  });

  test("names: empty ones by their place, odd ones as they are", async () => {
    const { columns } = await read("__proto__,,constructor\n1,2,3\n");
    expect(Object.entries(columns)).toEqual([
      ["__proto__", [1]],
      ["column 2", [2]],
      ["constructor", [3]],
    ]);
  });

  test("rows without the target are left out and counted", async () => {
    expect(await read("a,y\n1,u\n2,\n3,v\n", "csv", { targets: ["y"] })).toEqual({
      columns: { a: [1, 3], y: ["u", "v"] },
      lines: [2, 4],
      leftOut: 1,
    });
  });

  test("10,000 columns", async () => {
    const names = Array.from({ length: 10_000 }, (_, i) => `c${i}`);
    const text = [names, names.map((_, i) => i), names.map((_, i) => -i)].map((row) => row.join()).join("\n");
    const { columns } = await read(text);
    expect(Object.keys(columns)).toHaveLength(10_000);
    expect(columns.c9999).toEqual([9999, -9999]);
  });

  test("parts of any size: a field and a line break that lie across parts of the file", async () => {
    const rows = Array.from({ length: 40_000 }, (_, i) => `${i},"text, number\n${i}"`);
    const { columns, lines } = await read(`a,b\n${rows.join("\n")}\n`);
    expect(columns.a).toEqual(rows.map((_, i) => i));
    expect(columns.b[39_999]).toBe("text, number\n39999");
    expect(lines[39_999]).toBe(2 + 2 * 39_999);
  });

  test.each([
    ["a,b\n1,2\n3\n", "t, line 3, column 2: the line has 1 fields, but the header has 2"],
    ["a,b\n1,2,3\n", "t, line 2, column 3: the line has 3 fields, but the header has 2"],
    ["a,b,a\n1,2,3\n", 't, line 1: columns 1 and 3 are both named "a": rename one of them.'],
    ["a,b\n", "t has a header and no rows: give at least one."],
    ["", "t is empty: give a header and rows."],
    ['a,b\n1,"2\n', "t, line 2, column 2: quoted field unterminated"],
    ["a,b\n1,inf\n", 't, line 2, column "b" is inf: give a finite number, or nothing where it is missing.'],
  ])("%j is refused by its line", async (text, message) => {
    expect(await fault(text)).toContain(message);
  });

  test("a quote that never ends does not take the whole file into memory", async () => {
    expect(await fault(`a\n"${"x\n".repeat(4 << 20)}`)).toBe(
      "t, line 2 is longer than 4 MB: close the quote that begins in it.",
    );
  });

  test("other bytes than text, and damaged gzip, are refused", async () => {
    expect(await fault(Uint8Array.of(97, 10, 0xe4, 10))).toBe("t is no text in UTF-8: save it as UTF-8.");
    expect(await fault(Uint8Array.of(0x1f, 0x8b, 8, 0, 1, 2, 3))).toContain(
      "is compressed by gzip and damaged",
    );
  });

  test("a target that is not there is refused with the names that are", async () => {
    expect(await fault("a,b\n1,2\n", "csv", { targets: ["y"] })).toBe(
      't has no column "y": it has "a", "b".',
    );
  });
});

describe("JSON", () => {
  test.each([
    ["json", '[{"a":1,"b":"x"},{"a":null,"b":"y"}]'],
    ["json", '{"a":[1,null],"b":["x","y"]}'],
    ["jsonl", '{"a":1,"b":"x"}\n{"b":"y"}'],
  ])("%s %s", async (ending, text) => {
    expect((await read(text, ending)).columns).toEqual({ a: [1, NaN], b: ["x", "y"] });
  });

  test.each([
    ["json", '[{"a":1},\n {"a":}]', "t, line 2, column 7: this is no JSON"],
    ["jsonl", '{"a":1}\n{"a":1', "t, line 2, column 7: this is no JSON"],
    ["json", "[1]", "t, record 1 is 1: give an object with a value for each column."],
    ["json", "[]", "t has no rows: give at least one."],
  ])("%s %s is refused by its place", async (ending, text, message) => {
    expect(await fault(text, ending)).toContain(message);
  });

  test("texts of digits stay texts", async () => {
    expect((await read('[{"a":"1"},{"a":"2"}]', "json")).columns).toEqual({ a: ["1", "2"] });
  });
});

test("a table is read as a stream: a batch is there before the file ends", async () => {
  const path = file("long.csv", `a\n${"1\n".repeat(2_000_000)}`);
  const { batches } = await openRows(new Source(path));
  const sizes: number[] = [];
  for await (const { rows } of batches) sizes.push(rows.length);
  expect(sizes.reduce((a, b) => a + b)).toBe(2_000_000);
  expect(Math.max(...sizes)).toBeLessThan(300_000);
});

describe("formulas", () => {
  test.each([
    ["=1+1", "'=1+1"],
    ["+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"],
    ["@SUM(A1)", "'@SUM(A1)"],
    ["\t=1", "'\t=1"],
    ["-2+3", "'-2+3"],
    ["-2.5", "-2.5"],
    ["+1e-3", "+1e-3"],
    ["a=1", "a=1"],
    ["", ""],
  ])("%j is written as %j", (text, written) => {
    expect(withoutFormula(text)).toBe(written);
  });
});
