import { type Finish, hasFinished, keptRaces, threeDigits } from "./report.js";

/** The workloads of the whole table, with their descriptions. */
const WORKLOADS: Readonly<Record<string, string>> = {
  "mnist32-sgd": "MNIST digits, 784-128-10, batch 32, sgd",
  "mnist32-adam": "the same, adam",
  "mnist128-sgd": "MNIST digits, batch 128, sgd",
  "mnist1-sgd": "MNIST digits, batch 1, sgd",
  mnist32dense: "standardised digits (no zeros), batch 32, sgd",
  wide: "784-1024-1024-10, batch 128, adam",
  cat: "12288-20-7-5-1, all 209 pictures per step",
  "iris-sgd": "iris, 4-16-3, batch 16, sgd",
  "iris-fit": "iris from arrays to trained network, adam",
  microbit: "batchNorm, 24-16-5, from 25 rows to trained network",
  xor: "XOR, 2-3-1, one sample per step",
};
const PEERS = ["tfjs-wasm loop", "tfjs-wasm fit", "jax-js", "brain.js 2", "PyTorch", "NumPy f32"];

/** Describes the measurement of a table: date, machine, rounds. */
function measurement(): string {
  const { date, processor, node, rounds } = keptRaces()["mnist32-sgd"];
  return `${date}, ${processor}, densely on one thread, Node.js ${node}, medians of ${rounds} rounds in turn.`;
}

/** A row of the table: densely's speed, that of the strict build, and how many times faster densely is than each peer. */
function rowOf(name: string, peers: readonly string[]): string[] {
  const finishes = keptRaces()[name].contestants.filter(hasFinished);
  const find = (contestant: string): Finish | undefined =>
    finishes.find((finish) => finish.name === contestant);
  const speedOf = (contestant: string) => find(contestant)?.samplesPerSecond ?? Number.NaN;
  const own = speedOf("densely");
  const ratios = peers.map((peer) => (find(peer) ? `${threeDigits(own / speedOf(peer))}x` : ""));
  return [WORKLOADS[name], threeDigits(own), threeDigits(speedOf("densely strict")), ...ratios];
}

/** The results of races as a table in Markdown. @param names of the workloads, all unless given */
export function speedTable(names: readonly string[] = Object.keys(WORKLOADS), peers = PEERS): string {
  const head = ["samples per second", "densely", "strict", ...peers];
  const rule = head.map((_, i) => (i === 0 ? "---" : "--:"));
  const rows = [head, rule, ...names.map((name) => rowOf(name, peers))];
  return `${rows.map((row) => `| ${row.join(" | ")} |\n`).join("")}\n${measurement()}\n`;
}
