/**
 * npm run readme: runs every example in README.md, docs/*.md and docs/guides/*.md and compares its output with the page, and compares the speed
 * tables with bench/results.json. --write renews outputs and tables. Examples for other runtimes, in docs/runtimes/, are run
 * by scripts/docs.ts.
 *
 * An example is a block in js; a block in text after it is its output. "js peers" needs the packages of test/peers, and
 * python needs PyTorch and safetensors; where they are not installed, these examples are skipped.
 */

import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { speedTable } from "../bench/lib/table.js";

const EXAMPLE = /```(js|js peers|python)\n((?:(?!```).)*)```\n(?:\n```text\n(.*?)```\n)?/gs;
const TABLE = /(<!-- speed:? ?([^\n]*) -->\n\n)(.*?)(<!-- end -->)/gs;
/** Files of examples/ that the examples read. */
const DATA = ["penguins.csv"];
const PEERS = resolve("test/peers/node_modules");
const PYTHON_MODULES = "import safetensors.torch, torch";

const pages = [
  "README.md",
  ...["docs", "docs/guides"].flatMap((folder) => readdirSync(folder).map((name) => join(folder, name))),
].filter((name) => name.endsWith(".md"));

interface Outcome {
  readonly output: string;
  readonly errors: string;
  readonly failed: boolean;
}

/** Runs a program in a folder. */
function run(command: string, args: string[], input: string, cwd: string): Outcome {
  const { stdout, stderr, status } = spawnSync(command, args, { input, cwd, encoding: "utf8" });
  return { output: stdout, errors: stderr, failed: status !== 0 };
}

/** Runs an example in a folder that all examples of a page share. @returns null if it is skipped */
function runExample(language: string, code: string, folder: string): Outcome | null {
  if (language === "python") {
    const python = ["python3", "/usr/bin/python3"].find(
      (command) => spawnSync(command, ["-c", PYTHON_MODULES]).status === 0,
    );
    return python ? run(python, ["-"], code, folder) : null;
  }
  if (language === "js peers" && !existsSync(PEERS)) return null;
  return run(process.execPath, ["--input-type=module"], code, folder);
}

let parts = 0;
let wrong = 0;
let skipped = 0;

function complain(complaint: string): void {
  wrong++;
  console.error(complaint);
}

/** Checks one page. @returns its text with the present outputs and tables */
function checkPage(page: string): string {
  // Inside the repository, "densely" is this package; the modules of the peers are found in node_modules.
  const folder = mkdtempSync("build/page-");
  if (existsSync(PEERS)) symlinkSync(PEERS, join(folder, "node_modules"));
  for (const name of DATA) symlinkSync(resolve("examples", name), join(folder, name));
  const text = readFileSync(page, "utf8");
  const renewed = text.replace(EXAMPLE, (block: string, language: string, code: string, said?: string) => {
    const outcome = runExample(language, code, folder);
    if (!outcome) {
      skipped++;
      return block;
    }
    parts++;
    const { output, errors, failed } = outcome;
    if (failed || (said !== undefined && output !== said)) {
      complain(`${page}: the example\n\n${code}\nprints\n\n${output}${errors}\nand not\n\n${said ?? ""}`);
    }
    return said === undefined ? block : block.replace(`\`\`\`text\n${said}`, () => `\`\`\`text\n${output}`);
  });
  rmSync(folder, { recursive: true });
  return renewed.replace(TABLE, (_, start: string, names: string, said: string, end: string) => {
    const table = `${names ? speedTable(names.split(" ")) : speedTable()}\n`;
    parts++;
    if (said !== table) complain(`${page}: the speed table should be\n\n${table}`);
    return start + table + end;
  });
}

for (const page of pages) {
  const renewed = checkPage(page);
  if (process.argv.includes("--write")) writeFileSync(page, renewed);
}
if (!process.argv.includes("--write") && (wrong > 0 || parts === 0)) process.exitCode = 1;
console.log(`${parts - wrong} of ${parts} examples and tables are as the pages say, ${skipped} are skipped`);
