/**
 * npm run size: weighs what an app loads for each entry point, and what a bundler keeps of it for apps that import less.
 * It prints the full door and the lean door beside their targets. It fails if one of them has grown by more than 2 % over
 * its recorded size, if code stays in a bundle that does not need it, or if README.md states another size.
 */

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { ENTRIES } from "./entries.js";
import { lostMarks, shake } from "./shaken.js";

/** Bytes after gzip -9 of all files that an entry point loads, with the core. */
interface Budget {
  /** The size at the last deliberate change. */
  readonly recorded: number;
  /** The size that the door should not exceed. */
  readonly target: number;
}

const BUDGETS: Readonly<Record<string, Budget>> = {
  "dist/index.js": { recorded: 75_300, target: 48_000 },
  "dist/core.js": { recorded: 46_100, target: 34_000 },
};

/** Growth over the recorded size that needs no new record. */
const GROWTH = 0.02;

interface Weight {
  readonly bytes: number;
  readonly gzipped: number;
}

/** The files in the imports of a module that have this form. */
function importsOf(file: string, form: RegExp): string[] {
  return [...readFileSync(file, "utf8").matchAll(form)].map(([, path]) => join(dirname(file), path));
}

/** A module and all modules that it imports. */
function closure(file: string): string[] {
  return [file, ...importsOf(file, /from"(\.\/[^"]+)"/g).flatMap(closure)];
}

/** The files that the modules of an entry point import later, when they are needed. */
function importedLater(entry: string): string[] {
  return closure(entry).flatMap((file) => importsOf(file, /import\("(\.\/[^"]+)"\)/g));
}

/** Weighs all files that are loaded with an entry point, and so not those that are imported later. */
function weigh(entry: string): Weight {
  const files = [...new Set(closure(entry))].map((file) => readFileSync(file));
  return {
    bytes: files.reduce((sum, { length }) => sum + length, 0),
    gzipped: files.reduce((sum, file) => sum + gzipSync(file, { level: 9 }).length, 0),
  };
}

function print(name: string, { bytes, gzipped }: Weight): void {
  const [size, zipped] = [bytes, gzipped].map((count) => count.toLocaleString("en").padStart(7));
  console.log(`${name.padEnd(24)} ${size} bytes ${zipped} gzipped`);
}

/** Weighs a file by itself, without what it imports. */
function weighAlone(file: string): Weight {
  const { length } = readFileSync(file);
  return { bytes: length, gzipped: gzipSync(readFileSync(file), { level: 9 }).length };
}

function complain(complaint: string): void {
  console.error(complaint);
  process.exitCode = 1;
}

/** Compares the size of an entry point with its budget. */
function checkBudget(entry: string, { recorded, target }: Budget): void {
  const { gzipped } = weigh(entry);
  const [ofRecord, ofTarget, most] = [gzipped / recorded, gzipped / target, 1 + GROWTH].map(
    (share) => `${(100 * share).toFixed(1)} %`,
  );
  const [record, goal] = [recorded, target].map((bytes) => bytes.toLocaleString("en"));
  console.log(`${entry}: ${ofRecord} of the recorded ${record} bytes, ${ofTarget} of the target ${goal}`);
  if (gzipped > (1 + GROWTH) * recorded)
    complain(`${entry} is ${ofRecord} of its recorded size; at most ${most} is allowed.`);
}

/** README.md states the sizes of the full and the lean door, in kilobytes after gzip. */
function checkReadme(): void {
  const said = [...readFileSync("README.md", "utf8").matchAll(/(\d+) kB after\s+gzip/g)].map(
    ([, kilobytes]) => kilobytes,
  );
  const sizes = Object.keys(BUDGETS).map((entry) => (weigh(entry).gzipped / 1000).toFixed(0));
  if (said.join() !== sizes.join())
    complain(`README.md says ${said} kB after gzip, and the doors have ${sizes}.`);
}

const names = Object.keys(ENTRIES);
const scripts = names.filter((name) => ENTRIES[name].global);
for (const name of names) print(`dist/${name}.js`, weigh(`dist/${name}.js`));
for (const name of scripts) print(`dist/${name}.global.js`, weigh(`dist/${name}.global.js`));
for (const file of new Set(names.flatMap((name) => importedLater(`dist/${name}.js`)))) {
  print(`${file}, later`, weighAlone(file));
}
const [all, some] = [await shake("*"), await shake("{ Network, dense }")];
for (const bundle of [all, some]) {
  print(`bundle of ${bundle.imports.replaceAll(/[{} ]/g, "").replace(",", ", ")}`, bundle);
}
for (const [entry, budget] of Object.entries(BUDGETS)) checkBudget(entry, budget);
for (const name of lostMarks(all))
  complain(`scripts/shaken.ts: the mark of ${name} is not in dist/index.js.`);
for (const name of some.marked) complain(`A bundle of Network and dense has the code of ${name}.`);
checkReadme();
