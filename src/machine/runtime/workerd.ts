import type { MathBuild } from "../build.js";

/**
 * Takes the place of inline.ts under the export condition "workerd": Cloudflare Workers compile no bytes, but what a
 * Worker imports as a .wasm file is a module already.
 */
export function compileModule(build: MathBuild): WebAssembly.Module | null {
  return build.code as WebAssembly.Module;
}
