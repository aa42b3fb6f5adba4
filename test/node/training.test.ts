/** Training in processes that are killed: each resumes from the last checkpoint, and the result has the same bits. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { Network } from "../../src/index.js";
import { resumeFile, saveCheckpoint } from "../../src/node.js";
import { bundle } from "../bundle.js";
import { expectSameBits, generator, parametersOf } from "../helpers.js";

const folder = mkdtempSync(join(tmpdir(), "densely-training-"));
const trainer = bundle({ path: "test/node/trainer.ts" });

/** Trains to the end, or until the process is killed some milliseconds after its first update. */
async function train(path: string, result: string, milliseconds?: number): Promise<void> {
  const child = spawn(process.execPath, [trainer, path, result], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "exit");
  if (milliseconds !== undefined) {
    await once(child.stdout, "data");
    await sleep(milliseconds);
    child.kill("SIGKILL");
  } else child.stdout.resume();
  await ended;
}

test("training that is killed again and again has the same result as without", async () => {
  const [whole, killed] = ["whole", "killed"].map((name) => join(folder, name));
  await train(`${whole}.checkpoint`, whole);
  const next = generator(3);
  let kills = 0;
  for (; kills < 8; kills++) await train(`${killed}.checkpoint`, killed, next() * 30);
  await train(`${killed}.checkpoint`, killed);
  expect(existsSync(`${killed}.checkpoint`)).toBe(true);
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
