/** The rules of the preparation for dates and text, with values by hand. */

import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { daysIn, shareOfWeek, shareOfYear } from "../../src/table/columns/date.js";
import { hash, tokensOf } from "../../src/table/columns/text.js";
import { frameOfRows } from "../../src/table/frame.js";
import { inputNames, inputsFor } from "../../src/table/preparation.js";
import { readTable } from "../../src/table/read.js";
import { scaleTargets, unscaled } from "../../src/table/scale.js";
import { clip, fault, fitted, prepared } from "./tools.js";

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

test("inputs have the same bits on every engine", () => {
  const rows = {
    a: Array.from({ length: 50 }, (_, i) => new Date(1e12 + 7.7e9 * i)),
    b: Array.from({ length: 50 }, (_, i) => ((i * 37) % 50) / 7),
    c: Array.from({ length: 50 }, (_, i) => `word ${i % 9}`),
  };
  const preparation = prepared(rows, { kinds: { c: "text" }, features: 16, bins: 4 });
  const { values } = inputsFor(preparation, readTable(rows, {}, "predict"));
  const scale = {
    name: "y",
    transform: "log",
    mean: 1,
    deviation: 2,
    range: null,
    center: 1,
    isSkewed: true,
  } as const;
  const targets = scaleTargets(
    scale,
    Float64Array.from(rows.b, (value) => value + 0.1),
  );
  const numbers = Float64Array.from(targets, (target) => unscaled(scale, target));
  const digest = createHash("sha256");
  for (const { buffer, byteOffset, byteLength } of [values, targets, numbers]) {
    digest.update(new Uint8Array(buffer, byteOffset, byteLength));
  }
  expect(digest.digest("hex").slice(0, 16)).toBe("2cadfb710e88137e");
});
