/**
 * npm run bench:cluster: densely/bullmq on this machine, and its job trees on more machines in virtual time; draws cluster.svg.
 * --machines 1,2,4 says which numbers, --replay leaves out what needs two idle cores. It needs redis-server.
 */

import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { Fleet } from "./cluster/fleet.js";
import {
  connect,
  fitSeconds,
  measureCosts,
  median,
  roundOverheads,
  searchSeconds,
} from "./cluster/measure.js";
import { type Costs, type Replay, replayFit, replaySearch } from "./cluster/replay.js";
import { keep, machine, threeDigits } from "./lib/report.js";
import { type Plot, panels } from "./lib/svg.js";

const { values } = parseArgs({
  options: {
    machines: { type: "string", default: "1,2,4,8,16,32,64,128,256" },
    replay: { type: "boolean", default: false },
  },
});
const counts = values.machines.split(",").map(Number);
/** Share of the time from which on Redis is the limit. */
const LIMIT = 0.5;
/** Largest number of machines that is tried for that. */
const MOST = 1024;
const TRIALS = 4000;
const ROUNDS = 10;

const TURNS = 2;

/** Two workers beside one, without the time that other programs on this machine took. */
async function measureHere(fleet: Fleet, machines: Awaited<ReturnType<typeof connect>>) {
  const [searches, fits]: [number[], number[]] = [[], []];
  for (let seed = 0; seed < TURNS; seed++) {
    await fleet.setWorkers(1);
    const one = await searchSeconds(fleet, machines);
    await fleet.setWorkers(2);
    const two = await searchSeconds(fleet, machines);
    searches.push(one / two);
    console.log(`search of 200 trials: ${threeDigits(one)} s by 1 worker, ${threeDigits(two)} s by 2`);
    const fit = await fitSeconds(fleet, machines, { shards: 2, seed });
    fits.push(fit.one / fit.shared);
    console.log(
      `MNIST to 97.5 %: ${threeDigits(fit.one)} s by fit, ${threeDigits(fit.shared)} s by 2 shards`,
    );
  }
  const overhead = median(await roundOverheads(fleet, machines));
  const [search, fit] = [searches, fits].map(median);
  console.log(
    `search ${search.toFixed(2)}x, fit ${fit.toFixed(2)}x, a round of 408 kB ${(1000 * overhead).toFixed(1)} ms`,
  );
  return { search, fit, overhead };
}

/** The smallest number of machines with which Redis is the limit. */
function limitOf(name: string, replay: (count: number) => Replay): string {
  for (let count = 1; count <= MOST; count *= 2) {
    if (replay(count).redisShare >= LIMIT) return `${name}: Redis is the limit from ${count} machines on`;
  }
  return `${name}: Redis is not the limit up to ${MOST} machines`;
}

function replayAll(costs: Costs) {
  const search = (count: number) => replaySearch(costs, count, TRIALS);
  const fit = (count: number) => replayFit(costs, count, ROUNDS);
  const points = counts.map((count) => ({ count, search: search(count), fit: fit(count) }));
  const [searchAlone, fitAlone] = [search(1).seconds, fit(1).seconds];
  for (const point of points) {
    const line = [point.count, searchAlone / point.search.seconds, fitAlone / point.fit.seconds];
    const shares = [point.search.redisShare, point.fit.redisShare].map(
      (share) => `${(100 * share).toFixed(0)} %`,
    );
    console.log(
      `${String(line[0]).padStart(4)} machines: search ${line[1].toFixed(1)}x, fit ${line[2].toFixed(1)}x; Redis busy ${shares.join(", ")}`,
    );
  }
  const limits = [limitOf("search", search), limitOf("fit", fit)];
  for (const limit of limits) console.log(limit);
  return { points, searchAlone, fitAlone, limits };
}

const fleet = await Fleet.start();
try {
  const machines = await connect(fleet);
  const here = values.replay ? undefined : await measureHere(fleet, machines);
  const costs = await measureCosts(fleet, machines);
  await machines.close();
  const { trials, ...single } = costs;
  console.log(JSON.stringify({ ...single, trial: median(trials) }));
  const { points, searchAlone, fitAlone, limits } = replayAll(costs);
  const plot = (y: string, value: (point: (typeof points)[number]) => number): Plot => ({
    x: "machines",
    y,
    points: points.map((point) => [point.count, value(point)]),
  });
  const { date, processor, node } = machine();
  const svg = panels({
    title: "Replay in virtual time",
    subtitle: `${processor}, Node ${node}, ${date}`,
    rows: [
      [
        plot("search: speed-up", ({ search }) => searchAlone / search.seconds),
        plot("fit: speed-up of a round", ({ fit }) => fitAlone / fit.seconds),
      ],
      [
        plot("search: % of time Redis is busy", ({ search }) => 100 * search.redisShare),
        plot("fit: % of time Redis is busy", ({ fit }) => 100 * fit.redisShare),
      ],
    ],
  });
  writeFileSync(new URL("cluster.svg", import.meta.url), svg);
  keep({ workload: "cluster", here, costs: single, limits, points });
} finally {
  await fleet.stop();
}
