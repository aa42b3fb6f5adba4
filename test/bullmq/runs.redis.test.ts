/** Runs from their beginning to their end: signals, cancellation, names, resuming, expiry. */

import type { Queue } from "bullmq";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RedisClient } from "../../src/bullmq/connection.js";
import { cluster, type FitReport, type Machines } from "../../src/bullmq.js";
import { type Network, RuntimeError, StateError } from "../../src/index.js";
import { Fleet } from "./fleet.js";
import { RedisServer } from "./redis.js";
import { bitsOf, spec, table } from "./tables.js";

let fleet: Fleet;
let machines: Machines;
let queue: Queue;
let client: RedisClient;
let keysOfRuns: () => Promise<string[]>;

beforeAll(async () => {
  fleet = await Fleet.start();
  await fleet.worker();
  await fleet.worker({ concurrency: 2 });
  machines = await fleet.driver();
  ({ queue, client, keysOfRuns } = await fleet.look());
});

afterAll(async () => {
  await queue?.close();
  await machines?.close();
  await fleet?.stop();
});

const { x, y } = table(200);

test("Redis with a password takes drivers that have it, and the message to others does not show it", async () => {
  const redis = await RedisServer.start("--requirepass", "secret");
  try {
    const { port } = redis;
    const machines = await cluster({ connection: { host: "127.0.0.1", port, password: "secret" } });
    expect(await machines.runs()).toEqual([]);
    await machines.close();
    for (const password of ["", ":other@"]) {
      const error = await cluster({ connection: { url: `redis://${password}127.0.0.1:${port}` } }).catch(
        (reason) => reason,
      );
      expect(error).toBeInstanceOf(RuntimeError);
      expect(error.message).toMatch(/^Redis at 127\.0\.0\.1:\d+ cannot be used \((NOAUTH|WRONGPASS)/);
      expect(error.message).not.toContain("other");
    }
  } finally {
    await redis.stop();
  }
});

describe("a run", () => {
  const long = { spec: spec(), x, y, options: { epochs: 100_000_000 } };

  test("ends with the reason of its signal, and its jobs in hand stop", async () => {
    const controller = new AbortController();
    const running = machines.fitMany([long, long, long, long], { signal: controller.signal });
    running.catch(() => {});
    await expect.poll(() => queue.getActiveCount()).toBe(3);
    controller.abort(new Error("enough"));
    await expect(running).rejects.toThrow("enough");
    await expect.poll(() => queue.getActiveCount()).toBe(0);
    const [network] = await machines.fitMany([{ spec: spec(), x, y }]);
    expect(network.step).toBe(7);
  });

  test("is cancelled by another process, and its driver hears of it", async () => {
    const running = machines.fitMany([long, long, long, long], { id: "long" });
    running.catch(() => {});
    const other = await fleet.driver();
    await expect.poll(() => other.runs()).toEqual(["long"]);
    await expect.poll(() => queue.getActiveCount()).toBe(3);
    await other.cancel("long");
    await expect(running).rejects.toThrow(StateError);
    await expect.poll(() => queue.getActiveCount()).toBe(0);
    expect(await other.runs()).toEqual([]);
    await other.cancel("long");
    await expect(other.resume("long")).rejects.toThrow(/^There is no run "long"/);
    await other.close();
  });

  test("has an id that no other run can take", async () => {
    const first = machines.fitMany([long], { id: "mine" });
    first.catch(() => {});
    await expect.poll(() => machines.runs()).toEqual(["mine"]);
    await expect(machines.fitMany([{ ...long, spec: spec(5) }], { id: "mine" })).rejects.toThrow(
      /^id is "mine", which a run with other data or options has/,
    );
    expect(await machines.runs()).toEqual(["mine"]);
    await machines.cancel("mine");
    await expect(first).rejects.toThrow("The run mine was cancelled.");
    await expect(machines.fitMany([long], { id: "a b" })).rejects.toThrow(/^id is "a b": give/);
  });

  test("goes on after its driver has closed, and keeps nothing longer than its expiry", async () => {
    const driver = await fleet.driver({ expiry: 3000 });
    const fits = Array.from({ length: 6 }, (_, seed) => ({
      spec: spec(seed),
      x,
      y,
      options: { epochs: 200 },
    }));
    // No worker takes a job meanwhile: the run cannot end before its driver closes.
    await queue.pause();
    const first = driver.fitMany(fits, { id: "again" });
    first.catch(() => {});
    await expect.poll(() => machines.runs()).toEqual(["again"]);
    await driver.close();
    await expect(first).rejects.toThrow("resume it by its id");
    const keys = await keysOfRuns();
    const raw = client as unknown as { pttl(key: string): Promise<number> };
    for (const key of keys.filter((name) => /:(run|bytes):/.test(name))) {
      expect(await raw.pttl(key)).toBeGreaterThan(2_900_000);
    }
    await queue.resume();
    const reports: FitReport[] = [];
    const networks = (await machines.resume("again", {
      onFit: (report) => reports.push(report),
    })) as Network[];
    expect(reports).toHaveLength(6);
    const [whole] = await machines.fitMany([fits[4]]);
    expect(bitsOf(networks[4])).toBe(bitsOf(whole));
    await expect.poll(keysOfRuns).toEqual([]);
  });
});
