/**
 * npm run bench:tfjs: the programs of examples/tfjs/ as they are, and with the one line that lets densely train their models.
 * Each runs several times in a process of its own, since the first run compiles; the figures are CPU time.
 */

import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { median } from "./lib/judge.js";
import { hintIfNotInstalled, rerunUnderNode24 } from "./lib/node.js";
import { machine, threeDigits } from "./lib/report.js";

const PROGRAMS = "examples/tfjs";
const RUNS = 21;
const BACKENDS = process.argv.includes("--wasm") ? ["cpu", "wasm"] : ["cpu"];

interface Outcome {
  /** CPU time of each run, in milliseconds. */
  readonly times: number[];
  /** The text that each run printed. */
  readonly output: string[];
}

rerunUnderNode24();
hintIfNotInstalled();

// Inside the repository, "densely" is this package, and the modules of the peers are found in node_modules.
const folder = mkdtempSync("build/tfjs-");
symlinkSync(resolve("bench/node_modules"), join(folder, "node_modules"));
copyFileSync("bench/lib/tfjs-run.js", join(folder, "run.js"));
const programs = readdirSync(PROGRAMS).filter((name) => name.endsWith(".js"));
for (const name of programs) copyFileSync(join(PROGRAMS, name), join(folder, name));

/** Runs a program in a fresh process. */
function run(program: string, backend: string, how: "as it is" | "accelerated"): Outcome {
  const given = [join(folder, "run.js"), program, String(RUNS), backend, how];
  const { stdout, stderr, status } = spawnSync(process.execPath, given, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ${how} failed: ${stderr}`);
  return JSON.parse(stdout.slice(stdout.lastIndexOf("\n{") + 1));
}

/** The numbers of a text, and the text without them. */
const partsOf = (text: string): [string, number[]] => [
  text.replace(/\d+(\.\d+)?/g, "#"),
  (text.match(/\d+(\.\d+)?/g) ?? []).map(Number),
];

/** True for texts whose numbers agree within a hundredth. */
function areAlike(a: string, b: string): boolean {
  const [[text, numbers], [other, others]] = [partsOf(a), partsOf(b)];
  return text === other && numbers.every((number, i) => Math.abs(number - others[i]) <= 0.01 * (1 + number));
}

const { date, processor, node } = machine();
console.log(`CPU time of one run, median of ${RUNS}   ${date}, ${processor}, Node ${node}`);
try {
  for (const backend of BACKENDS) {
    for (const program of programs) {
      const [before, after] = (["as it is", "accelerated"] as const).map((how) => run(program, backend, how));
      const [slow, fast] = [before, after].map(({ times }) => median(times));
      const isSame = before.output.every((text, i) => areAlike(text, after.output[i]));
      console.log(
        `  ${program.padEnd(12)} ${backend.padEnd(5)} TensorFlow.js ${threeDigits(slow)} ms, with the line ${threeDigits(fast)} ms: ${threeDigits(slow / fast)}x, ${isSame ? "the same end" : "ANOTHER END"}`,
      );
    }
  }
} finally {
  rmSync(folder, { recursive: true });
}
