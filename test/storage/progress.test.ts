/** Progress as text: what is written is read, older files have defaults, anything else is refused by name. */

import { expect, test } from "vitest";
import { FormatError } from "../../src/index.js";
import { checkSpec } from "../../src/model/spec.js";
import { startOfFit, startOfProgress } from "../../src/record/progress.js";
import { readProgress, writeProgress } from "../../src/storage/progress.js";

const progress = { ...startOfProgress(), step: 7, epoch: 2, fit: { ...startOfFit(1), best: 0.5, waited: 3 } };

const spec = checkSpec([2, 2]);
const read = (text: string) => readProgress(text, spec);

/** The text with one member changed, by a path such as "fit.partial.hits". */
function changed(path: string, value: unknown): string {
  const data = JSON.parse(writeProgress(progress));
  const names = path.split(".");
  const last = names.pop() as string;
  const owner = names.reduce((object, name) => object[name], data);
  owner[last] = value;
  return JSON.stringify(data);
}

test("what was written is read", () => {
  expect(read(writeProgress(progress))).toEqual(progress);
  expect(read(writeProgress(startOfProgress()))).toEqual(startOfProgress());
});

test.each([
  "pairs",
  "plateau",
  "plateau.cooling",
  "fit.partial.topHits",
  "fit.partial.targets",
  "fit.waited",
])("an older file has no %s: it has the value of the start", (path) => {
  const names = path.split(".");
  const at = (object: object) =>
    names.reduce<unknown>((o, name) => (o as Record<string, unknown>)[name], object);
  const start = { ...startOfProgress(), fit: startOfFit(0) };
  expect(at(read(changed(path, undefined)))).toEqual(at(start));
});

test("the fit under way was once called run", () => {
  const { fit, ...rest } = JSON.parse(writeProgress(progress));
  expect(read(JSON.stringify({ ...rest, run: fit }))).toEqual(progress);
});

test.each([
  ["step", -1],
  ["epoch", 0.5],
  ["plateau", []],
  ["plateau.best", "low"],
  ["fit.partial.confusion", [1, null]],
  ["fit.partial.strange", 1],
  ["fit.history", 3],
  ["fit.history.loss", [null]],
  ["fit.history.custom", 1],
  ["fit.history.stopped", 1],
])("%s of %j is refused", (path, value) => {
  expect(() => read(changed(path, value))).toThrow(FormatError);
  expect(() => read(changed(path, value))).toThrow(path.split(".").pop());
});
