/** densely work as a process, and the examples of docs/many-machines.md. */

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { ENTRIES } from "../../scripts/entries.js";
import { Fleet } from "./fleet.js";
import { startWork } from "./program.js";
import { spec, table } from "./tables.js";

let fleet: Fleet;

beforeAll(async () => {
  fleet = await Fleet.start();
});

afterAll(() => fleet?.stop());

test("densely work trains, tells of failures, and ends after Ctrl-C", async () => {
  const { child, said, ended } = startWork(["--redis", fleet.redis.url, "--concurrency", "1"]);
  await expect.poll(() => said.text).toContain("1 job at a time");
  const machines = await fleet.driver();
  const { x, y } = table(50);
  await machines.fitMany([{ spec: spec(), x, y }]);
  await expect(machines.fitMany([{ spec: spec(), x, y, options: { epochs: -1 } }])).rejects.toThrow();
  await machines.close();
  await expect.poll(() => said.text).toContain("has failed: SpecError: epochs is -1");
  child.kill("SIGINT");
  expect(await ended).toBe(0);
  const [first, , last] = said.text.trim().split("\n");
  expect(first).toBe(
    `densely: working for 127.0.0.1:${fleet.redis.port}, 1 job at a time; Ctrl-C ends it after those in hand.`,
  );
  expect(last).toBe("densely: 1 done, 1 failed.");
});

test("densely work waits for a Redis that is not there, and can be ended", async () => {
  const { child, said, ended } = startWork(["--redis", "redis://:secret@127.0.0.1:1"]);
  await expect.poll(() => said.text).toContain("trying again");
  child.kill("SIGTERM");
  expect(await ended).toBe(130);
  expect(said.text).toBe("densely: Redis at 127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1; trying again.\n");
});

test("the examples of docs/many-machines.md print what the page says", async () => {
  await fleet.workers(2);
  const page = readFileSync("docs/many-machines.md", "utf8");
  const examples = [...page.matchAll(/```ts\n(.*?)```\n\n```text\n(.*?)```/gs)];
  expect(examples).toHaveLength(2);
  const doors = Object.keys(ENTRIES).map((name) => [
    name === "index" ? "densely" : `densely/${name}`,
    resolve(`src/${name}.ts`),
  ]);
  const folder = mkdtempSync(join("build", "examples-"));
  const lines: string[] = [];
  const log = vi.spyOn(console, "log").mockImplementation((...values) => void lines.push(values.join(" ")));
  try {
    for (const [i, [, code, output]] of examples.entries()) {
      const outfile = join(folder, `${i}.mjs`);
      await build({
        stdin: { contents: code.replace("redis://127.0.0.1:6379", fleet.redis.url), resolveDir: "." },
        outfile,
        bundle: true,
        platform: "node",
        format: "esm",
        external: ["bullmq"],
        alias: Object.fromEntries(doors),
      });
      lines.length = 0;
      await import(pathToFileURL(outfile).href);
      expect(lines.join("\n")).toBe(output.trimEnd());
    }
  } finally {
    log.mockRestore();
    rmSync(folder, { recursive: true });
  }
});
