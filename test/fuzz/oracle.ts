/**
 * The rules that hold for every call, whatever it is given: a right result or a named error in one short sentence, the state of
 * before after an error, a network that still works, and an end in bounded time.
 */

import { writeFileSync } from "node:fs";
import { Worker } from "node:worker_threads";
import fc from "fast-check";
import { DenselyError, Network } from "../../src/index.js";
import { relaxed } from "../../src/relaxed.js";
import { Mine } from "./odd.js";

/** Calls of the whole suite; .ci/run asks for ten times as many. */
const CALLS = Number(process.env.FUZZ_CALLS ?? 2000);

/** The same calls on every run, unless another seed is asked for. */
const SEED = Number(process.env.FUZZ_SEED ?? 1);

/** A file for what goes wrong of all calls, by kind and how often, instead of an end at the first. */
const REPORT = process.env.FUZZ_REPORT;

/** Longest message, longest part of a value in it, and longest wait for a promise, in seconds. */
const LONGEST = 600;
const REPEATED = 80;
const PATIENCE = 100;

const TEXT = 4096;
const shared = new SharedArrayBuffer(8 + TEXT);
const beat = new Int32Array(shared, 0, 2);
const said = new Uint8Array(shared, 8);

/** Ends the process where a call does not end, and says which: a loop inside WebAssembly can be left in no other way. */
const watch = new Worker(
  `const { workerData } = require("node:worker_threads");
  const { writeSync } = require("node:fs");
  const beat = new Int32Array(workerData, 0, 2), said = Buffer.from(workerData, 8);
  let last = -1, since = Date.now();
  setInterval(() => {
    if (beat[1] === 0 || beat[0] !== last) { last = beat[0]; since = Date.now(); return; }
    if (Date.now() - since < ${PATIENCE * 1000}) return;
    writeSync(2, "\\nA call does not end: " + said.toString().replace(/\\0+$/, "") + "\\n");
    process.kill(process.pid, "SIGKILL");
  }, 500);`,
  { eval: true, workerData: shared, execArgv: [] },
);
watch.unref();

/** Runs what may not end. @returns what it returns, or what its promise resolves to. */
export async function bounded<T>(name: string, act: () => T | Promise<T>): Promise<T> {
  said.fill(0);
  new TextEncoder().encodeInto(name.slice(0, TEXT / 2), said);
  beat[0]++;
  beat[1] = 1;
  try {
    const result = act();
    if (!(result instanceof Promise)) return result;
    beat[1] = 0;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error("its promise does not settle")), PATIENCE * 1000);
    });
    try {
      return await Promise.race([result, late]);
    } finally {
      clearTimeout(timer);
    }
  } finally {
    beat[1] = 0;
  }
}

/** The fault of an error that came out of a door, if anything is. */
export function faultOf(
  error: unknown,
  isForeign: (error: unknown) => boolean = () => false,
): string | undefined {
  if (error instanceof Mine || isForeign(error)) return undefined;
  // A callback of the user's that is a class throws by itself when it is called.
  if (error instanceof TypeError && /^Class constructor \w+ cannot be invoked/.test(error.message))
    return undefined;
  if (!(error instanceof DenselyError))
    return `a raw error: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`;
  const { message, name } = error;
  if (error.constructor === DenselyError || name !== error.constructor.name)
    return `an error without a class of its own: ${name}`;
  if (!/^[^\n\r]+\.$/.test(message)) return `a message that is no sentence: ${message}`;
  if (message.length > LONGEST) return `a message of ${message.length} characters: ${message}`;
  if (new RegExp(`(.)\\1{${REPEATED}}`).test(message))
    return `a message that repeats a long value: ${message}`;
  if (
    /undefined is|is not a function|is not iterable|Cannot read|\[object |NaN values|\bof undefined\b/.test(
      message,
    )
  )
    return `a message from inside: ${message}`;
  return undefined;
}

/** A number in a result that is none, and where it stands. Metrics of one's own may be what they like. */
export function notFinite(value: unknown, path = "the result"): string | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? undefined : `${path} is ${value}`;
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    const at = Array.from(value as unknown as ArrayLike<number>).findIndex(
      (entry) => !Number.isFinite(Number(entry)),
    );
    return at < 0 ? undefined : `${path} is ${(value as Float32Array)[at]} at ${at}`;
  }
  if (typeof value !== "object" || value === null || value instanceof Network) return undefined;
  for (const [key, entry] of Object.entries(value)) {
    if (key === "custom") continue;
    const fault = notFinite(entry, `${path}.${key}`);
    if (fault) return fault;
  }
  return undefined;
}

/** All bits of a network that predictions follow from, and how far it has come. */
export function bitsOf(network: Network): string {
  const parts = Object.entries(network.getParams()).map(
    ([name, values]) => `${name} ${Buffer.from(values.buffer).toString("base64")}`,
  );
  return `${network.step} ${parts.join()}`;
}

/** The same and the optimizer's states, where a file can hold them. */
export function stateOf(network: Network): string {
  try {
    return Buffer.from(network.checkpoint()).toString("base64");
  } catch {
    return bitsOf(network);
  }
}

/** The fault of a network between two calls: it must predict what its parameters say, and nothing else. */
export function illness(network: Network): string | undefined {
  const { inputs } = network.spec;
  const x = Float32Array.from({ length: 5 * inputs }, (_, i) => Math.sin(i));
  const bad = Object.entries(network.getParams()).find(([, values]) => !values.every(Number.isFinite));
  if (bad) return `${bad[0]} is not finite`;
  const math = network.math === "relaxed" ? relaxed : undefined;
  const copy = new Network({ ...network.spec, optimizer: "sgd", ...(math && { math }) });
  copy.setParams(network.getParams());
  const wanted = predictions(copy, x);
  copy.dispose();
  return String(predictions(network, x)) === String(wanted)
    ? undefined
    : "it predicts what its parameters do not say";
}

/** Predictions, or the class of the error where they overflow. */
function predictions(network: Network, x: Float32Array): unknown {
  try {
    return network.predict(x);
  } catch (error) {
    return (error as Error).name;
  }
}

/** The kind of a fault: the same for all calls that go wrong in the same way. */
const kindOf = (fault: string): string =>
  fault.replace(/"[^"]*"|\d[\d.e+-]*|[A-Za-z0-9+/]{40,}/g, "#").slice(0, 70);

/**
 * Tries so large a share of the calls of the suite. @param judge what is wrong with a call, if anything is.
 * @throws with the smallest call that goes wrong.
 */
export async function tryAll<T>(
  share: number,
  calls: fc.Arbitrary<T>,
  judge: (call: T) => Promise<string | undefined>,
): Promise<void> {
  const numRuns = Math.ceil(CALLS * share);
  if (!REPORT) {
    const property = fc.asyncProperty(calls, async (call) => {
      const fault = await judge(call);
      if (fault) throw new Error(fault);
    });
    await fc.assert(property, { numRuns, seed: SEED, endOnFailure: false });
    return;
  }
  const kinds = new Map<string, { count: number; example: string }>();
  for (const call of fc.sample(calls, { numRuns, seed: SEED })) {
    const fault = await judge(call);
    if (!fault) continue;
    const seen = kinds.get(kindOf(fault)) ?? { count: 0, example: `${fault} <- ${fc.stringify(call)}` };
    seen.count++;
    kinds.set(kindOf(fault), seen);
  }
  const lines = [...kinds.values()]
    .sort((a, b) => b.count - a.count)
    .map(({ count, example }) => `${count} x ${example.slice(0, 400)}`);
  writeFileSync(REPORT, `${lines.join("\n")}\n`, { flag: "a" });
}
