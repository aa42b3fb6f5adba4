/** The rules of the house that no compiler knows: floors of imports, length of files, first words of doc comments. */

import { describe, expect, test } from "vitest";
import { cyclesOf, importsOf, wrongImports } from "../scripts/floors.js";
import { readSources } from "../scripts/sources.js";

const HOUSE = readSources(["src", "assembly"]);
const ALL = readSources(["src", "assembly", "test", "scripts", "bench", "examples", "site"]);

describe("imports", () => {
  const imports = importsOf(HOUSE);

  test("are read from the sources", () => {
    expect(imports.size).toBeGreaterThan(80);
    expect(imports.get("src/relaxed.ts")).toContain("build/relaxed.ts");
    expect(imports.get("assembly/run.ts")).toContain("assembly/isa.ts");
    expect(
      importsOf(new Map([["src/a.ts", 'export type { B } from "./data/b.js";']])).get("src/a.ts"),
    ).toEqual(["src/data/b.ts"]);
  });

  test("point down, and from no door to another", () => {
    expect(wrongImports(imports)).toEqual([]);
  });

  test("form no cycle", () => {
    expect(cyclesOf(imports)).toEqual([]);
  });

  test.each([
    ["src/program/plan.ts", "src/engine/session.ts", `"engine" is above "meaning"`],
    ["assembly/math/exp.ts", "assembly/products/tile.ts", `"kernels" is above "functions of kernels"`],
    ["src/node.ts", "src/index.ts", "a door imports no other door"],
    ["src/engine/session.ts", "assembly/run.ts", "only assembly/isa.ts is imported"],
    ["src/errors.ts", "src/model/check.ts", `"meaning" is above "errors"`],
  ])("%s may not import %s", (file, imported, reason) => {
    const [complaint, ...others] = wrongImports(new Map([[file, [imported]]]));
    expect(others).toEqual([]);
    expect(complaint).toContain(`${file} imports ${imported}: `);
    expect(complaint).toContain(reason);
  });

  test("from a folder that is on no floor ask for its floor", () => {
    expect(() => wrongImports(new Map([["src/attic/a.ts", ["src/errors.ts"]]]))).toThrow(
      "src/attic/a.ts stands on no floor: name its folder in scripts/floors.ts.",
    );
  });

  test("that form a cycle are named in order", () => {
    const files = new Map([
      ["a", ["b"]],
      ["b", ["c", "d"]],
      ["c", ["b"]],
      ["d", []],
    ]);
    expect(cyclesOf(files)).toEqual(["b -> c -> b"]);
  });
});

describe("files", () => {
  const MOST_LINES = 300;
  test(`have at most ${MOST_LINES} lines`, () => {
    const long = Array.from(ALL, ([path, text]) => ({ path, lines: text.split("\n").length - 1 })).filter(
      ({ lines }) => lines > MOST_LINES,
    );
    expect(long).toEqual([]);
  });
});

describe("doc comments", () => {
  const RIDDLE = /\/\*\*\s*(?:\*\s*)?(?:Whether|What)\b[^\n*]*/g;

  test('begin with a verb or a noun: "True if" and not "Whether", the thing itself and not "What"', () => {
    const riddles = Array.from(ALL, ([path, text]) =>
      (text.match(RIDDLE) ?? []).map((line) => `${path}: ${line}`),
    );
    expect(riddles.flat()).toEqual([]);
  });

  test.each(["Whether", "What"])("that begin with %s are found", (word) => {
    expect(`/** ${word} it is. */`).toMatch(RIDDLE);
    expect(`/**\n * ${word} it is.\n */`).toMatch(RIDDLE);
    expect(`/** Somewhat, ${word}. */`).not.toMatch(RIDDLE);
  });
});
