/** The examples that learn without data: they run as programs, and say what they have learnt in their last line. */

import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { bundle } from "./bundle.js";

const reinforce = bundle({ path: "examples/reinforce.ts" });
const ode = bundle({ path: "examples/ode.ts" });
const search = bundle({ path: "examples/search.ts" });

/** The number in the last line that an example prints. Its imports of densely are those of the sources. */
function lastNumber(program: string, pattern: RegExp): number {
  const lines = execFileSync(process.execPath, [program], { encoding: "utf8" }).trimEnd().split("\n");
  return Number(pattern.exec(lines[lines.length - 1])?.[1]);
}

test("reinforce solves cart-pole: a mean of at least 475 of 500 steps over 100 games", () => {
  expect(
    lastNumber(reinforce, /^mean of 100 games with the likelier action: ([\d.]+) steps$/),
  ).toBeGreaterThan(475);
});

test("ode finds the solution of the equation to 0.01", () => {
  expect(lastNumber(ode, /^largest error from 0 to 6: ([\d.]+)$/)).toBeLessThan(0.01);
});

test("search untangles two spirals: at least 95 % of the points between those that were learnt", () => {
  expect(
    lastNumber(search, /^accuracy on points between those that were learnt: ([\d.]+)$/),
  ).toBeGreaterThanOrEqual(0.95);
});
