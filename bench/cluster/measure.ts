import { testDigits, trainingDigits } from "../../examples/digits.js";
import { outerStep } from "../../src/bullmq/outer-step.js";
import { addressOf, loadLibrary } from "../lib/library.js";
import type { Fleet } from "./fleet.js";
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

/** Seconds of a search of 200 trials, each of some tens of milliseconds. */
export async function searchSeconds(machines: Machines, trials = 200): Promise<number> {
  const { x, y: labels } = rowsFrom(0, 2000);
  const make = ({ rate }: { rate: number }) =>
    new Network({
      ...spec,
      layers: [dense(64, "relu"), dense(10, "softmax")],
      optimizer: adam({ learningRate: rate }),
    });
  const begin = now();
  await search({ rate: real(1e-4, 1e-2, { log: true }) }, make, x, labels, {
    trials,
    epochs: 8,
    on: machines,
  });
  return now() - begin;
}

/** Seconds of training alone of such trials here. */
function trialSeconds(): number[] {
  const { x, y: labels } = rowsFrom(0, 2000);
  return Array.from({ length: 20 }, (_, i) => {
    const network = new Network({ ...spec, layers: [dense(64, "relu"), dense(10, "softmax")], seed: i });
    const begin = now();
    network.fitSync(x, labels, { epochs: 4 });
    const seconds = now() - begin;
    network.dispose();
    return seconds;
  });
}

/**
 * Seconds until 97.5 % of the test digits are right, by one process, and by machines of which each has a shard: 784-512-10, with
 * the sending of the data, and a test after every epoch and every round.
 */
export async function fitSeconds(
  machines: Machines,
  shards: number,
  seed: number,
): Promise<{ one: number; shared: number }> {
  const wide = { ...spec, layers: [dense(512, "relu"), dense(10, "softmax")], seed };
  const watched = { validationData: [test.pixels, testLabels] as const, metrics: ["accuracy"] as const };
  const goesOn = (report: object) => Number((report as { valAccuracy?: number }).valAccuracy) < 0.975;
  let begin = now();
  await new Network(wide).fit(pixels, y, { ...watched, epochs: 40, onEpoch: goesOn });
  const one = now() - begin;
  begin = now();
  const parts = Array.from({ length: shards }, (_, i) => rowsFrom((i * 60_000) / shards, 60_000 / shards));
  await machines.fit(wide, parts, { ...watched, rounds: 40, onRound: goesOn });
  return { one, shared: now() - begin };
}

/** Seconds of a round besides its longest training: two shards of so few rows that training takes next to nothing. */
export async function roundOverheads(machines: Machines, rounds = 40): Promise<number[]> {
  const overheads: number[] = [];
  let last = 0;
  await machines.fit(spec, [rowsFrom(0, 64), rowsFrom(64, 64)], {
    rounds,
    onRound({ seconds }) {
      if (last > 0) overheads.push(now() - last - seconds);
      last = now();
    },
  });
  return overheads;
}

/** Seconds of Redis, worker and driver per job. */
async function jobCosts(fleet: Fleet, machines: Machines, spec: object, count: number) {
  const { x, y: labels } = rowsFrom(0, 32);
  const fit = { spec: spec as readonly number[], x, y: labels };
  await machines.fitMany([fit, fit]);
  const [begin, redis, driver] = [now(), await fleet.redisSeconds(), process.cpuUsage()];
  let training = 0;
  await machines.fitMany(
    Array.from({ length: count }, () => fit),
    {
      onFit: ({ seconds }) => {
        training += seconds;
      },
    },
  );
  const { user, system } = process.cpuUsage(driver);
  return {
    redis: ((await fleet.redisSeconds()) - redis) / count,
    worker: (now() - begin - training) / count,
    driver: (user + system) / 1e6 / count,
  };
}

/** Measures with one worker. */
export async function measureCosts(fleet: Fleet, machines: Machines): Promise<Costs> {
  await fleet.setWorkers(1);
  const network = new Network(spec);
  network.trainOnBatch(rowsFrom(0, 32).x, rowsFrom(0, 32).y);
  const params = Float32Array.from(Object.values(network.getParams()).flatMap((values) => [...values]));
  const checkpointBytes = network.checkpoint().length;
  const small = await jobCosts(fleet, machines, [SIZE, 10], 400);
  const large = await jobCosts(fleet, machines, [SIZE, 128, 10], 100);
  const smallBytes = new Network([SIZE, 10]).checkpoint().length * 3;
  const shard = { params, rows: 1 };
  let begin = now();
  const statistics = new Uint8Array(params.length);
  for (let i = 0; i < 20; i++)
    outerStep(params, params, [shard, shard, shard, shard], statistics, { momentum: 0.9, learningRate: 0.7 });
  const averagePerShard = (now() - begin) / 80;
  begin = now();
  await network.fit(pixels, y, { epochs: 2 });
  const epoch = (now() - begin) / 2;
  return {
    redisPerJob: small.redis,
    // Each job writes its checkpoint, and the driver reads it.
    redisPerByte: Math.max(0, large.redis - small.redis) / (2 * (checkpointBytes - smallBytes)),
    workerPerJob: large.worker,
    driverPerJob: small.driver,
    trials: trialSeconds(),
    epoch,
    averagePerShard,
    paramsBytes: 4 * params.length,
    checkpointBytes,
  };
}
