/** npm run size: what an app loads for each entry point, and whether it stays within its budget. */

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { ENTRIES } from "./entries.js";

/** Most bytes after gzip -9, of all files that are loaded, with the core in them. */
const BUDGETS: Record<string, number> = { "dist/index.js": 34_000, "dist/index.global.js": 34_000 };

/** A module and those that it imports. */
function closure(file: string): string[] {
  const code = readFileSync(file, "utf8");
  const imports = [...code.matchAll(/from"(\.\/[^"]+)"/g)].map(([, path]) => join(dirname(file), path));
  return [file, ...imports.flatMap(closure)];
}

let isWithin = true;
const names = Object.keys(ENTRIES);
const scripts = names.filter((name) => ENTRIES[name].global);
const entries = [
  ...names.map((name) => `dist/${name}.js`),
  ...scripts.map((name) => `dist/${name}.global.js`),
];
for (const entry of entries) {
  const files = [...new Set(closure(entry))].map((file) => readFileSync(file));
  const bytes = files.reduce((sum, { length }) => sum + length, 0);
  const gzipped = files.reduce((sum, file) => sum + gzipSync(file, { level: 9 }).length, 0);
  const budget = BUDGETS[entry];
  const [size, zipped] = [bytes, gzipped].map((count) => count.toLocaleString("en").padStart(7));
  console.log(
    `${entry.padEnd(24)} ${size} bytes ${zipped} gzipped${budget ? ` of ${budget.toLocaleString("en")}` : ""}`,
  );
  if (budget && gzipped > budget) isWithin = false;
}
if (!isWithin) {
  console.error("An entry point is larger than its budget.");
  process.exitCode = 1;
}
