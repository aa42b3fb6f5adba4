/** The programs of examples/tfjs, as they are and with the one line that lets densely train their models: they print the same. */

import { readdirSync, readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs";
import { expect, test, vi } from "vitest";
import { accelerate } from "../../src/tfjs.js";
import { expectClose, seedMathRandom } from "./both.js";

const FOLDER = "examples/tfjs";
const IMPORT = 'import * as tf from "@tensorflow/tfjs";\n';

/** A program as a function of TensorFlow.js. */
const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor as new (
  ...names: string[]
) => (library: typeof tf) => Promise<void>;

/** The text that a program prints. */
async function run(file: string): Promise<string> {
  const text = readFileSync(`${FOLDER}/${file}`, "utf8");
  expect(text).toContain(IMPORT);
  expect(text).not.toContain("densely");
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  const random = Math.random;
  try {
    seedMathRandom();
    await new AsyncFunction("tf", text.replace(IMPORT, ""))(tf);
    return log.mock.calls.map((values) => values.join(" ")).join("\n");
  } finally {
    Math.random = random;
    log.mockRestore();
  }
}

const NUMBER = /\d+(?:\.\d+)?/g;

test.each(readdirSync(FOLDER).filter((name) => name.endsWith(".js")))("%s", async (file) => {
  const wanted = await run(file);
  const acceleration = accelerate(tf);
  const got = await run(file);
  acceleration.undo();
  const { densely, tfjs } = acceleration.report;
  expect(densely).toBeGreaterThan(0);
  expect(tfjs).toBe(0);
  expect(got.replace(NUMBER, "#")).toBe(wanted.replace(NUMBER, "#"));
  // Roundings of hundreds of updates add up.
  for (const [i, numbers] of (got.match(NUMBER) ?? []).entries()) {
    expectClose([Number(numbers)], [Number(wanted.match(NUMBER)?.[i])], 1e-2);
  }
});
