/** The speed table of the README, as Markdown, from results.json: node bench/table.mjs */

import { readFileSync } from "node:fs";
import { threeDigits } from "./lib/report.mjs";

const results = JSON.parse(readFileSync(new URL("results.json", import.meta.url), "utf8"));

const WORKLOADS = {
  "mnist32-sgd": "MNIST digits, 784-128-10, batch 32, sgd",
  "mnist32-adam": "the same, adam",
  "mnist128-sgd": "batch 128, sgd",
  "mnist1-sgd": "batch 1, sgd",
  mnist32dense: "standardised digits (no zeros), batch 32, sgd",
  wide: "784-1024-1024-10, batch 128, adam",
  cat: "12288-20-7-5-1, all 209 pictures a step",
  "iris-sgd": "iris, 4-16-3, batch 16, sgd",
  "iris-fit": "iris from arrays to trained network, adam",
  microbit: "batchNorm, 24-16-5, from 25 rows to trained network",
  xor: "XOR, 2-3-1, one sample a step",
};
const PEERS = ["tfjs-wasm loop", "tfjs-wasm fit", "jax-js", "brain.js 2", "PyTorch", "NumPy f32"];

/** How often faster densely is than a peer, or nothing where the peer takes no part. */
function ratio(contestants, own, peer) {
  const other = contestants.find(({ name, error }) => name === peer && !error);
  return other ? `${threeDigits(own / other.samplesPerSecond)}x` : "";
}

const rows = Object.entries(WORKLOADS).map(([name, meaning]) => {
  const { contestants } = results[name];
  const speed = (contestant) => contestants.find(({ name }) => name === contestant).samplesPerSecond;
  const own = speed("densely");
  const cells = [meaning, threeDigits(own), threeDigits(speed("densely strict"))];
  return [...cells, ...PEERS.map((peer) => ratio(contestants, own, peer))];
});
const head = ["samples a second", "densely", "strict", ...PEERS];
const { date, processor, node, rounds } = results["mnist32-sgd"];

for (const row of [head, head.map((_, i) => (i === 0 ? "---" : "--:")), ...rows])
  console.log(`| ${row.join(" | ")} |`);
console.log(
  `\n${date}, ${processor}, densely on one thread, Node.js ${node}, medians of ${rounds} rounds in turn.`,
);
