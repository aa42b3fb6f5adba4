/** The names of isa.ts: each has a test in this folder that runs its kernel. */

import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { Hit, Op, RandomStream, Source, Statistics } from "../../assembly/isa.js";
import { namesOf } from "./names.js";

const FOLDER = "test/assembly";

const tests = readdirSync(FOLDER, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".test.ts") && file !== "vocabulary.test.ts")
  .map((file) => readFileSync(`${FOLDER}/${file}`, "utf8"))
  .join();

/** Enums whose names are tested one by one. */
const BY_NAME = { Op, Source, Hit, Statistics, RandomStream };

const names = Object.entries(BY_NAME).flatMap(([type, members]) =>
  namesOf(members).map((name) => [type, name] as const),
);

test.each(names)("%s.%s has a test in test/assembly", (type, name) => {
  // An operation may be made by the function of its name in src/program/.
  const mention = type === "Op" ? `\\bOp\\.${name}\\b|\\b${name}\\(` : `\\b${type}\\.${name}\\b`;
  expect(tests).toMatch(new RegExp(mention));
});

test.each(["Activation", "Link", "Loss", "Optimizer"])("a test runs over all names of %s", (type) => {
  expect(tests).toContain(`namesOf(${type})`);
});
