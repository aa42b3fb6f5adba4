/** Builds the core: every target of asconfig.json to build/NAME.wasm, and its bytes as text to build/NAME.ts; and the worker. */

import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import asc from "assemblyscript/asc";
import binaryen from "binaryen";
import { transform } from "esbuild";
import { LETTERS, MARKS, ranked } from "../src/machine/runtime/text.js";

const TARGETS = ["strict", "relaxed"];

function isCurrent(file: string): boolean {
  const assembly = readdirSync("assembly", { recursive: true, encoding: "utf8" });
  const sources = ["asconfig.json", "scripts/core.ts", ...assembly.map((name) => `assembly/${name}`)];
  const built = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return sources.every((source) => statSync(source).mtimeMs < built);
}

/** The text that src/machine/runtime/text.ts reads. */
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
 * Expressions in the largest function that may move into its one caller: enough for all but the switch over the
 * instructions, which takes them in. Together with the loop around it, it has more than 8192 values; for such a
 * function V8 11.3 (Node.js 20) allocates registers in haste, and the products run at half the speed.
 */
const LARGEST_MOVED = 2000;

/** The same module once more through all passes for size, which move functions with one caller into that caller. */
function shrink(bytes: Uint8Array): Uint8Array {
  const { SIMD128, RelaxedSIMD, MutableGlobals, NontrappingFPToInt, SignExt, BulkMemory } = binaryen.Features;
  const module = binaryen.readBinary(bytes);
  module.setFeatures(SIMD128 | RelaxedSIMD | MutableGlobals | NontrappingFPToInt | SignExt | BulkMemory);
  binaryen.setOptimizeLevel(2);
  binaryen.setShrinkLevel(2);
  binaryen.setOneCallerInlineMaxSize(LARGEST_MOVED);
  module.optimize();
  return module.emitBinary();
}

/** The script of a worker as text, which any runtime starts without a file. */
async function buildWorker(): Promise<void> {
  const options = { loader: "ts", format: "iife", target: "es2022", minify: true } as const;
  const { code } = await transform(readFileSync("src/worker.ts", "utf8"), options);
  writeFileSync("build/worker.ts", `export default ${JSON.stringify(code.trim())};\n`);
}

/** Compiles what is older than its sources. */
export async function buildCore(): Promise<void> {
  mkdirSync("build", { recursive: true });
  await buildWorker();
  for (const target of TARGETS) {
    const module = `build/${target}.ts`;
    if (isCurrent(module)) continue;
    const wasm = `build/${target}.wasm`;
    // An unknown target would build to standard output and say nothing, so the file must appear anew.
    rmSync(wasm, { force: true });
    const { error, stderr } = await asc.main(["--config", "asconfig.json", "--target", target]);
    if (error) throw new Error(`${target}: ${error.message}\n${stderr}`);
    const bytes = shrink(readFileSync(wasm));
    writeFileSync(wasm, bytes);
    writeFileSync(module, `export default "${encode(bytes)}";\n`);
  }
}
