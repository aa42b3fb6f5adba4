/** Workers, drivers and Redis that are killed in the middle: the bits of an undisturbed run, and nothing twice. */

import type { ChildProcess } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Machines } from "../../src/bullmq.js";
import { Fleet } from "./fleet.js";
import { end, ended } from "./processes.js";
import { bitsOf } from "./tables.js";
import { manyFits, ROUNDS, shardSpec, shards } from "./tasks.js";

const KILLS = 20;

/** Enough rounds for all kills, though a worker may end a short job before it is killed in the next one. */
const MANY_ROUNDS = { ...ROUNDS, rounds: 25 };

let fleet: Fleet;
let machines: Machines;
let workers: ChildProcess[];
let undisturbed: string;
let many: string[];

beforeAll(async () => {
  fleet = await Fleet.start("driver");
  workers = await fleet.workers(2);
  machines = await fleet.driver();
  undisturbed = bitsOf(await machines.fit(shardSpec, shards(), ROUNDS));
  many = (await machines.fitMany(manyFits())).map(bitsOf);
});

afterAll(async () => {
  await machines?.close();
  await fleet?.stop();
});

/** Starts other workers in the place of those that there are. */
async function renew(options: { lockDuration?: number } = {}): Promise<void> {
  await Promise.all(workers.map(end));
  workers = await fleet.workers(2, options);
}

/** A driver process. */
async function drive(task: string, how: { resume?: boolean; stopAfter?: number } = {}) {
  const messages: { done?: number; bits?: string[] }[] = [];
  const options = { url: fleet.redis.url, task, ...how };
  const child = await fleet.programs.start("driver", options, (message) => messages.push(message as object));
  const bits = async () => {
    await expect.poll(() => messages.some((message) => message.bits)).toBe(true);
    return messages.find((message) => message.bits)?.bits;
  };
  return { child, messages, bits };
}

test(`${KILLS} workers killed by SIGKILL in one run change no bit`, async () => {
  const reports: number[] = [];
  const expected = bitsOf(await machines.fit(shardSpec, shards(), MANY_ROUNDS));
  const options = { ...MANY_ROUNDS, onRound: ({ round }: { round: number }) => reports.push(round) };
  await Promise.all(workers.map(end));
  const running = machines.fit(shardSpec, shards(), options);
  for (let kills = 0; kills < KILLS; kills += 2) {
    await Promise.all((await fleet.workers(2, { diesAfter: kills % 7 })).map(ended));
  }
  await renew();
  expect(bitsOf(await running)).toBe(expected);
  expect(reports).toEqual(Array.from({ length: MANY_ROUNDS.rounds }, (_, i) => i + 1));
});

describe.each([
  ["rounds", () => [undisturbed]],
  ["many", () => many],
])("a driver of %s that is killed", (task, expected) => {
  test("is replaced by one that resumes", async () => {
    const first = await drive(task, { stopAfter: 2 });
    await expect.poll(() => first.messages.length).toBe(2);
    await end(first.child);
    expect(first.messages.some(({ bits }) => bits)).toBe(false);
    expect(await machines.runs()).toEqual([task]);
    const second = await drive(task, { resume: true });
    expect(await second.bits()).toEqual(expected());
    expect(await machines.runs()).toEqual([]);
  });
});

test("a search whose process is killed goes on when it is called again", async () => {
  // A worker that a busy machine holds up longer than its lock would lose its job to another one.
  await renew({ lockDuration: 300_000 });
  const jobs = () => fleet.reports.flatMap(({ job, run }) => (run === "search" ? [job] : []));
  // Every job is done once, by whichever driver: 16 trials of 2 folds, and the last training on all rows.
  const JOBS = 33;
  const whole = await drive("search");
  const bits = await whole.bits();
  await expect.poll(() => jobs().length).toBe(JOBS);
  const first = await drive("search", { stopAfter: 4 });
  await expect.poll(() => first.messages.length).toBe(4);
  await end(first.child);
  await expect.poll(() => jobs().length).toBeGreaterThan(JOBS);
  const second = await drive("search");
  expect(await second.bits()).toEqual(bits);
  await expect.poll(() => jobs().length).toBe(2 * JOBS);
  expect(new Set(jobs().slice(JOBS)).size).toBe(JOBS);
  await renew();
});

test("Redis killed and started again with its file changes no bit", async () => {
  const reports: number[] = [];
  const options = { ...ROUNDS, onRound: ({ round }: { round: number }) => reports.push(round) };
  const running = machines.fit(shardSpec, shards(), options);
  const fits = machines.fitMany(manyFits());
  for (let i = 0; i < 3; i++) {
    await sleep(200);
    await fleet.redis.kill();
    await sleep(100);
    await fleet.redis.start();
  }
  expect(bitsOf(await running)).toBe(undisturbed);
  expect((await fits).map(bitsOf)).toEqual(many);
  expect(reports).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});
