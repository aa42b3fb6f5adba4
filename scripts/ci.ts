/** The checks of .ci/run, one after the other whatever happens, and their totals on the last line. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const NODE_20 = process.execPath;
const NODE_24 = resolve(".ci/node_modules/node24/bin/node");
const LEAST_ACCURACY = 97.5;

/** A program that uses the package as its users do: by import or by require, plain JavaScript. */
const TRAINING = `
const network = new Network({ inputs: 2, layers: [dense(8, "tanh"), dense(1, "sigmoid")], math: relaxed });
const x = [[0, 0], [0, 1], [1, 0], [1, 1]];
network.fitSync(x, [0, 1, 1, 0], { epochs: 2000, batchSize: "full" });
const answers = network.predictClasses(x).join();
console.log("densely", process.version, network.math, answers);
if (answers !== "0,1,1,0") throw new Error("it did not learn exclusive or");
`;
const PROGRAMS = {
  "program.mjs": `import { dense, Network } from "densely";\nimport { relaxed } from "densely/relaxed";\n${TRAINING}`,
  "program.cjs": `const { dense, Network } = require("densely");\nconst { relaxed } = require("densely/relaxed");\n${TRAINING}`,
};

const scratch = mkdtempSync(join(tmpdir(), "densely-"));
let passed = 0;
let failed = 0;

/** Runs a command with its output on ours. */
function run(command: string, args: readonly string[], cwd = "."): boolean {
  return spawnSync(command, args, { cwd, stdio: "inherit" }).status === 0;
}

/** Counts one check; one that throws has failed. */
function check(name: string, isRight: () => boolean): void {
  console.log(`\n# ${name}`);
  let right = false;
  try {
    right = isRight();
  } catch (error) {
    console.error(error);
  }
  console.log(`# ${name}: ${right ? "passed" : "FAILED"}`);
  if (right) passed++;
  else failed++;
}

/** Runs Vitest and counts its tests from its own report; a run that fails without a failed test counts as one. */
function suite(name: string, command: string, args: readonly string[]): void {
  console.log(`\n# ${name}`);
  const report = join(scratch, `${name}.json`);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const isRight = run(command, [...args, ...reporters]);
  const counts = { numPassedTests: 0, numFailedTests: 0 };
  try {
    Object.assign(counts, JSON.parse(readFileSync(report, "utf8")));
  } catch (error) {
    console.error(`${name} left no report: ${error}`);
  }
  passed += counts.numPassedTests;
  failed += isRight ? counts.numFailedTests : Math.max(1, counts.numFailedTests);
}

/** npm start as a newcomer runs it, but not on a terminal. */
function digitsAreLearnt(): boolean {
  const { status, stdout } = spawnSync("npm", ["start"], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  console.log(stdout);
  const accuracy = Number(/Test accuracy ([\d.]+) %/.exec(stdout)?.[1]);
  return status === 0 && stdout.includes("Epoch 5/5") && accuracy >= LEAST_ACCURACY;
}

/** Packs the package and installs it in an empty folder. */
function isInstalledFromItsTarball(): boolean {
  if (!run("npm", ["pack", "--pack-destination", scratch])) return false;
  const tarball = readdirSync(scratch).find((file) => file.endsWith(".tgz")) ?? "";
  writeFileSync(join(scratch, "package.json"), JSON.stringify({ private: true }));
  for (const [file, code] of Object.entries(PROGRAMS)) writeFileSync(join(scratch, file), code);
  return run("npm", ["install", "--offline", "--no-audit", "--no-fund", `./${tarball}`], scratch);
}

/** Lockfiles must work with any registry. */
function namesNoRegistry(lockfile: string): boolean {
  return !/"resolved"|registry/.test(readFileSync(lockfile, "utf8"));
}

suite("tests", "npm", ["test", "--"]);
suite("tests under Node.js 24", NODE_24, ["node_modules/vitest/vitest.mjs", "run"]);
check("peers are installed", () => run("npm", ["ci", "--prefix", "test/peers"]));
suite("peers", "npm", ["run", "peers", "--"]);
check("types of peers", () => run("npx", ["tsc", "-p", "test/peers"]));
check("types", () => run("npm", ["run", "types"]));
check("style", () => run("npx", ["biome", "check", "."]));
check("size", () => run("npm", ["run", "size"]));
check("examples of README.md", () => run("npm", ["run", "readme"]));
check(`MNIST: ${LEAST_ACCURACY} % within 5 epochs`, digitsAreLearnt);
check("MNIST: the kept network classifies", () => run("npm", ["run", "classify"]));
check("the article's story", () => run("npm", ["run", "article"]));
check("package", isInstalledFromItsTarball);
for (const [version, node] of Object.entries({ 20: NODE_20, 24: NODE_24 })) {
  for (const program of Object.keys(PROGRAMS)) {
    check(`package: ${program} under Node.js ${version}`, () => run(node, [program], scratch));
  }
}
check("package: types", () => {
  const options = [
    "--noEmit",
    "--allowJs",
    "--checkJs",
    "--strict",
    "--module",
    "nodenext",
    "--types",
    "node",
  ];
  const roots = ["--typeRoots", resolve("node_modules/@types")];
  return run(resolve("node_modules/.bin/tsc"), [...options, ...roots, ...Object.keys(PROGRAMS)], scratch);
});
const LOCKFILES = [".", ".ci", "bench", "test/peers"].map((folder) => join(folder, "package-lock.json"));
for (const lockfile of LOCKFILES) {
  check(`${lockfile} names no registry`, () => namesNoRegistry(lockfile));
}

console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
