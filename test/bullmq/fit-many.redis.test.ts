/** fitMany on worker processes, and everything about jobs and their bytes that one machine cannot show. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Queue } from "bullmq";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PIECE_BYTES } from "../../src/bullmq/byte-store.js";
import { sha256Of } from "../../src/bullmq/bytes-name.js";
import type { RedisClient } from "../../src/bullmq/connection.js";
import { jobOptions } from "../../src/bullmq/queue.js";
import { cluster, type FitReport, type Machines, source } from "../../src/bullmq.js";
import {
  adam,
  DataError,
  DivergenceError,
  Network,
  RuntimeError,
  ShapeError,
  SpecError,
} from "../../src/index.js";
import { Fleet } from "./fleet.js";
import { bitsOf, spec, table } from "./tables.js";

let fleet: Fleet;
let machines: Machines;
let queue: Queue;
let client: RedisClient;
let keysOfRuns: () => Promise<string[]>;

const folder = mkdtempSync(join(tmpdir(), "densely-data-"));

beforeAll(async () => {
  fleet = await Fleet.start();
  await fleet.worker({ maxBytes: 50_000_000, sources: [folder] });
  await fleet.worker({ maxBytes: 50_000_000, sources: [folder], concurrency: 2 });
  machines = await fleet.driver();
  ({ queue, client, keysOfRuns } = await fleet.look());
});

afterAll(async () => {
  await queue?.close();
  await machines?.close();
  await fleet?.stop();
  rmSync(folder, { recursive: true });
});

const { x, y } = table(200);
const rows = Array.from({ length: 200 }, (_, r) => [x[2 * r], x[2 * r + 1]]);

test("networks have the bits of fit here, in the order of the fits, whatever kind of array their rows are", async () => {
  const options = {
    epochs: 5,
    validationSplit: 0.2,
    metrics: ["accuracy"],
    classWeight: "balanced",
  } as const;
  const weights = Array.from(y, (_, r) => 1 + (r % 3) / 3);
  const fits = [
    { spec: spec(1), x, y, options },
    { spec: spec(2), x: rows, y: [...y], options: { ...options, sampleWeight: weights } },
    { spec: spec(3), x: rows, y: Array.from(y, (label) => [1 - label, label]), options },
    {
      spec: { ...spec(4), optimizer: adam({ learningRate: 0.05 }) },
      x: new Float64Array(x),
      y,
      options: { epochs: 3 },
    },
    {
      spec: [2, 5, 2],
      x: Uint8Array.from(x, (value) => 100 * value + 100),
      y,
      options: { validationData: [[[1, 2]], [0]] as never },
    },
  ];
  const reports: FitReport[] = [];
  const networks = await machines.fitMany(fits, { onFit: (report) => reports.push(report) });
  for (const [i, fit] of fits.entries()) {
    const here = new Network(fit.spec);
    const history = await here.fit(fit.x, fit.y, fit.options);
    expect(bitsOf(networks[i])).toBe(bitsOf(here));
    expect(networks[i].step).toBe(here.step);
    const report = reports.find((other) => other.fit === i);
    expect(report).toMatchObject({
      fits: 5,
      epochs: history.epochs,
      stopped: "completed",
      loss: history.loss.at(-1),
    });
    expect(report?.valAccuracy).toBe(history.valAccuracy?.at(-1));
  }
  expect(reports.map(({ done }) => done)).toEqual([1, 2, 3, 4, 5]);
  await expect.poll(keysOfRuns).toEqual([]);
});

test("bytes above one piece come whole, and are sent once", async () => {
  const count = 120;
  const wide = Float32Array.from({ length: count * 80_000 }, (_, i) => (i % 17) / 17);
  expect(wide.byteLength).toBeGreaterThan(PIECE_BYTES);
  const fit = { spec: [80_000, 2], x: wide, y: Int32Array.from({ length: count }, (_, r) => r % 2) };
  const [first, second] = await machines.fitMany([fit, fit]);
  const here = new Network(fit.spec);
  await here.fit(fit.x, fit.y);
  expect(bitsOf(first)).toBe(bitsOf(here));
  expect(bitsOf(second)).toBe(bitsOf(here));
});

test("rows from a source have the bits of the same rows through Redis", async () => {
  const write = (name: string, values: Float32Array | Int32Array) => {
    const bytes = new Uint8Array(values.buffer);
    writeFileSync(join(folder, name), bytes);
    return source(join(folder, name), {
      sha256: sha256Of(bytes),
      type: values.constructor.name as "Int32Array",
    });
  };
  const [a, b] = await machines.fitMany([
    { spec: spec(), x: write("x", x), y: write("y", y), options: { epochs: 2 } },
    { spec: spec(), x, y, options: { epochs: 2 } },
  ]);
  expect(bitsOf(a)).toBe(bitsOf(b));
  // Bytes that no worker has read yet, and others in their place.
  const changed = write(
    "changed",
    x.map((value) => value / 2),
  );
  write("changed", x);
  const wrong = machines.fitMany([{ spec: spec(7), x: changed, y: write("y", y), options: { epochs: 2 } }]);
  await expect(wrong).rejects.toThrow(/^Fit 0: The data of 1600 bytes has not the SHA-256/);
  const refused = source("/etc/hostname", { sha256: "0".repeat(64) });
  await expect(machines.fitMany([{ spec: spec(), x: refused, y: refused }])).rejects.toThrow(
    'Fit 0: The job reads "/etc/hostname", which is below no place of this worker',
  );
});

describe("errors", () => {
  const one = (fit: object) =>
    machines.fitMany([
      { spec: spec(), x, y },
      { spec: spec(), x, y, ...fit },
    ]);

  test("of data and options come before anything is sent", async () => {
    await expect(one({ y: [7, ...y.subarray(1)] })).rejects.toThrow(/^Fit 1: y is 7 in row 0/);
    await expect(one({ x: x.subarray(1) })).rejects.toThrow(ShapeError);
    await expect(one({ x: x.map(() => NaN) })).rejects.toThrow(DataError);
    await expect(one({ options: { onEpoch() {} } })).rejects.toThrow(
      /^Fit 1: Unknown option "onEpoch" of fit on machines/,
    );
    await expect(one({ options: { metrics: [{ name: "mine", measure: () => 1 }] } })).rejects.toThrow(
      "measure is function measure, which cannot be sent to another machine",
    );
    await expect(
      one({ spec: { ...spec(), optimizer: adam({ learningRate: ((step: number) => 1 / step) as never }) } }),
    ).rejects.toThrow(SpecError);
    await expect.poll(keysOfRuns).toEqual([]);
  });

  test("of the worker have their class, and the number of the fit", async () => {
    await expect(one({ options: { epochs: -1 } })).rejects.toThrow(
      new SpecError("Fit 1: epochs is -1: give a whole number of at least 0."),
    );
    const diverging = {
      ...spec(),
      loss: "meanSquaredError",
      optimizer: { type: "sgd", learningRate: 1e30 },
    } as const;
    await expect(
      one({ spec: { ...diverging, layers: [{ type: "dense", units: 2 }] }, y: rows }),
    ).rejects.toThrow(DivergenceError);
    // A job in hand when its run failed ends later; its result, which nobody takes, expires.
    const { pttl } = client as unknown as { pttl(key: string): Promise<number> };
    const lasting = async () => {
      const keys = await keysOfRuns();
      const times = await Promise.all(keys.map((key) => pttl.call(client, key)));
      return keys.filter((_, i) => times[i] === -1);
    };
    await expect.poll(lasting).toEqual([]);
  });

  test("tell of data above maxBytes", async () => {
    await fleet.worker({ maxBytes: 1000, prefix: "small" });
    const small = await fleet.driver({ prefix: "small" });
    await expect(small.fitMany([{ spec: spec(), x, y }])).rejects.toThrow(
      "Fit 0: The job has data of 1600 bytes, but this worker accepts 1000",
    );
    await small.close();
  });

  test("tell of a Redis that is not there", async () => {
    await expect(cluster({ connection: { url: "redis://:secret@127.0.0.1:1" } })).rejects.toThrow(
      RuntimeError,
    );
    await expect(cluster({ connection: { url: "redis://:secret@127.0.0.1:1" } })).rejects.toThrow(
      /^Redis at 127\.0\.0\.1:1 cannot be used \(connect ECONNREFUSED 127\.0\.0\.1:1\)/,
    );
  });
});

test.each([
  ["another major version", { version: "7.0.0" }, 'The job was sent by densely "7.0.0"'],
  ["a spec that is none", { network: { spec: "{}" } }, "inputs of Network is undefined"],
  ["code as its network", { network: "process.exit()" }, 'The job has "process.exit()" as its network'],
  [
    "an option that is not for jobs",
    { options: { worker: "https://host/worker.js" } },
    'Unknown option "worker"',
  ],
  [
    "a name that is a path",
    { rows: { x: { type: "Float32Array", sha256: "../..", bytes: 4 }, y: {} } },
    "as a name of bytes",
  ],
])("a job with %s fails, and the worker goes on", async (_, change, message) => {
  const id = "foreign-0";
  // A worker removes jobs of a run that is not open.
  await client.set("densely:run:foreign", "{}", { PX: 1_000_000 });
  const job = {
    version: "0.1.0",
    run: "foreign",
    expiry: 1000,
    kind: "train",
    network: { spec: "{}" },
    rows: {},
    options: {},
  };
  const added = await queue.add("train", { ...job, ...change }, jobOptions(id, 1000));
  await expect.poll(async () => added.isFailed()).toBe(true);
  expect((await queue.getJob(id))?.failedReason).toContain(message);
  await added.remove();
  await client.unlink("densely:run:foreign");
  const [network] = await machines.fitMany([{ spec: spec(), x, y }]);
  expect(network.step).toBe(7);
});
