/**
 * npm run bench:search: many fits of irises in the pool of workers beside fits on this thread, what one fit in a worker costs, and
 * searches of 1,000 trials.
 */

import { availableParallelism } from "node:os";
import { median } from "./lib/judge.js";
import { addressOf, loadLibrary } from "./lib/library.js";
import { rerunUnderNode24 } from "./lib/node.js";
import { alignColumns, keep, machine, threeDigits } from "./lib/report.js";
import { iris } from "./workloads/data.js";

const ROUNDS = 9;
const FITS = 200;
const TRIALS = 1000;

rerunUnderNode24();
const { Network, adam, dense } = await loadLibrary();
const { choice, real, search, whole } = (await import(
  addressOf("search.js")
)) as typeof import("../src/search.js");
const { x, labels: y } = iris() as { x: Float32Array; labels: Int32Array };

/** Seconds that something takes. */
async function time(act: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await act();
  return (performance.now() - begin) / 1000;
}

const fit = (seed: number, worker: boolean) =>
  new Network({ inputs: 4, layers: [dense(16, "relu"), dense(3, "softmax")], seed }).fit(x, y, {
    epochs: 50,
    batchSize: 16,
    validationSplit: 0.2,
    worker,
  });
const seeds = Array.from({ length: FITS }, (_, seed) => seed);
const inTurn = async (worker: boolean) => {
  for (const seed of seeds) await fit(seed, worker);
};
const together = () => Promise.all(seeds.map((seed) => fit(seed, true)));

const space = {
  units: whole(4, 32, { log: true }),
  activation: choice(["relu", "tanh"]),
  learningRate: real(1e-3, 1e-1, { log: true }),
};
type Settings = { units: number; activation: "relu" | "tanh"; learningRate: number };
const make = ({ units, activation, learningRate }: Settings) =>
  new Network({
    inputs: 4,
    layers: [dense(units, activation), dense(3, "softmax")],
    optimizer: adam({ learningRate }),
  });
const SAMPLERS = ["random", "tpe"] as const;
const searchBy = (sampler: (typeof SAMPLERS)[number]) => () =>
  search(space, make, x, y, { trials: TRIALS, epochs: 20, metrics: ["accuracy"], sampler, worker: true });

// Cold: the workers start, and nothing is compiled.
const cold = { search: await time(searchBy("random")) };
const here: number[] = [];
const pool: number[] = [];
const oneByOne: number[] = [];
const searches = SAMPLERS.map((): number[] => []);
for (let round = 0; round < ROUNDS; round++) {
  here.push(await time(() => inTurn(false)));
  pool.push(await time(together));
  oneByOne.push(await time(() => inTurn(true)));
  for (const [i, sampler] of SAMPLERS.entries()) searches[i].push(await time(searchBy(sampler)));
}

const { date, processor, node } = machine();
const fitHere = median(here) / FITS;
const fitInPool = median(pool) / FITS;
const ratio = median(here.map((seconds, i) => seconds / pool[i]));
const extra = median(oneByOne) / FITS - fitHere;
const [random, tpe] = searches.map(median);
const milliseconds = (seconds: number) => `${threeDigits(1000 * seconds)} ms`;
console.log(
  `medians of ${ROUNDS} rounds, ${date}, ${processor}, ${availableParallelism()} cores, Node ${node}; irises, 4-16-3, 50 epochs with validation\n`,
);
const lines = [
  ["a fit on this thread", milliseconds(fitHere), ""],
  [`${FITS} fits in the pool, each`, milliseconds(fitInPool), `${threeDigits(ratio)}x`],
  ["one fit in a warm worker, beside here", milliseconds(extra), ""],
  [`search of ${TRIALS} trials of 20 epochs, cold`, `${threeDigits(cold.search)} s`, ""],
  ["  random", `${threeDigits(random)} s`, ""],
  ["  tpe", `${threeDigits(tpe)} s`, ""],
];
console.log(alignColumns(lines, ["left", "right", "right"]).join("\n"));
keep({
  workload: "search",
  cores: availableParallelism(),
  fitHere,
  fitInPool,
  ratio,
  extra,
  searchCold: cold.search,
  searchRandom: random,
  searchTpe: tpe,
});
