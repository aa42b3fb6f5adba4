/**
 * Builds the core: compiles targets of asconfig.json to build/NAME.wasm, writes their bytes as text to build/NAME.ts, and
 * writes the scripts of workers to build/worker.ts, mate.ts and lead.ts. The target "debug" is for tests only and has no text.
 */

import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import asc from "assemblyscript/asc";
import binaryen from "binaryen";
import { build, type Plugin } from "esbuild";
import { LETTERS, MARKS, ranked } from "../src/machine/runtime/text.js";

const TARGETS = ["strict", "basic", "relaxed", "online", "threads", "threads-relaxed"];

/** The interface of a target. */
function entryOf(target: string): string {
  const name = /^(online|threads)/.exec(target)?.[0] ?? "index";
  return `assembly/${name}.ts`;
}

function isCurrent(file: string): boolean {
  const assembly = readdirSync("assembly", { recursive: true, encoding: "utf8" });
  const sources = ["asconfig.json", "scripts/core.ts", ...assembly.map((name) => `assembly/${name}`)];
  const built = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return sources.every((source) => statSync(source).mtimeMs < built);
}

/** Encodes bytes as the text that src/machine/runtime/text.ts decodes. */
function encode(bytes: Uint8Array): string {
  const counts = new Array<number>(256).fill(0);
  for (const byte of bytes) counts[byte]++;
  const byCount = [...counts.keys()].sort((a, b) => counts[b] - counts[a]);
  const frequent = new Set(byCount.slice(0, LETTERS.length));
  const digits = Array.from({ length: 64 }, (_, digit) =>
    [0, 1, 2, 3].reduce((sum, bit) => sum + (frequent.has(4 * digit + bit) ? 1 << bit : 0), 0).toString(16),
  );
  const places = new Map(ranked((byte) => frequent.has(byte)).map((byte, place) => [byte, place]));
  const body = Array.from(bytes, (byte) => {
    const place = places.get(byte) as number;
    const alphabet = Math.floor(place / LETTERS.length);
    const letter = String.fromCharCode(LETTERS[place % LETTERS.length]);
    return alphabet === 0 ? letter : MARKS[alphabet - 1] + letter;
  });
  return [...digits, ...body].join("");
}

/**
 * The largest function, in expressions, that may be inlined into its only caller. The switch over the instructions is the only
 * caller of every kernel: with all of them inlined it would be a function of more than 8192 values, for which V8 11.3
 * (Node.js 20) uses a fast register allocator that halves the speed of the products.
 */
const LARGEST_INLINED = 600;

/**
 * Optimizes a module for size once more. These passes inline functions that have only one caller.
 * @param isShared true for a core over shared memory.
 */
function shrink(bytes: Uint8Array, isShared: boolean): Uint8Array {
  const {
    SIMD128,
    RelaxedSIMD,
    MutableGlobals,
    NontrappingFPToInt,
    SignExt,
    BulkMemory,
    Atomics: Threads,
  } = binaryen.Features;
  const features = SIMD128 | RelaxedSIMD | MutableGlobals | NontrappingFPToInt | SignExt | BulkMemory;
  const module = binaryen.readBinary(bytes);
  module.setFeatures(isShared ? features | Threads : features);
  binaryen.setOptimizeLevel(2);
  binaryen.setShrinkLevel(2);
  binaryen.setOneCallerInlineMaxSize(LARGEST_INLINED);
  module.optimize();
  return module.emitBinary();
}

/** Leaves the text of the core out of a worker, which is sent the compiled module. */
const sentModule: Plugin = {
  name: "sent-module",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\/runtime\/inline\.js$/ }, () => ({
      path: resolve("src/machine/runtime/workerd.ts"),
    }));
    onResolve({ filter: /\/build\/strict\.js$/ }, ({ path }) => ({ path, namespace: "sent" }));
    onLoad({ filter: /^/, namespace: "sent" }, () => ({ contents: "export default undefined;" }));
  },
};

/** Writes the scripts of workers as text, which every runtime can start without a file. A later one may hold an earlier one. */
async function buildWorkers(): Promise<void> {
  const scripts = {
    worker: "src/worker.ts",
    follower: "src/machine/follower.ts",
    mate: "src/threads/mate.ts",
    lead: "src/threads/lead.ts",
  };
  for (const [name, entry] of Object.entries(scripts)) {
    const options = { bundle: true, write: false, format: "iife", target: "es2022", minify: true } as const;
    const { outputFiles } = await build({ entryPoints: [entry], plugins: [sentModule], ...options });
    const text = outputFiles[0].text.trim();
    const doesJobs = `export const doesJobs = ${name === "worker"};\n`;
    writeFileSync(`build/${name}.ts`, `export default ${JSON.stringify(text)};\n${doesJobs}`);
  }
}

/** Compiles a target of asconfig.json to a file. */
async function compile(target: string, wasm: string): Promise<void> {
  // For an unknown target, asc writes to standard output without an error; the file must appear anew.
  rmSync(wasm, { force: true });
  const { error, stderr } = await asc.main([
    entryOf(target),
    "--config",
    "asconfig.json",
    "--target",
    target,
  ]);
  if (error) throw new Error(`${target}: ${error.message}\n${stderr}`);
  statSync(wasm);
}

/** Compiles the build with assertions if it is older than its sources. */
export async function buildDebugCore(): Promise<void> {
  mkdirSync("build", { recursive: true });
  const wasm = "build/debug.wasm";
  if (!isCurrent(wasm)) await compile("debug", wasm);
}

/** Compiles the builds of the package that are older than their sources. */
export async function buildCore(): Promise<void> {
  mkdirSync("build", { recursive: true });
  await buildWorkers();
  for (const target of TARGETS) {
    const module = `build/${target}.ts`;
    if (isCurrent(module)) continue;
    const wasm = `build/${target}.wasm`;
    await compile(target, wasm);
    const bytes = shrink(readFileSync(wasm), target.startsWith("threads"));
    writeFileSync(wasm, bytes);
    writeFileSync(module, `export default "${encode(bytes)}";\n`);
  }
}
