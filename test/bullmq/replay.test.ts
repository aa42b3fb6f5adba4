/** The replay of npm run bench:cluster, against times that can be told by hand. */

import { describe, expect, test } from "vitest";
import { type Costs, replayFit, replaySearch } from "../../bench/cluster/replay.js";

const FREE: Costs = {
  redisPerJob: 0,
  redisPerByte: 0,
  workerPerJob: 0,
  driverPerJob: 0,
  trials: [1],
  epoch: 8,
  averagePerShard: 0,
  paramsBytes: 100,
  checkpointBytes: 300,
};

describe("a search", () => {
  test("of free jobs takes as many times less as there are machines", () => {
    for (const count of [1, 4, 64]) expect(replaySearch(FREE, count, 128).seconds).toBeCloseTo(128 / count);
  });

  test("takes at least the time of Redis, and says so", () => {
    const { seconds, redisShare } = replaySearch({ ...FREE, redisPerJob: 0.5 }, 64, 128);
    expect(seconds).toBeGreaterThanOrEqual(64);
    expect(redisShare).toBeGreaterThan(0.9);
  });

  test("takes at least the time of the driver", () => {
    expect(replaySearch({ ...FREE, driverPerJob: 0.25 }, 64, 128).seconds).toBeCloseTo(32 + 1);
  });
});

describe("a fit", () => {
  test("of free exchanges divides its epochs", () => {
    for (const count of [1, 2, 8]) expect(replayFit(FREE, count, 5).seconds).toBeCloseTo(40 / count);
  });

  test("pays for the bytes of every shard, one after the other", () => {
    // Each of 4 shards reads and writes 400 bytes; the average reads 4 and writes 2 parameters.
    const { seconds } = replayFit({ ...FREE, redisPerByte: 0.01 }, 4, 1);
    const [reads, writes, average] = [4 * 4, 4 * 4, 6];
    expect(seconds).toBeGreaterThanOrEqual(2 + 4 + writes + average);
    expect(seconds).toBeLessThanOrEqual(2 + reads + writes + average);
  });

  test("pays for averaging, which one machine does", () => {
    expect(replayFit({ ...FREE, averagePerShard: 0.5 }, 4, 3).seconds).toBeCloseTo(3 * (2 + 2));
  });
});
