/** Runs the checks of .ci/run one after the other, even if some fail, and prints their totals on the last line. */

import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { check, count, printTotals, totalsOf } from "./tally.js";
import { findNode } from "./tools.js";

const LEAST_ACCURACY = 97.5;
const scratch = mkdtempSync(join(tmpdir(), "densely-ci-"));

/** Runs a command whose output appears in ours. @returns true if it succeeded */
function run(command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { stdio: "inherit" }).status === 0;
}

/** Runs Vitest and counts the tests in its report. A run that fails without a failed test counts as one failure. */
function suite(name: string, command: string, ...args: string[]): void {
  console.log(`\n# ${name}`);
  const report = join(scratch, `${name}.json`);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const isRight = run(command, ...args, ...reporters);
  const counts = { numPassedTests: 0, numFailedTests: 0 };
  try {
    Object.assign(counts, JSON.parse(readFileSync(report, "utf8")));
  } catch (error) {
    console.error(`${name} left no report: ${error}`);
  }
  count(counts.numPassedTests, isRight ? counts.numFailedTests : Math.max(1, counts.numFailedTests));
}

/** Runs a script that prints totals and adds them to ours. A script that ends without totals counts as one failure. */
async function script(name: string): Promise<void> {
  console.log(`\n# scripts/${name}.ts`);
  const child = spawn("npx", ["tsx", `scripts/${name}.ts`], { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.on("data", (text) => {
    process.stdout.write(String(text).replace(/^\d+ passed, \d+ failed$/m, "# $&"));
    output += text;
  });
  const status = await new Promise((resolve) => child.on("close", resolve));
  const [right, wrong] = totalsOf(output) ?? [0, 0];
  count(right, status === 0 ? wrong : Math.max(1, wrong));
}

/** Runs npm start as a newcomer does, except that there is no terminal. @returns true if the digits are learned */
function learnsDigits(): boolean {
  const { status, stdout, stderr } = spawnSync("npm", ["start"], { encoding: "utf8" });
  console.log(stderr + stdout);
  const accuracy = Number(/Test accuracy ([\d.]+) %/.exec(stdout)?.[1]);
  return status === 0 && stderr.includes("5 epochs") && accuracy >= LEAST_ACCURACY;
}

/** True if a lockfile works with any registry. */
function namesNoRegistry(lockfile: string): boolean {
  return !/"resolved"|registry/.test(readFileSync(lockfile, "utf8"));
}

suite("tests", "npm", "test", "--");
suite("tests on the debug core", "env", "DENSELY_CORE=debug", "npm", "test", "--");
// Each file with modules of its own: here a test fails that needs what another file imported.
suite("tests under Node.js 24", findNode(24), "node_modules/vitest/vitest.mjs", "run", "--isolate");
// Ten times the generated calls and changed files of `npm test`.
process.env.FUZZ_CALLS = "20000";
suite("generated calls", "npm", "run", "fuzz", "--");
delete process.env.FUZZ_CALLS;
suite("densely/bullmq on Redis", "npm", "run", "test:redis", "--");
await check("peers are installed", () => run("npm", "ci", "--prefix", "test/peers"));
suite("peers", "npm", "run", "peers", "--");
await check("the site's packages are installed", () => run("npm", "ci", "--prefix", "site"));
suite("site", "npm", "run", "site:test", "--");
await check("types of peers", () => run("npx", "tsc", "-p", "test/peers"));
await check("types", () => run("npm", "run", "types"));
await check("style", () => run("npx", "biome", "check", "."));
await check("size", () => run("npm", "run", "size"));
await check("examples of the documentation", () => run("npm", "run", "readme"));
await check(`MNIST: ${LEAST_ACCURACY} % within 5 epochs`, learnsDigits);
await check("MNIST: the saved network classifies", () => run("npm", "run", "classify"));
await check("the article's example", () => run("npm", "run", "article"));
for (const name of ["package", "runtimes", "bundlers", "refusals", "worker", "docs"]) await script(name);
const LOCKFILES = [".", ".ci", "bench", "test/peers", "site"].map((folder) =>
  join(folder, "package-lock.json"),
);
for (const lockfile of LOCKFILES) {
  await check(`${lockfile} names no registry`, () => namesNoRegistry(lockfile));
}
printTotals();
