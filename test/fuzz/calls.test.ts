/** Generated calls of every public function: `npm run fuzz`. */

import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as article from "../../src/article.js";
import * as formats from "../../src/formats.js";
import * as densely from "../../src/index.js";
import { DenselyError, Network } from "../../src/index.js";
import * as node from "../../src/node.js";
import { WRITERS } from "../faults/conversions.js";
import { type Call, calls } from "./doors.js";
import { bounded, faultOf, illness, notFinite, stateOf, tryAll } from "./oracle.js";

/** Errors of the file system come out as they are. */
const isOfFiles = (error: unknown): boolean =>
  /^E[A-Z]+$/.test(String((error as { code?: unknown } | undefined)?.code));

/** Networks that came out of a call, or are the result. */
function result(value: unknown): string | undefined {
  if (value instanceof Network) return illness(value);
  return notFinite(value);
}

/** The fault of how one call ends, if anything is. */
async function judge({ name, network, args, run, trains }: Call): Promise<string | undefined> {
  const made = network?.make();
  const before = made && stateOf(made);
  const values = args.map((arg) => arg.make());
  let isRefused = false;
  let fault: string | undefined;
  try {
    fault = result(await bounded(name, () => run(made as Network, values)));
  } catch (error) {
    isRefused = true;
    fault = faultOf(error, isOfFiles);
  }
  if (fault || !made) return fault;
  if ((isRefused || !trains) && stateOf(made) !== before) return "it changed the network";
  const sick = illness(made);
  if (sick) return `the network is not well after it: ${sick}`;
  made.dispose();
  return undefined;
}

const home = process.cwd();
beforeAll(() => {
  // Paths are among what is generated.
  process.chdir(mkdtempSync(join(tmpdir(), "densely-fuzz-")));
});
afterAll(() => process.chdir(home));

test(
  "a right result or a named error, and the state of before after an error",
  () => tryAll(0.6, calls, judge),
  3_600_000,
);

test("every public function is among the calls", async () => {
  const { readFileSync } = await import("node:fs");
  const text = ["doors", "arguments"]
    .map((file) => readFileSync(join(home, `test/fuzz/${file}.ts`), "utf8"))
    .join();
  const isClass = (value: unknown) => typeof value === "function" && value.prototype instanceof DenselyError;
  const functions = [article, formats, densely, node]
    .flatMap((door) => Object.entries(door))
    .filter(([, value]) => typeof value === "function" && !isClass(value) && value !== DenselyError);
  const methods = Object.getOwnPropertyNames(Network.prototype).concat(Object.getOwnPropertyNames(Network));
  const known = [
    "constructor",
    "length",
    "name",
    "prototype",
    "math",
    "step",
    "memoryBytes",
    "dispose",
    "metadata",
    "train",
    "run",
    "compile",
    "toString",
    // These are called from a list.
    ...WRITERS.map(([name]) => name),
  ];
  const names = [...functions.map(([key]) => key), ...methods];
  for (const name of names.filter((key) => !known.includes(key)))
    expect(text, name).toMatch(new RegExp(`\\b${name}\\b`));
});
