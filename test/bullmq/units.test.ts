/** The parts of densely/bullmq that need no Redis. test/bullmq/*.redis.test.ts has the others. */

import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { sha256Of } from "../../src/bullmq/bytes-name.js";
import { BoundedCache } from "../../src/bullmq/cache.js";
import { placeOf } from "../../src/bullmq/connection.js";
import { errorOf, failedChild, finalTextOf } from "../../src/bullmq/failures.js";
import { checkJob } from "../../src/bullmq/jobs.js";
import { readMeasures, writeMeasures } from "../../src/bullmq/numbers.js";
import { outerStep } from "../../src/bullmq/outer-step.js";
import { readPlace } from "../../src/bullmq/source.js";
import { setVector, statisticsOf, vectorOf } from "../../src/bullmq/vector.js";
import { checkVersion, VERSION } from "../../src/bullmq/version.js";
import { cluster, source, work } from "../../src/bullmq.js";
import { DataError, DivergenceError, SpecError, StateError } from "../../src/errors.js";
import { batchNorm, dense, Network } from "../../src/index.js";

const none = () => {};

test("VERSION is that of the package", () => {
  expect(VERSION).toBe(manifest.version);
});

test.each([
  ["0.9.3", true],
  ["1.0.0", false],
  ["10.0.0", false],
  [undefined, false],
])("a job of version %s is taken: %s", (version, isTaken) => {
  if (isTaken) checkVersion(version);
  else expect(() => checkVersion(version)).toThrow(/run the same major version on all machines\.$/);
});

describe("a job out of the queue", () => {
  const job = { version: VERSION, run: "a", expiry: 1000, kind: "train" };
  test("is taken as it is", () => expect(checkJob(job)).toBe(job));
  test.each([
    ["no object", "text"],
    ["an id that is no part of a key", { ...job, run: "a:b*" }],
    ["no expiry", { ...job, expiry: "1000" }],
    ["an unknown kind", { ...job, kind: "eval" }],
  ])("with %s is refused", (_, data) => {
    expect(() => checkJob(data)).toThrow(/^(The job is|id is|expiry of the job is)/);
  });
});

test("a cache keeps what was used last, within its bytes", () => {
  const cache = new BoundedCache<string>(10, ({ length }) => length);
  cache.set("a", "1234");
  cache.set("b", "1234");
  expect(cache.get("a")).toBe("1234");
  cache.set("c", "1234");
  expect([cache.get("a"), cache.get("b"), cache.get("c")]).toEqual(["1234", undefined, "1234"]);
  cache.set("large", "12345678901");
  cache.set("a", "12");
  expect([cache.get("large"), cache.get("a"), cache.bytes]).toEqual([undefined, "1234", 8]);
});

test("measures keep NaN and Infinity as data", () => {
  const measures = { loss: 0.1, r2: Number.NaN, worst: -Infinity };
  expect(readMeasures(JSON.parse(JSON.stringify(writeMeasures(measures))))).toEqual(measures);
});

describe("errors of jobs", () => {
  test.each([new SpecError("a"), new DataError("b: c\nd"), new DivergenceError("e")])(
    "%s comes back as it was",
    (error) => {
      const again = errorOf(finalTextOf(error) ?? "", "job");
      expect(again).toBeInstanceOf(error.constructor);
      expect(again.message).toBe(error.message);
    },
  );
  test("that may pass are tried again", () => expect(finalTextOf(new Error("ECONNRESET"))).toBeUndefined());
  test("of other kinds name their job", () => {
    expect(errorOf("job stalled more than allowable limit", "r-1")).toEqual(
      new StateError("The job r-1 has failed: job stalled more than allowable limit"),
    );
  });
  test("of a child are found", () => {
    expect(failedChild("child densely:jobs:my.run-3-1 failed")).toBe("my.run-3-1");
    expect(failedChild("SpecError: a child")).toBeUndefined();
  });
});

describe("the outer step", () => {
  const params = Float32Array.of(1, 2, 3);
  const shards = [
    { params: Float32Array.of(0, 2, 4), rows: 30 },
    { params: Float32Array.of(2, 1, 6), rows: 10 },
  ];
  const plain = Uint8Array.of(0, 0, 0);

  test("without momentum and with rate 1 is the mean by rows, as in FedAvg", () => {
    const { params: next } = outerStep(params, undefined, shards, plain, { momentum: 0, learningRate: 1 });
    expect([...next]).toEqual([0.5, 1.75, 4.5]);
  });

  test("follows Nesterov's formula over two steps", () => {
    const [mu, eta] = [0.9, 0.7];
    const first = outerStep(params, undefined, shards, plain, { momentum: mu, learningRate: eta });
    const second = outerStep(first.params, first.velocity, shards, plain, {
      momentum: mu,
      learningRate: eta,
    });
    for (let i = 0; i < 3; i++) {
      const mean = (30 * shards[0].params[i] + 10 * shards[1].params[i]) / 40;
      let [theta, v] = [params[i], 0];
      for (const { params: next, velocity } of [first, second]) {
        const delta = theta - mean;
        v = mu * v + delta;
        theta -= eta * (delta + mu * v);
        expect(velocity[i]).toBeCloseTo(v, 6);
        expect(next[i]).toBeCloseTo(theta, 6);
      }
    }
  });

  test("takes the mean of running statistics, without momentum", () => {
    const velocity = Float32Array.of(9, 9, 9);
    const { params: next } = outerStep(params, velocity, shards, Uint8Array.of(0, 0, 1), {
      momentum: 0.9,
      learningRate: 0.7,
    });
    expect(next[2]).toBe(4.5);
  });
});

test("a network is a vector and back, with its statistics", () => {
  const network = new Network({ inputs: 2, layers: [dense(3), batchNorm(), dense(1)], seed: 4 });
  const other = new Network({ ...network.spec, seed: 5 });
  const vector = vectorOf(network);
  setVector(other, vector);
  expect(other.getParams()).toEqual(network.getParams());
  expect(vector.length).toBe(2 * 3 + 3 + 4 * 3 + 3 + 1);
  // Mean and variance of batchNorm stand behind gamma and beta.
  expect([...statisticsOf(network.spec)].join("")).toBe(`${"0".repeat(15)}${"1".repeat(6)}0000`);
  expect(() => setVector(other, vector.subarray(1))).toThrow(
    "The parameters are 24 values: this network has 25.",
  );
});

describe("a source", () => {
  const folder = mkdtempSync(join(tmpdir(), "densely-source-"));
  const file = join(folder, "x.f32");
  writeFileSync(file, "abcd");
  const link = join(folder, "link");
  symlinkSync("/etc/hostname", link);
  const server = createServer((request, answer) => {
    if (request.url === "/data/moved") answer.writeHead(302, { location: "/data/x" });
    else if (request.url !== "/data/x") answer.writeHead(404);
    answer.end("abcd");
  });
  const listening = new Promise<string>((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve(`http://127.0.0.1:${Object(server.address()).port}`));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
    server.close();
  });
  const sha256 = sha256Of(new TextEncoder().encode("abcd"));

  test("is a place, a type and a SHA-256", () => {
    expect(source(file, { sha256 })).toEqual({ place: file, sha256, type: "Float32Array" });
    expect(() => source("x.f32", { sha256 })).toThrow(/^place is "x.f32": give an absolute path/);
    expect(() => source(file, { sha256: "1" })).toThrow(/^sha256 is "1": give 64/);
    expect(() => source(file, { sha256, type: "Int8Array" as never })).toThrow(/^Unknown type "Int8Array"/);
  });

  test("is read below a place of the worker, and nowhere else", async () => {
    expect(await readPlace(file, [folder], none)).toEqual(new TextEncoder().encode("abcd"));
    for (const [place, allowed] of [
      [file, []],
      [file, [`${folder}/x`]],
      [link, [folder]],
      [`${folder}/../../etc/hostname`, [folder]],
      ["relative", [folder]],
    ] as const) {
      await expect(readPlace(place, allowed, none)).rejects.toThrow("is below no place of this worker");
    }
  });

  test("is read from an address, without redirections", async () => {
    const origin = await listening;
    expect(await readPlace(`${origin}/data/x`, [`${origin}/data`], none)).toHaveLength(4);
    await expect(readPlace(`${origin}/data/moved`, [origin], none)).rejects.toThrow();
    await expect(readPlace(`${origin}/data/none`, [origin], none)).rejects.toThrow("answered with 404");
    for (const allowed of [[`${origin}/dat`], [`${origin}/data/../other`], ["http://127.0.0.1"], [folder]]) {
      await expect(readPlace(`${origin}/data/x`, allowed, none)).rejects.toThrow("below no place");
    }
    await expect(readPlace(`${origin}/data/../secret`, [`${origin}/data`], none)).rejects.toThrow(
      "below no place",
    );
  });

  test("of too many bytes is refused before it is read whole", async () => {
    const refuse = (bytes: number) => {
      if (bytes > 3) throw new SpecError(`${bytes} are too many`);
    };
    await expect(readPlace(file, [folder], refuse)).rejects.toThrow("4 are too many");
    const origin = await listening;
    await expect(readPlace(`${origin}/data/x`, [origin], refuse)).rejects.toThrow("4 are too many");
  });
});

test("messages name Redis without its password", () => {
  expect(placeOf({ url: "rediss://user:secret@host:6380/1" })).toBe("host:6380");
  expect(placeOf({ host: "redis" })).toBe("redis:6379");
  expect(placeOf({})).toBe("127.0.0.1:6379");
});

describe("wrong options", () => {
  test.each([
    ["concurrency", 0, /^concurrency is 0: give a whole number/],
    ["maxBytes", "1 GB", /^maxBytes is "1 GB": give a whole number/],
    ["sources", ["data"], /^sources has "data": give an array of absolute paths/],
    ["sources", "/data", /^sources has "\/data"/],
    ["prefix", "a:b", /^prefix is "a:b": give a text without spaces and colons/],
    ["lockDuration", 1, /^lockDuration is 1/],
    ["onJob", 1, /^onJob is 1: give a function/],
  ])("%s: %s of work", (name, value, message) => {
    expect(() => work({ url: "redis://127.0.0.1:1" }, { [name]: value })).toThrow(message);
  });

  test("of cluster", () => {
    expect(() => cluster({} as never)).toThrow(/^connection is undefined: give options such as/);
    expect(() => cluster({ connection: {}, expiry: 0 })).toThrow(/^expiry is 0/);
    expect(() => cluster({ connection: "redis://" as never })).toThrow(/^connection is "redis:\/\/"/);
  });
});
