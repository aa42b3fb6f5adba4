import type { MathBuild } from "../build.js";

/** True for a module. */
export function isCode(code: unknown): boolean {
  return code instanceof WebAssembly.Module;
}

/**
 * Replaces inline.ts under the export condition "workerd": Cloudflare Workers do not compile bytes, but a .wasm file that a
 * Worker imports is a compiled module.
 */
export function compileModule(build: MathBuild): WebAssembly.Module | null {
  return build.code as WebAssembly.Module;
}
