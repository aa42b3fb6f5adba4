/**
 * npm run size: weighs what an app loads for each entry point, and what a bundler keeps of it for apps that import less.
 * It fails if an entry point exceeds its target or has grown by more than 2 % over its recorded size, if code stays in a
 * bundle that does not need it, or if README.md states another size.
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
  /** The size that is never exceeded. */
  readonly target: number;
}

const BUDGETS: Readonly<Record<string, Budget>> = {
  "dist/index.js": { recorded: 46_795, target: 48_000 },
};

/** Growth over the recorded size that needs no new record. */
const GROWTH = 0.02;

interface Weight {
  readonly bytes: number;
  readonly gzipped: number;
}

/** A module and all modules that it imports. */
function closure(file: string): string[] {
  const code = readFileSync(file, "utf8");
  const imports = [...code.matchAll(/from"(\.\/[^"]+)"/g)].map(([, path]) => join(dirname(file), path));
  return [file, ...imports.flatMap(closure)];
}

/** Weighs all files that are loaded for an entry point. */
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

function complain(complaint: string): void {
  console.error(complaint);
  process.exitCode = 1;
}

/** Compares the size of an entry point with its budget. */
function checkBudget(entry: string, { recorded, target }: Budget): void {
  const { gzipped } = weigh(entry);
  const share = gzipped / recorded;
  const [percent, most] = [share, 1 + GROWTH].map((part) => `${(100 * part).toFixed(1)} %`);
  console.log(`${entry}: ${percent} of the recorded ${recorded.toLocaleString("en")} bytes, at most ${most}`);
  if (share > 1 + GROWTH)
    complain(`${entry} is ${percent} of its recorded size; at most ${most} is allowed.`);
  if (gzipped > target) complain(`${entry} is larger than ${target.toLocaleString("en")} bytes after gzip.`);
}

/** README.md states these sizes, in kilobytes after gzip. */
function checkReadme(): void {
  const said = /(\d+) kB after gzip/.exec(readFileSync("README.md", "utf8"))?.[1];
  const { gzipped } = weigh("dist/index.js");
  if (said !== (gzipped / 1000).toFixed(0)) {
    complain(`README.md says ${said} kB after gzip, and dist/index.js loads ${gzipped} bytes.`);
  }
}

const names = Object.keys(ENTRIES);
const scripts = names.filter((name) => ENTRIES[name].global);
for (const name of names) print(`dist/${name}.js`, weigh(`dist/${name}.js`));
for (const name of scripts) print(`dist/${name}.global.js`, weigh(`dist/${name}.global.js`));
const [all, some] = [await shake("*"), await shake("{ Network, dense }")];
for (const bundle of [all, some]) {
  print(`bundle of ${bundle.imports.replaceAll(/[{} ]/g, "").replace(",", ", ")}`, bundle);
}
for (const [entry, budget] of Object.entries(BUDGETS)) checkBudget(entry, budget);
for (const name of lostMarks(all))
  complain(`scripts/shaken.ts: the mark of ${name} is not in dist/index.js.`);
for (const name of some.marked) complain(`A bundle of Network and dense has the code of ${name}.`);
checkReadme();
