/** How the page of tables reads a CSV. */

import { describe, expect, it } from "vitest";
import { readTable, TableFault, thinned, withDecimalPoints, withTarget } from "../table/read.js";

describe("reading", () => {
  it("finds names, numbers, missing values and rows", () => {
    const { rows, columns, samples } = readTable("\ufeffa;;c\n1;x;NA\n2,5;y;3\n\n");
    expect(rows).toBe(2);
    expect(columns).toEqual([
      { name: "a", isNumeric: false, distinct: 2 },
      { name: "column 2", isNumeric: false, distinct: 2 },
      { name: "c", isNumeric: true, distinct: 1 },
    ]);
    expect(samples).toEqual([
      { number: 1, fields: { a: "1", "column 2": "x", c: "" } },
      { number: 2, fields: { a: "2,5", "column 2": "y", c: "3" } },
    ]);
    expect(() => readTable("")).toThrow(TableFault);
  });

  it("reads a decimal comma where it divides no fields", () => {
    expect(withDecimalPoints("a;b;c\n1,5;x,y;3\nNA;z;-2,25\n")).toBe('a,b,c\r\n1.5,"x,y",3\r\nNA,z,-2.25');
    for (const text of ["a,b\n1,5\n", 'a,b\n"1,5",2\n', "a;b\n1,5;x\n1.200,5;y\n", "a;b\n1;2\n"]) {
      expect(withDecimalPoints(text)).toBe(text);
    }
  });

  it("thins a table and keeps its fields", () => {
    const { text: thin, rows } = thinned('a,b\n1,"x\ny"\n2,z\n3,"p,q"\n4,r\n', 2);
    expect(rows).toBe(2);
    expect(readTable(thin).samples.map(({ fields }) => fields)).toEqual([
      { a: "1", b: "x\ny" },
      { a: "3", b: "p,q" },
    ]);
  });

  it("leaves out rows without a target, and keeps a text that has none", () => {
    const text = 'a,b\n1,x\n2,\n3,NA\n4,"y,z"\n';
    const { text: kept, leftOut } = withTarget(text, "b", ["NA"]);
    expect(leftOut).toBe(2);
    expect(readTable(kept).samples.map(({ fields }) => fields)).toEqual([
      { a: "1", b: "x" },
      { a: "4", b: "y,z" },
    ]);
    expect(withTarget(text, "a", ["NA"])).toEqual({ text, leftOut: 0 });
  });
});
