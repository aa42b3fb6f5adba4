/** docs/network.md and docs/training.md have every option and method of the library, docs/files.md every format. */

import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as formats from "../../src/formats.js";
import { dense, Network } from "../../src/index.js";
import { optionsOf, wrong } from "../helpers.js";

const NETWORK = readFileSync("docs/network.md", "utf8");
const TRAINING = readFileSync("docs/training.md", "utf8");
const network = new Network([2, 1]);

/** The names that no code span of a page begins with. */
function missingIn(page: string, names: readonly string[]): string[] {
  return names.filter((name) => !new RegExp(`\`(network\\.|Network\\.|await |new )?${name}\\b`).test(page));
}

test("options of new Network", () => {
  const names = optionsOf(() => new Network(wrong({ inputs: 1, layers: [dense(1)], nothing: 1 })));
  expect(names).toContain("inputScale");
  expect(missingIn(NETWORK, names)).toEqual([]);
});

/** Members that only say what to call instead. */
const FOREIGN = ["constructor", "train", "run"];

test("methods and properties of a network", () => {
  const classes: object[] = [];
  for (let owner = Network.prototype; owner !== Object.prototype; owner = Object.getPrototypeOf(owner)) {
    classes.push(owner);
  }
  const members = classes.flatMap(Object.getOwnPropertyNames).filter((name) => !FOREIGN.includes(name));
  const statics = ["load", "fromJSON", "resume"];
  expect(members).toContain("predict");
  expect(missingIn(NETWORK, [...members, ...statics])).toEqual([]);
});

test("options of fit and of early stopping", () => {
  const fit = (options: object) => optionsOf(() => network.fitSync([1, 2], [1], wrong(options)));
  expect(missingIn(TRAINING, fit({ nothing: 1 }))).toEqual([]);
  expect(missingIn(TRAINING, fit({ earlyStopping: { nothing: 1 } }))).toEqual([]);
});

test.each(Object.keys(formats))("%s of densely/formats has a row and a test", (name) => {
  const files = readdirSync("test/formats").filter((file) => file.endsWith(".test.ts"));
  const tests = files.map((file) => readFileSync(`test/formats/${file}`, "utf8")).join();
  expect(missingIn(readFileSync("docs/files.md", "utf8"), [name])).toEqual([]);
  expect(tests).toContain(`${name}(`);
});

test("a missing name is found", () => {
  expect(missingIn("`epochs` and `batchSize: 1`", ["epochs", "batchSize", "shuffle"])).toEqual(["shuffle"]);
});
