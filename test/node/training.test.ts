/** Training in processes that are killed: each resumes from the last checkpoint, and the result has the same bits. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Network } from "../../src/index.js";
import { resumeFile, saveCheckpoint } from "../../src/node.js";
import { bundle } from "../bundle.js";
import { expectSameBits, parametersOf } from "../helpers.js";

const folder = mkdtempSync(join(tmpdir(), "densely-training-"));
const trainer = bundle({ path: "test/node/trainer.ts" });

/** Trains to the end, or until the process is killed after so many updates. @returns true if it was. */
const train = (path: string, result: string, updates = Infinity) =>
  spawnSync(process.execPath, [trainer, path, result, String(updates)], { stdio: "inherit" }).signal ===
  "SIGKILL";

test("training that is killed again and again has the same result as without", () => {
  const [whole, killed] = ["whole", "killed"].map((name) => join(folder, name));
  expect(train(`${whole}.checkpoint`, whole)).toBe(false);
  // Before the first checkpoint, at one, between two, and in later epochs: an epoch has 12 updates.
  for (const updates of [1, 3, 5, 40, 31]) expect(train(`${killed}.checkpoint`, killed, updates)).toBe(true);
  expect(train(`${killed}.checkpoint`, killed)).toBe(false);
  expect(readFileSync(killed).equals(readFileSync(whole))).toBe(true);
});

test("saveCheckpoint and resumeFile carry a training through a file", () => {
  const path = join(folder, "small.checkpoint");
  const network = new Network([2, 4, 1]);
  network.fitSync([[1, 2], [3, 4], [5, 6]], [0, 1, 0], { epochs: 3 }); // biome-ignore format: rows
  saveCheckpoint(network, path);
  const back = resumeFile(path);
  for (const each of [network, back]) each.fitSync([[1, 2], [3, 4], [5, 6]], [0, 1, 0], { epochs: 3 }); // biome-ignore format: rows
  expect(back.step).toBe(network.step);
  expectSameBits(parametersOf(back), parametersOf(network));
});
