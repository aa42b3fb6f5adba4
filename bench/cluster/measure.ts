import { testDigits, trainingDigits } from "../../examples/digits.js";
import { outerStep } from "../../src/bullmq/outer-step.js";
import { addressOf, loadLibrary } from "../lib/library.js";
import { type Fleet, ownWait } from "./fleet.js";
import type { Costs } from "./replay.js";

const { Network, dense, adam } = await loadLibrary();
const { cluster }: typeof import("../../src/bullmq.js") = await import(addressOf("bullmq.js"));
const { search, real }: typeof import("../../src/search.js") = await import(addressOf("search.js"));

type Machines = Awaited<ReturnType<typeof cluster>>;

const SIZE = 784;
const { pixels, labels } = trainingDigits();
const y = Int32Array.from(labels);
const test = testDigits();
const testLabels = Int32Array.from(test.labels);

/** 784-128-10, whose parameters are 408 kB. */
export const spec = {
  inputs: SIZE,
  layers: [dense(128, "relu"), dense(10, "softmax")],
  optimizer: adam({ learningRate: 1e-3 }),
  seed: 1,
};

const rowsFrom = (first: number, count: number) => ({
  x: pixels.subarray(first * SIZE, (first + count) * SIZE),
  y: y.subarray(first, first + count),
});

export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1];

const now = () => performance.now() / 1000;

export const connect = (fleet: Fleet): Promise<Machines> => cluster({ connection: { url: fleet.redis.url } });

/** Seconds of an act, without those for which its processes waited for a core that others had. */
async function timed(waits: () => number, act: () => Promise<unknown>): Promise<number> {
  const [begin, before] = [now(), waits()];
  await act();
  return now() - begin - (waits() - before);
}

/** Seconds of a search of 200 trials, each of some tens of milliseconds. */
export async function searchSeconds(fleet: Fleet, machines: Machines): Promise<number> {
  const { x, y: labels } = rowsFrom(0, 2000);
  const make = ({ rate }: { rate: number }) =>
    new Network({
      ...spec,
      layers: [dense(64, "relu"), dense(10, "softmax")],
      optimizer: adam({ learningRate: rate }),
    });
  const space = { rate: real(1e-4, 1e-2, { log: true }) };
  const options = { trials: 200, epochs: 4, on: machines };
  return timed(
    () => fleet.waits(),
    () => search(space, make, x, labels, options),
  );
}

/** Seconds of this process on a core for an act, which other programs on the machine do not change. */
function spent(act: () => void): number {
  const before = process.cpuUsage();
  act();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/** Seconds of training alone of such trials. */
function trialSeconds(): number[] {
  const { x, y: labels } = rowsFrom(0, 2000);
  return Array.from({ length: 20 }, (_, seed) => {
    const network = new Network({ ...spec, layers: [dense(64, "relu"), dense(10, "softmax")], seed });
    const seconds = spent(() => network.fitSync(x, labels, { epochs: 4 }));
    network.dispose();
    return seconds;
  });
}

/**
 * Seconds until 97.5 % of the test digits are right, by one process, and by machines of which each has a shard: 784-512-10, with
 * the sending of the data, and a test after every epoch and every round.
 */
export async function fitSeconds(
  fleet: Fleet,
  machines: Machines,
  { shards, seed }: { shards: number; seed: number },
): Promise<{ one: number; shared: number }> {
  const wide = { ...spec, layers: [dense(512, "relu"), dense(10, "softmax")], seed };
  const watched = { validationData: [test.pixels, testLabels] as const, metrics: ["accuracy"] as const };
  const goesOn = (report: object) => Number((report as { valAccuracy?: number }).valAccuracy) < 0.975;
  const one = await timed(ownWait, () =>
    new Network(wide).fit(pixels, y, { ...watched, epochs: 40, onEpoch: goesOn }),
  );
  const parts = Array.from({ length: shards }, (_, i) => rowsFrom((i * 60_000) / shards, 60_000 / shards));
  const shared = await timed(
    () => fleet.waits(),
    () => machines.fit(wide, parts, { ...watched, rounds: 40, onRound: goesOn }),
  );
  return { one, shared };
}

/** Seconds of a round besides its longest training: two shards of so few rows that training takes next to nothing. */
export async function roundOverheads(fleet: Fleet, machines: Machines, rounds = 60): Promise<number[]> {
  const overheads: number[] = [];
  let [last, waited] = [0, 0];
  await machines.fit(spec, [rowsFrom(0, 64), rowsFrom(64, 64)], {
    rounds,
    onRound({ seconds }) {
      const waits = fleet.waits();
      if (last > 0) overheads.push(now() - last - seconds - (waits - waited));
      [last, waited] = [now(), waits];
    },
  });
  return overheads;
}

/** Seconds of Redis, worker and driver on a core for a job. */
async function jobCosts(fleet: Fleet, machines: Machines, sizes: readonly number[], count: number) {
  const fit = { spec: sizes, ...rowsFrom(0, 32) };
  await machines.fitMany(Array.from({ length: 50 }, () => fit));
  const before = { redis: await fleet.redisSeconds(), worker: fleet.runs(), driver: process.cpuUsage() };
  await machines.fitMany(Array.from({ length: count }, () => fit));
  const { user, system } = process.cpuUsage(before.driver);
  return {
    redis: ((await fleet.redisSeconds()) - before.redis) / count,
    worker: (fleet.runs() - before.worker) / count,
    driver: (user + system) / 1e6 / count,
  };
}

/** Measures with one worker. All are seconds on a core: the replay is of machines with nothing else to do. */
export async function measureCosts(fleet: Fleet, machines: Machines): Promise<Costs> {
  await fleet.setWorkers(1);
  const network = new Network(spec);
  const { x, y: labels } = rowsFrom(0, 32);
  network.trainOnBatch(x, labels);
  const params = Float32Array.from(Object.values(network.getParams()).flatMap((values) => [...values]));
  const checkpointBytes = network.checkpoint().length;
  const small = await jobCosts(fleet, machines, [SIZE, 10], 300);
  const large = await jobCosts(fleet, machines, [SIZE, 128, 10], 150);
  const smallNetwork = new Network([SIZE, 10]);
  smallNetwork.trainOnBatch(x, labels);
  const more = checkpointBytes - smallNetwork.checkpoint().length;
  const shards = [0, 1, 2, 3].map(() => ({ params, rows: 1 }));
  const statistics = new Uint8Array(params.length);
  const outer = { momentum: 0.9, learningRate: 0.7 };
  const steps = 40;
  const averaging = spent(() => {
    for (let i = 0; i < steps; i++) outerStep(params, params, shards, statistics, outer);
  });
  return {
    redisPerJob: small.redis,
    // Each job writes its checkpoint, and the driver reads it.
    redisPerByte: Math.max(0, large.redis - small.redis) / (2 * more),
    workerPerJob: large.worker,
    driverPerJob: small.driver,
    trials: trialSeconds(),
    epoch: spent(() => network.fitSync(pixels, y)),
    averagePerShard: averaging / steps / shards.length,
    paramsBytes: 4 * params.length,
    checkpointBytes,
  };
}
