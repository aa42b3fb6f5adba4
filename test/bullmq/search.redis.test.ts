/** Searches and cross-validations on machines: the results of those here, whoever works. */

import { afterAll, beforeAll, expect, test } from "vitest";
import type { Machines } from "../../src/bullmq.js";
import { adam, dense, Network, SpecError } from "../../src/index.js";
import { asha, choice, crossValidate, real, search, type TrialRow, whole } from "../../src/search.js";
import { Fleet } from "./fleet.js";
import { bitsOf, spec, table } from "./tables.js";

let fleet: Fleet;
let machines: Machines;
const { x, y } = table(240);

beforeAll(async () => {
  fleet = await Fleet.start();
  await fleet.workers(2);
  machines = await fleet.driver();
});

afterAll(async () => {
  await machines?.close();
  await fleet?.stop();
});

const space = {
  units: whole(2, 12),
  rate: real(1e-4, 1e6, { log: true }),
  activation: choice(["relu", "tanh"]),
};
const make = ({ units, rate, activation }: { units: number; rate: number; activation: "relu" | "tanh" }) =>
  new Network({
    inputs: 2,
    layers: [dense(units, activation), dense(2, "softmax")],
    optimizer: { type: "sgd", learningRate: rate },
    seed: 1,
  });

test("a search with promotions, folds and diverging trials is that of this process, bit for bit", async () => {
  const options = {
    trials: 24,
    folds: 3,
    epochs: 6,
    metrics: ["accuracy"],
    scheduler: asha({ steps: 10, factor: 2 }),
    seed: 5,
  } as const;
  const here: TrialRow[] = [];
  const there: TrialRow[] = [];
  const expected = await search(space, make, x, y, { ...options, onTrial: (row) => here.push(row) });
  const found = await search(space, make, x, y, {
    ...options,
    on: machines,
    onTrial: (row) => there.push(row),
  });
  expect(there).toEqual(here);
  expect(here.map(({ state }) => state)).toEqual(expect.arrayContaining(["completed", "paused", "diverged"]));
  expect(found.trials).toEqual(expected.trials);
  expect(found.best.settings).toEqual(expected.best.settings);
  expect(bitsOf(found.best.network as Network)).toBe(bitsOf(expected.best.network as Network));
  expect(await machines.runs()).toEqual([]);
});

test("a cross-validation has the networks, measures and predictions of one here", async () => {
  const options = {
    folds: 4,
    epochs: 3,
    metrics: ["accuracy"],
    sampleWeight: Array.from(y, (label) => 1 + label),
  } as const;
  const expected = await crossValidate(() => new Network(spec(2)), x, y, options);
  const found = await crossValidate(() => new Network(spec(2)), x, y, { ...options, on: machines });
  expect(found.networks.map(bitsOf)).toEqual(expected.networks.map(bitsOf));
  expect(found.scores).toEqual(expected.scores);
  expect(found.predictions).toEqual(expected.predictions);
});

test("a search ends with what it has when its signal is aborted, and leaves nothing behind", async () => {
  const controller = new AbortController();
  const found = await search(space, make, x, y, {
    trials: 500,
    epochs: 50,
    on: machines,
    signal: controller.signal,
    onTrial: ({ trial }) => trial === 3 && controller.abort(),
  });
  expect(found.best.network).toBeUndefined();
  expect(found.trials.length).toBeLessThan(500);
  expect(await machines.runs()).toEqual([]);
});

test("what machines cannot do is refused before it is sent", () => {
  const one = (options: object, made: () => unknown = () => new Network(spec())) =>
    search({}, made as () => Network, x, y, { on: machines, ...options });
  expect(() => one({ worker: true })).toThrow("worker and on were both given");
  expect(() => one({ on: {} })).toThrow(/^on is an object: give await cluster/);
  expect(() => one({ on: undefined, id: "a" })).toThrow(/^id is "a", which names a run on machines/);
  const estimator = { fit: async () => {}, predict: () => [], evaluate: () => ({}) };
  expect(() => one({}, () => estimator)).toThrow("machines train networks");
});

test("code in options is refused", async () => {
  const options = { on: machines, onEpoch() {} };
  await expect(crossValidate(() => new Network(spec()), x, y, options)).rejects.toThrow(SpecError);
  const custom = { ...spec(), optimizer: adam({ learningRate: ((step: number) => step) as never }) };
  await expect(crossValidate(() => new Network(custom), x, y, { on: machines })).rejects.toThrow(SpecError);
});
