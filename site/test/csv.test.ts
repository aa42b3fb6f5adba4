/** How the playground reads a CSV into points. */

import { expect, it } from "vitest";
import { guessColumns, pointsOf, readColumns } from "../play/data/csv.js";
import type { OwnData } from "../play/data/own.js";

async function read(text: string): Promise<OwnData> {
  const columns = await readColumns(text);
  const { inputs, target } = guessColumns(columns);
  return pointsOf(columns, inputs, target);
}

const rounded = (values: Float32Array) => Array.from(values, (value) => Number(value.toFixed(1)));

it("takes the first two columns of numbers, and the last one as classes", async () => {
  const { points, axes, names } = await read("a,b,c\n1,2,x\n2,4,y\n3,6,x\n4,8,y\n");
  expect(axes).toEqual(["a", "b"]);
  expect(names).toEqual(["x", "y"]);
  expect(points.classes).toBe(2);
  expect(Array.from(points.y)).toEqual([0, 1, 0, 1]);
  expect(rounded(points.x)).toEqual([-1.3, -1.3, -0.4, -0.4, 0.4, 0.4, 1.3, 1.3]);
});

it("reads numbers with a decimal comma, if the fields are divided by another character", async () => {
  const text = "a;b;c\n1,5;-2,5;x\n2,5;3,5;y\n3,5;1,5;x\n4,5;0,5;y";
  expect(await read(text)).toEqual(await read(text.replaceAll(",", ".").replaceAll(";", ",")));
});

it("takes a column of many numbers as numbers to learn", async () => {
  const rows = Array.from({ length: 9 }, (_, i) => `${i},${i % 4},${10 * i}`);
  const { points, names } = await read(["a,b,c", ...rows].join("\n"));
  expect(points.classes).toBe(0);
  expect(names).toEqual([]);
  expect(rounded(points.y)).toEqual(
    [-1, -0.7, -0.5, -0.3, 0, 0.3, 0.5, 0.7, 1].map((y) => expect.closeTo(y, 0)),
  );
});

it("leaves out rows with a gap", async () => {
  const { points, names } = await read(
    "a,b,c\n1,2,x\n2,4,y\n,6,x\n4,,y\n5,1,\n6,2,x\n7,3,y\n8,4,x\n9,5,y\n10,6,x\n11,7,y",
  );
  expect(names).toEqual(["x", "y"]);
  expect(points.y).toHaveLength(8);
});

it.each([
  ["one column", "a\n1\n2\n3\n4", "fewer than three columns"],
  ["nothing", "", "fewer than three columns"],
  ["names alone", "a,b,c", "0 rows without a gap: give at least 4"],
  ["too few rows with a target", "a,b,c\n1,2,x\n2,3,y\n3,4,\n4,5,", "2 rows without a gap"],
  [
    "bytes",
    "PK\u0003\u0004\0\0,a,b\nb\0,c,d\n\0\0\0,1,2\n1,2,3\n2,3,4\n4,5,6",
    "fewer than two columns of numbers",
  ],
  ["an open quote", 'a,b,c\n1,2,"x\n3,4,y\n5,6,z\n7,8,w', "1 row without a gap"],
  ["a target that never varies", "a,b,c\n1,2,x\n2,3,x\n3,4,x\n4,5,x", '"c" is the same in all rows'],
  [
    "too many classes",
    `a,b,c\n${[..."stuvwxyz"].map((name, i) => `${i},${i},${name}`).join("\n")}`,
    '"c" has 8 classes',
  ],
])("says what is wrong with a CSV of %s", async (_, text, words) => {
  await expect(read(text)).rejects.toThrow(words);
});
