/** Results of jobs by events, and by looking where an event may be lost; with a queue that is not there. */

import { EventEmitter } from "node:events";
import type { Queue, QueueEvents } from "bullmq";
import { describe, expect, test } from "vitest";
import type { RedisClient } from "../../src/bullmq/connection.js";
import { Results } from "../../src/bullmq/results.js";
import { SpecError, StateError } from "../../src/index.js";

interface Ended {
  state: "completed" | "failed" | "waiting";
  returnvalue?: unknown;
  failedReason?: string;
}

/** A queue whose jobs end as the test says. */
function open() {
  const jobs = new Map<string, Ended>();
  const queue = {
    async getJob(id: string) {
      const job = jobs.get(id);
      const finishedOn = job && job.state !== "waiting" ? 1 : undefined;
      return job && { id, ...job, finishedOn, getState: async () => job.state };
    },
  };
  const [events, client] = [new EventEmitter(), new EventEmitter()];
  const results = new Results(
    queue as unknown as Queue,
    events as unknown as QueueEvents,
    client as unknown as RedisClient,
  );
  return { jobs, events, client, results };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

test("an event ends a wait, and so does a job that had ended before", async () => {
  const { jobs, events, results } = open();
  const waiting = results.wait("r-1");
  await settle();
  events.emit("completed", { jobId: "r-2", returnvalue: 2 });
  events.emit("completed", { jobId: "r-1", returnvalue: 1 });
  expect(await waiting).toBe(1);
  jobs.set("r-3", { state: "completed", returnvalue: 3 });
  expect(await results.wait("r-3")).toBe(3);
  jobs.set("r-4", { state: "failed", failedReason: "SpecError: wrong" });
  await expect(results.wait("r-4")).rejects.toThrow(new SpecError("wrong"));
});

describe("after Redis was away", () => {
  test("jobs are added again, and results are read whose events were lost", async () => {
    const { jobs, client, results } = open();
    let added = 0;
    const waiting = results.wait("r-1", async () => {
      added++;
    });
    await settle();
    jobs.set("r-1", { state: "completed", returnvalue: 7 });
    client.emit("ready");
    expect(await waiting).toBe(7);
    expect(added).toBe(1);
  });

  test("a job whose adding fails is looked for the next time", async () => {
    const { jobs, client, results } = open();
    let isAway = true;
    const waiting = results.wait("r-1", async () => {
      if (isAway) throw new Error("ECONNRESET");
    });
    await settle();
    jobs.set("r-1", { state: "completed", returnvalue: 7 });
    client.emit("ready");
    await settle();
    isAway = false;
    client.emit("ready");
    expect(await waiting).toBe(7);
  });
});

test("a parent fails with the error of its child", async () => {
  const { jobs, events, results } = open();
  const waiting = results.wait("r-1");
  await settle();
  jobs.set("r-1-0", { state: "failed", failedReason: "DataError: x is NaN" });
  events.emit("failed", { jobId: "r-1", failedReason: "child densely:jobs:r-1-0 failed" });
  await expect(waiting).rejects.toThrow("x is NaN");
});

test("waits of one run end without those of another, and all of them when it is closed", async () => {
  const { events, results } = open();
  const [a, b, c] = ["a-1", "ab-1", "b-1"].map((id) => results.wait(id));
  for (const wait of [a, b, c]) wait.catch(() => {});
  await settle();
  results.abandon("a", new Error("enough"));
  await expect(a).rejects.toThrow("enough");
  events.emit("removed", { jobId: "ab-1" });
  await expect(b).rejects.toThrow(StateError);
  results.close();
  await expect(c).rejects.toThrow("resume it by its id");
});
