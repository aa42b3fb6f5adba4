/**
 * npm run readme: runs each example of README.md that its output follows, and compares; compares the speed table with
 * bench/results.json; --write renews both.
 */

import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { speedTable } from "../bench/lib/table.js";

const FILE = "README.md";
const TABLE = /(?<=<!-- bench\/results.json -->\n\n).*?(?=\n<!-- end -->)/s;
const EXAMPLE = /(```js\n((?:(?!```).)*)```\n\n```text\n)(.*?)(?=```\n)/gs;

let count = 0;
let wrong = 0;
const text = readFileSync(FILE, "utf8");
const examples = text.replace(EXAMPLE, (_, before: string, code: string, said: string) => {
  // Run from here, "densely" is this package.
  const options = { input: code, encoding: "utf8" } as const;
  const { stdout, stderr, status } = spawnSync(process.execPath, ["--input-type=module"], options);
  count++;
  if (stdout !== said || status !== 0) {
    wrong++;
    console.error(`The example\n\n${code}\nprints\n\n${stdout}${stderr}\nand not\n\n${said}`);
  }
  return before + stdout;
});

const table = speedTable();
const renewed = examples.replace(TABLE, () => table);
if (TABLE.exec(text)?.[0] !== table) {
  wrong++;
  console.error(`The speed table should be\n\n${table}`);
}
count++;

if (process.argv.includes("--write")) writeFileSync(FILE, renewed);
else if (wrong > 0 || count === 0) process.exitCode = 1;
console.log(`${FILE}: ${count - wrong} of ${count} parts are as it says`);
