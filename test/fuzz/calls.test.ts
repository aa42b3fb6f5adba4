/** Generated calls of every public function: `npm run fuzz`. */

import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ENTRIES } from "../../scripts/entries.js";
import { DenselyError, Network } from "../../src/index.js";
import { WRITERS } from "../faults/conversions.js";
import type { Call } from "./call.js";
import { calls } from "./doors.js";
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

/** Doors that are programs and export nothing. */
const PROGRAMS = ["worker", "cli"];
/** Doors whose errors are in the words of another library, with which their own tests compare them. */
const LENIENT = ["brain"];
/** Methods that are protected in TypeScript. */
const PROTECTED = ["model", "map", "perTarget"];

/** The methods of a class and of those that it inherits from. */
function methodsOf(prototype: object | null | undefined): string[] {
  if (!prototype || prototype === Object.prototype) return [];
  const own = Object.entries(Object.getOwnPropertyDescriptors(prototype))
    .filter(([name, { value }]) => typeof value === "function" && name !== "constructor")
    .map(([name]) => name);
  return [...own, ...methodsOf(Object.getPrototypeOf(prototype))];
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

test("every public function of every door is among the calls", async () => {
  const folder = join(home, "test/fuzz");
  const text = readdirSync(folder)
    .map((file) => readFileSync(join(folder, file), "utf8"))
    .join("\n");
  const isError = (value: unknown) =>
    value === DenselyError || (value as { prototype?: unknown }).prototype instanceof DenselyError;
  const names: string[] = [];
  for (const door of Object.keys(ENTRIES).filter((name) => ![...PROGRAMS, ...LENIENT].includes(name))) {
    const members: Record<string, unknown> = await import(`../../src/${door}.ts`);
    for (const [name, value] of Object.entries(members)) {
      if (typeof value !== "function" || isError(value)) continue;
      names.push(name, ...methodsOf(value.prototype));
    }
  }
  expect(names).toEqual(expect.arrayContaining(["fit", "search", "Classifier", "importance", "accelerate"]));
  // Those that write a network are called from a list.
  const known = [...PROTECTED, ...WRITERS.map(([name]) => name)];
  const missing = names.filter((name) => !known.includes(name) && !new RegExp(`\\b${name}\\b`).test(text));
  expect(missing.join()).toBe("");
});
