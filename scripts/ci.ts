/** Runs the checks of .ci/run one after the other, even if some fail, and prints their totals on the last line. */

import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { check, count, printTotals, totalsOf } from "./tally.js";
import { findNode } from "./tools.js";

/** The part of the JSON report of Vitest that is read here. */
interface Report {
  numPassedTests: number;
  numFailedTests: number;
  testResults: {
    name: string;
    status: string;
    message?: string;
    assertionResults: { status: string; fullName: string; failureMessages: string[] }[];
  }[];
}

const LEAST_ACCURACY = 97.5;
const LONGEST_MESSAGE = 600;
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
  const results: Report = { numPassedTests: 0, numFailedTests: 0, testResults: [] };
  try {
    Object.assign(results, JSON.parse(readFileSync(report, "utf8")));
  } catch (error) {
    console.error(`${name} left no report: ${error}`);
  }
  const failures = failuresOf(results).map((failure) => `${name}: ${failure}`);
  if (!isRight && failures.length === 0) failures.push(`${name}: the run failed, though no test did`);
  count(
    results.numPassedTests,
    isRight ? results.numFailedTests : Math.max(1, results.numFailedTests),
    failures,
  );
}

/** Names each failed test, and each file that failed as a whole, with the start of its message. */
function failuresOf({ testResults }: Report): string[] {
  return testResults.flatMap(({ name, status, message, assertionResults }) => {
    const tests = assertionResults.filter((test) => test.status === "failed");
    if (tests.length === 0) return status === "failed" ? [describe(name, "", message)] : [];
    return tests.map((test) => describe(name, test.fullName, test.failureMessages[0]));
  });
}

function describe(file: string, test: string, message = ""): string {
  const text = message.replace(/\s+/g, " ").slice(0, LONGEST_MESSAGE);
  return `${relative(process.cwd(), file)} ${test}: ${text}`;
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
  const list = /^Failed:\n((?:- .*\n)+)/m.exec(output)?.[1] ?? "";
  const failures = [...list.matchAll(/^- (.*)$/gm)].map((line) => `${name}: ${line[1]}`);
  if (status !== 0 && failures.length === 0) failures.push(`${name}: the script failed, though no check did`);
  count(right, status === 0 ? wrong : Math.max(1, wrong), failures);
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
