/**
 * Runs a program several times in this process: node run.js PROGRAM RUNS BACKEND HOW. With HOW "accelerated", densely trains
 * its models. Math.random is the same in each process.
 */

import * as tf from "@tensorflow/tfjs";

const [program, runs, backend, how] = process.argv.slice(2);

if (backend === "wasm") await import("@tensorflow/tfjs-backend-wasm");
await tf.setBackend(backend);
if (how === "accelerated") (await import("densely/tfjs")).accelerate(tf);

let state = 1;
Math.random = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
};

const times = [];
const output = [];
const print = console.log;
for (let run = 0; run < Number(runs); run++) {
  const lines = [];
  console.log = (line) => lines.push(line);
  const { user, system } = process.cpuUsage();
  await import(`./${program}?run=${run}`);
  const after = process.cpuUsage();
  times.push((after.user - user + after.system - system) / 1000);
  output.push(lines.join("\n"));
}
print(`\n${JSON.stringify({ times, output })}`);
