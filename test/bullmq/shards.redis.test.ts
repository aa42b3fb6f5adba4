/** One network over shards: what the rounds compute, on one worker and on more. */

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { GivenRows, Machines, RoundReport } from "../../src/bullmq.js";
import { DataError, DivergenceError, dense, Network, SpecError } from "../../src/index.js";
import { Fleet } from "./fleet.js";
import { bitsOf, spec, table } from "./tables.js";
import { ROUNDS, shardSpec, shards } from "./tasks.js";

let fleet: Fleet;
let machines: Machines;

beforeAll(async () => {
  fleet = await Fleet.start();
  await fleet.worker();
  machines = await fleet.driver();
});

afterAll(async () => {
  await machines?.close();
  await fleet?.stop();
});

/** All parameters of a network one after the other, in float64. */
const flat = (network: Network) => Object.values(network.getParams()).flatMap((values) => [...values]);

function expectNear(found: number[], expected: number[], digits: number): void {
  for (const [i, value] of found.entries()) expect(value).toBeCloseTo(expected[i], digits);
}

test("FedAvg over equal shards of one round is the mean of their networks", async () => {
  const parts: (GivenRows & { x: Float32Array; y: Int32Array })[] = [table(128), table(64, 128)];
  const outer = { momentum: 0, learningRate: 1 };
  const network = await machines.fit(spec(4), parts, { rounds: 1, outer });
  const trained = await Promise.all(
    parts.map(async ({ x, y }, shard) => {
      const start = new Network(spec(4));
      const here = new Network(spec(4 + shard));
      here.copyFrom(start);
      await here.fit(x, y);
      return flat(here);
    }),
  );
  const mean = trained[0].map((value, i) => (128 * value + 64 * trained[1][i]) / 192);
  expectNear(flat(network), mean, 6);
});

test("one shard, rate 1 and no momentum are fit here, round by round and in the middle of epochs", async () => {
  const { x, y } = table(200);
  const outer = { momentum: 0, learningRate: 1 };
  const here = new Network(spec(6));
  await here.fit(x, y, { epochs: 3 });
  const network = await machines.fit(spec(6), [{ x, y }], { rounds: 3, outer });
  expectNear(flat(network), flat(here), 5);
  const cut = new Network(spec(6));
  await cut.fit(x, y, { epochs: 3, maxSteps: 20 });
  const synced = await machines.fit(spec(6), [{ x, y }], { rounds: 4, syncEvery: 5, outer });
  expectNear(flat(synced), flat(cut), 5);
});

describe("rounds", () => {
  const run = async (options = {}) => {
    const reports: RoundReport[] = [];
    const network = await machines.fit(shardSpec, shards(), {
      ...ROUNDS,
      onRound: (report) => reports.push(report),
      ...options,
    });
    return { network, reports };
  };

  test("report the measures of fit, and have the same bits on 1, 2 and 5 workers", async () => {
    const { network, reports } = await run();
    expect(reports.map(({ round }) => round)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    const [x, y] = ROUNDS.validationData;
    const last = reports[9];
    const { loss, accuracy } = network.evaluate(x, y, { metrics: ["accuracy"] });
    expect(last).toMatchObject({ rounds: 10, valLoss: loss, valAccuracy: accuracy, learningRate: 0.001 });
    expect(last.loss).toBeLessThan(reports[0].loss);
    expect(accuracy).toBeGreaterThan(0.9);
    await fleet.worker();
    const two = await run();
    await fleet.worker({ concurrency: 3 });
    const five = await run();
    expect(bitsOf(two.network)).toBe(bitsOf(network));
    expect(bitsOf(five.network)).toBe(bitsOf(network));
    const measures = (all: RoundReport[]) => all.map(({ seconds, samplesPerSecond, ...rest }) => rest);
    expect(measures(five.reports)).toEqual(measures(reports));
  });

  test("end where onRound says so, with that round's network", async () => {
    const { network } = await run({ onRound: ({ round }: RoundReport) => round < 4 });
    const { network: short } = await run({ rounds: 4 });
    expect(bitsOf(network)).toBe(bitsOf(short));
    expect(await machines.runs()).toEqual([]);
  });

  test("tell of wrong data, and of a shard that diverges", async () => {
    const { x, y } = table(40);
    await expect(machines.fit(spec(), [{ x, y: y.map(() => 9) }])).rejects.toThrow(DataError);
    await expect(machines.fit(spec(), [])).rejects.toThrow(
      /^shards is an array of 0: give an array of at least one/,
    );
    await expect(machines.fit(spec(), [{ x, y }], { outer: { momentum: 1 } })).rejects.toThrow(SpecError);
    await expect(machines.fit(spec(), [{ x, y }], { epochs: 3 } as never)).rejects.toThrow(
      /^Unknown option "epochs" of fit on machines/,
    );
    const wild = { inputs: 2, layers: [dense(2)], optimizer: { type: "sgd", learningRate: 1e30 } } as const;
    const targets = Float32Array.from({ length: 80 }, (_, i) => i);
    await expect(machines.fit(wild, [{ x, y: targets }])).rejects.toThrow(DivergenceError);
    expect(await machines.runs()).toEqual([]);
  });
});
