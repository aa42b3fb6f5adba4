/**
 * npm run size: what an app loads for each entry point, whether it stays within its budget and is what README.md says; what a
 * bundler leaves of it for an app that imports `Network` and `dense` alone, and whether what only other names need is gone.
 */

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { ENTRIES } from "./entries.js";
import { lostMarks, shake } from "./shaken.js";

/** What they should weigh after gzip -9, of all files that are loaded, with the core in them. */
const BUDGET = 34_000;

/** What they may weigh until the budget is met: it has not been, so they must at least not grow. */
const CEILINGS: Record<string, number> = { "dist/index.js": 46_100, "dist/index.global.js": 45_300 };

/** A module and those that it imports. */
function closure(file: string): string[] {
  const code = readFileSync(file, "utf8");
  const imports = [...code.matchAll(/from"(\.\/[^"]+)"/g)].map(([, path]) => join(dirname(file), path));
  return [file, ...imports.flatMap(closure)];
}

function line(name: string, ...counts: [bytes: number, gzipped: number]): string {
  const [size, zipped] = counts.map((count) => count.toLocaleString("en").padStart(7));
  return `${name.padEnd(24)} ${size} bytes ${zipped} gzipped`;
}

/** Bytes of all files that are loaded for an entry point, as they are and after gzip. */
function weigh(entry: string): { bytes: number; gzipped: number } {
  const files = [...new Set(closure(entry))].map((file) => readFileSync(file));
  return {
    bytes: files.reduce((sum, { length }) => sum + length, 0),
    gzipped: files.reduce((sum, file) => sum + gzipSync(file, { level: 9 }).length, 0),
  };
}

let isWithin = true;
const names = Object.keys(ENTRIES);
const scripts = names.filter((name) => ENTRIES[name].global);
const entries = [
  ...names.map((name) => `dist/${name}.js`),
  ...scripts.map((name) => `dist/${name}.global.js`),
];
for (const entry of entries) {
  const { bytes, gzipped } = weigh(entry);
  const ceiling = CEILINGS[entry];
  const excess = `, ${(gzipped - BUDGET).toLocaleString("en")} over the budget of ${BUDGET.toLocaleString("en")}`;
  console.log(`${line(entry, bytes, gzipped)}${ceiling && gzipped > BUDGET ? excess : ""}`);
  if (ceiling && gzipped > ceiling) isWithin = false;
}

const [all, some] = [await shake("*"), await shake("{ Network, dense }")];
for (const { imports, bytes, gzipped } of [all, some]) {
  console.log(line(`bundle of ${imports.replaceAll(/[{} ]/g, "").replace(",", ", ")}`, bytes, gzipped));
}
const strange = [...lostMarks(all).map((name) => `${name} is not found`), ...some.marked];
if (strange.length > 0) {
  console.error(`In an app that imports Network and dense alone: ${strange.join(", ")}.`);
  process.exitCode = 1;
}
const main = weigh("dist/index.js").gzipped;
const said = /(\d+) kB after gzip/.exec(readFileSync("README.md", "utf8"))?.[1];
if (said !== (main / 1000).toFixed(0)) {
  console.error(
    `README.md says that all of it is ${said} kB, and dist/index.js with what it loads is ${main} bytes.`,
  );
  process.exitCode = 1;
}
if (!isWithin) {
  console.error("An entry point is larger than its ceiling.");
  process.exitCode = 1;
}
