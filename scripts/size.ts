/** npm run size: what the entry points weigh, and whether the main one stays within its budget. */

import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

/** Bytes of dist/index.js, the core in it, after gzip -9. */
const BUDGET = 24_000;

function gzipped(file: string): number {
  return gzipSync(readFileSync(file), { level: 9 }).length;
}

for (const file of ["dist/index.js", "dist/relaxed.js", "build/strict.wasm", "build/relaxed.wasm"]) {
  const { length } = readFileSync(file);
  const sizes = [length, gzipped(file)].map((bytes) => bytes.toLocaleString("en").padStart(7));
  console.log(`${file.padEnd(18)} ${sizes[0]} bytes ${sizes[1]} gzipped`);
}

const size = gzipped("dist/index.js");
if (size > BUDGET) {
  console.error(`dist/index.js is ${size} bytes gzipped, but its budget is ${BUDGET}.`);
  process.exitCode = 1;
}
