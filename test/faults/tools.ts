/** The common tools of the tests of this folder: networks of known weights, errors, files that were tampered with, and processes. */

import { type ChildProcess, fork, type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { expect } from "vitest";
import {
  type ActivationName,
  DenselyError,
  dense,
  type LossInput,
  Network,
  type NetworkOptions,
} from "../../src/index.js";
import type { ErrorClass, Parts } from "../helpers.js";

/** A network of one layer whose weights are 1 on the diagonal: its Z is x. */
export function identity(
  width: number,
  activation: ActivationName,
  loss: LossInput,
  options: Partial<NetworkOptions> = {},
): Network {
  const network = new Network({ inputs: width, layers: [dense(width, activation)], loss, ...options });
  const W1 = new Float32Array(width * width);
  for (let i = 0; i < width; i++) W1[i * width + i] = 1;
  network.setParams({ W1 });
  return network;
}

/** A network of one weight, which is `weight`, and no bias: its output is weight · x. */
export function oneWeight(weight: number, options: Partial<NetworkOptions> = {}): Network {
  const layers = [dense(1, "linear", { bias: false })];
  const network = new Network({ inputs: 1, layers, ...options });
  network.setParams({ W1: [weight] });
  return network;
}

/** A function that does something and then answers with a value. */
export const doing =
  <T>(value: T, act: () => unknown) =>
  (): T => {
    act();
    return value;
  };

/** The error that a call throws, or nothing. */
export function thrown(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  return undefined;
}

/** The error of the library that a call throws or rejects with. */
export async function errorOf(call: () => unknown): Promise<DenselyError> {
  const error = await (async () => call())().then(
    (value) => new Error(`nothing was thrown, and ${String(value).slice(0, 80)} returned`),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DenselyError);
  return error as DenselyError;
}

/** Checks that a call is refused by one short sentence with these parts, and none of the others. */
export async function expectRefusal(
  call: () => unknown,
  kind: ErrorClass,
  parts: Parts = [],
  without: Parts = [],
): Promise<void> {
  const { name, message } = await errorOf(call);
  expect(`${name}: ${message}`).toMatch(new RegExp(`^${kind.name}: [^\\n]+\\.$`));
  expect(message.length).toBeLessThan(600);
  for (const part of parts) expect(message).toMatch(part);
  for (const part of without) expect(message).not.toMatch(part);
}

/** All that a network is, as text. */
export const stateOf = (network: Network): string => Buffer.from(network.checkpoint()).toString("base64");

/** Checks that a call throws an error of the library and changes nothing. */
export async function expectNoChange(
  network: Network,
  call: () => unknown,
  kind?: ErrorClass,
): Promise<void> {
  const before = stateOf(network);
  const error = await errorOf(call);
  if (kind) expect(error.name).toBe(kind.name);
  expect(stateOf(network)).toBe(before);
}

const LENGTH_BYTES = 8;

/** The header of a safetensors file as text, and the values behind it. */
export function open(bytes: Uint8Array): { header: string; values: Uint8Array } {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const end = LENGTH_BYTES + length;
  return { header: new TextDecoder().decode(bytes.subarray(LENGTH_BYTES, end)), values: bytes.subarray(end) };
}

/** A safetensors file of a header and values. */
export function file(header: unknown, values: Uint8Array = new Uint8Array(0)): Uint8Array<ArrayBuffer> {
  const text = typeof header === "string" ? header : JSON.stringify(header);
  const json = new TextEncoder().encode(text.padEnd(Math.ceil(text.length / 8) * 8));
  const bytes = new Uint8Array(LENGTH_BYTES + json.length + values.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, LENGTH_BYTES);
  bytes.set(values, LENGTH_BYTES + json.length);
  return bytes;
}

/** The same file with other texts in its metadata. */
export function tamper(
  bytes: Uint8Array,
  texts: Record<string, (text: string) => string>,
): Uint8Array<ArrayBuffer> {
  const { header, values } = open(bytes);
  const data = JSON.parse(header);
  for (const [name, change] of Object.entries(texts)) {
    data.__metadata__[name] = change(data.__metadata__[name]);
  }
  return file(data, values);
}

/** The network with so many updates behind it, and everything else as it was. */
export function atStep(network: Network, step: number): Network {
  const bytes = network.checkpoint();
  return Network.resume(tamper(bytes, { progress: (text) => text.replace(/"step":\d+/, `"step":${step}`) }));
}

/** Milliseconds of the fastest of some calls. */
export function fastest(call: () => unknown, times = 9): number {
  let best = Infinity;
  for (let i = 0; i < times; i++) {
    const start = performance.now();
    call();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

let scratch: string | undefined;

/** A folder with all doors in one module, and a program that runs a function with them. */
function bundled(): string {
  if (scratch) return scratch;
  scratch = mkdtempSync(join(tmpdir(), "densely-apart-"));
  // Other users of this machine run it too.
  chmodSync(scratch, 0o755);
  buildSync({
    stdin: {
      contents: ["index", "check", "lbfgs", "relaxed", "article", "formats", "node"]
        .map((door) => `export * ${door === "article" ? "as article " : ""}from "./src/${door}.ts";`)
        .join("\n"),
      resolveDir: process.cwd(),
    },
    bundle: true,
    platform: "node",
    format: "esm",
    outfile: join(scratch, "doors.mjs"),
  });
  writeFileSync(
    join(scratch, "run.mjs"),
    `process.on("message", async ({ prelude, source, input }) => {
      try {
        (0, eval)(prelude);
        const run = (0, eval)("(" + source + ")");
        process.send({ value: await run(await import("./doors.mjs"), input) });
      } catch (error) {
        process.send({ error: error?.name + ": " + error?.message });
      }
    });
    process.send("ready");`,
  );
  return scratch;
}

/** All that the process is given: the doors of the library, the article's under its name. */
export type Doors = typeof import("../../src/index.js") &
  typeof import("../../src/check.js") &
  typeof import("../../src/lbfgs.js") &
  typeof import("../../src/relaxed.js") &
  typeof import("../../src/formats.js") &
  typeof import("../../src/node.js") & { article: typeof import("../../src/article.js") };

/** Seconds after which a process is taken to hang: less than a test may take, and much more than any needs. */
const PATIENCE = 100;

/** How a process of its own is run. */
export interface ApartOptions<I> {
  /** Given to the function. */
  input?: I;
  /** Script that is evaluated before the library is loaded. */
  prelude?: string;
  /** Of the heap. */
  megabytes?: number;
  /** True to run in the process of the last such call, if that has answered. */
  isShared?: boolean;
}

/** Starts a process that runs one function after another. */
async function starts(megabytes: number): Promise<ChildProcess> {
  const child = fork(join(bundled(), "run.mjs"), {
    execArgv: [`--max-old-space-size=${megabytes}`],
    serialization: "advanced",
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  await once(child, "message");
  return child;
}

/** The process of shared calls. */
let shared: ChildProcess | undefined;

/**
 * Runs a script, with the library as `doors`, in a process that nothing but the script keeps alive.
 * @returns how it ended and what it printed.
 */
export async function ending(
  script: string,
  options: SpawnOptions = {},
): Promise<{ code: unknown; output: string }> {
  const path = join(bundled(), `script-${Math.random().toString(36).slice(2)}.mjs`);
  writeFileSync(path, `import * as doors from "./doors.mjs";\n${script}`);
  const child = spawn(process.execPath, [path], { ...options, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (text) => {
      output += text;
    });
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill("SIGKILL"), PATIENCE * 1000);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      resolve({ code: code ?? signal, output });
    });
  });
}

/**
 * Runs a function that names nothing from outside in a process, which is ended where it takes too long: for what has once
 * hung or taken all memory.
 * @returns what it returns. @throws what it threw, as text.
 */
export async function apart<T, I = undefined>(
  run: ((doors: Doors, input: I) => T | Promise<T>) | string,
  { input, prelude = "", megabytes = 512, isShared = false }: ApartOptions<I> = {},
): Promise<T> {
  const child = (isShared && shared) || (await starts(megabytes));
  shared = undefined;
  try {
    const value = await new Promise<T>((resolve, reject) => {
      setTimeout(() => reject(new Error(`It did not end within ${PATIENCE} s.`)), PATIENCE * 1000).unref();
      child.once("message", (message: { value: T; error?: string }) => {
        if (message.error) reject(new Error(message.error));
        else resolve(message.value);
      });
      child.once("exit", (code, signal) => reject(new Error(`The process ended with ${code ?? signal}.`)));
      child.send({ prelude, source: String(run), input });
    });
    if (isShared) shared = child.removeAllListeners("exit");
    return value;
  } finally {
    if (child !== shared) child.kill("SIGKILL");
  }
}

/** Ends the process of shared calls. */
export function endShared(): void {
  shared?.kill("SIGKILL");
  shared = undefined;
}
