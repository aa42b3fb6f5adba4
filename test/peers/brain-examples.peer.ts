/** The programs of examples/brain, as they are for brain.js and with their import changed: they print the same. */

import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { afterEach, expect, test, vi } from "vitest";
import * as densely from "../../src/brain.js";
import { seedMathRandom } from "./both.js";

const FOLDER = "examples/brain";
const IMPORT = /^import \{ (.*) \} from "brain\.js";$/m;

const brain: Record<string, unknown> = createRequire(import.meta.url)("brain.js");
const random = Math.random;

afterEach(() => {
  Math.random = random;
});

/** The lines that a program prints with a library in place of its import. */
function run(file: string, library: Record<string, unknown>): string[] {
  const text = readFileSync(`${FOLDER}/${file}`, "utf8");
  const names = IMPORT.exec(text)?.[1].split(", ") ?? [];
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  seedMathRandom();
  new Function(...names, text.replace(IMPORT, ""))(...names.map((name) => library[name]));
  const lines = log.mock.calls.map((values) => values.join(" "));
  log.mockRestore();
  return lines;
}

/** The numbers in lines, and the lines without them. */
function split(lines: readonly string[]): [numbers: number[], words: string[]] {
  const number = /\d+\.\d+(?:e-\d+)?/g;
  return [
    lines.flatMap((line) => line.match(number) ?? []).map(Number),
    lines.map((line) => line.replace(number, "#")),
  ];
}

test.each(readdirSync(FOLDER).filter((name) => name.endsWith(".js")))("%s", (file) => {
  const [right, words] = split(run(file, brain));
  const [got, ownWords] = split(run(file, densely));
  expect(ownWords).toEqual(words);
  expect(got.length).toBeGreaterThan(4);
  got.forEach((value, i) => {
    expect(Math.abs(value - right[i])).toBeLessThan(1e-4);
  });
});
