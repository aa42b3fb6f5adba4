/**
 * npm run bench:start: milliseconds from the start of the process, and from import, to the first prediction, and from import
 * to the first trained step; each in a fresh process.
 */

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { median } from "./lib/judge.js";
import { isBuilt } from "./lib/library.js";
import { hintIfNotInstalled, isInstalled, rerunUnderNode24 } from "./lib/node.js";
import { keep, machine, threeDigits } from "./lib/report.js";

const RUNS = 11;
const cold = fileURLToPath(new URL("lib/cold.js", import.meta.url));

type Act = "predict" | "step";

/** Milliseconds to the end of an act. */
interface Start {
  readonly sinceStart: number;
  readonly sinceImport: number;
}

function timeInFreshProcess(name: string, act: Act): Start {
  const { stdout, stderr, status } = spawnSync(process.execPath, [cold, name, act], { encoding: "utf8" });
  if (status !== 0) throw new Error(`${name} did not start: ${stderr}`);
  return JSON.parse(stdout);
}

rerunUnderNode24();
hintIfNotInstalled();
const present = [
  ...(isBuilt ? ["densely"] : []),
  ...(isInstalled("@tensorflow/tfjs") ? ["tfjs", "tfjs-wasm"] : []),
];
const times = present.map((name) => ({ name, predict: [] as Start[], step: [] as Start[] }));
for (let run = 0; run < RUNS; run++) {
  for (const { name, predict, step } of times) {
    predict.push(timeInFreshProcess(name, "predict"));
    step.push(timeInFreshProcess(name, "step"));
  }
}

const { date, processor, node } = machine();
console.log(`cold start of 784-128-10, batch 32   medians of ${RUNS}, ${date}, ${processor}, Node ${node}`);
const contestants = times.map(({ name, predict, step }) => ({
  name,
  startToPrediction: median(predict.map(({ sinceStart }) => sinceStart)),
  prediction: median(predict.map(({ sinceImport }) => sinceImport)),
  trainedStep: median(step.map(({ sinceImport }) => sinceImport)),
}));
for (const { name, startToPrediction, prediction, trainedStep } of contestants) {
  const [start, first, step] = [startToPrediction, prediction, trainedStep].map(threeDigits);
  console.log(
    `  ${name.padEnd(10)} first prediction ${start} ms after the start of the process, ${first} ms after import; first trained step ${step} ms after import`,
  );
}
const [own, ...peers] = contestants;
for (const peer of peers) {
  const ratios = (["startToPrediction", "prediction", "trainedStep"] as const).map(
    (key) => `${threeDigits(peer[key] / own[key])}x`,
  );
  console.log(`  ${peer.name} / densely: ${ratios.join(", ")}`);
}
keep({ workload: "start", milliseconds: contestants });
