/** Builds the core: every target of asconfig.json to build/NAME.wasm, and its bytes as text to build/NAME.ts. */

import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import asc from "assemblyscript/asc";
import { LETTERS } from "../src/machine/runtime/text.js";

const TARGETS = ["strict", "relaxed"];

function isCurrent(file: string): boolean {
  const sources = ["asconfig.json", ...readdirSync("assembly").map((name) => `assembly/${name}`)];
  const built = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return sources.every((source) => statSync(source).mtimeMs < built);
}

/** The text that src/machine/runtime/text.ts reads. */
function encode(bytes: Uint8Array): string {
  const counts = new Map<number, number>();
  for (const byte of bytes) counts.set(byte, (counts.get(byte) ?? 0) + 1);
  const frequent = [...counts.keys()].sort((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0));
  const letters = new Map(frequent.slice(0, LETTERS.length).map((byte, i) => [byte, LETTERS[i]]));
  const hex = (byte: number) => byte.toString(16).padStart(2, "0");
  const body = Array.from(bytes, (byte) => letters.get(byte) ?? `$${hex(byte)}`);
  return `${[...letters.keys()].map(hex).join("")}:${body.join("")}`;
}

/** Compiles what is older than its sources. */
export async function buildCore(): Promise<void> {
  mkdirSync("build", { recursive: true });
  for (const target of TARGETS) {
    const module = `build/${target}.ts`;
    if (isCurrent(module)) continue;
    const wasm = `build/${target}.wasm`;
    // An unknown target would build to standard output and say nothing, so the file must appear anew.
    rmSync(wasm, { force: true });
    const { error, stderr } = await asc.main(["--config", "asconfig.json", "--target", target]);
    if (error) throw new Error(`${target}: ${error.message}\n${stderr}`);
    const bytes = readFileSync(wasm);
    writeFileSync(module, `export default "${encode(bytes)}";\n`);
  }
}
