/** Builds the core: every target of asconfig.json to build/NAME.wasm, and its bytes in hexadecimal to build/NAME.ts. */

import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import asc from "assemblyscript/asc";

const TARGETS = ["strict", "relaxed"];

function isCurrent(file: string): boolean {
  const sources = ["asconfig.json", ...readdirSync("assembly").map((name) => `assembly/${name}`)];
  const built = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return sources.every((source) => statSync(source).mtimeMs < built);
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
    writeFileSync(module, `export default "${bytes.toString("hex")}";\n`);
  }
}
