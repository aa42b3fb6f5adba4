import type { MathBuild } from "../build.js";
import { notCompiled } from "../refusals.js";
import { decode } from "./text.js";

/** True for the text of a module, which begins with the bits of its frequent bytes. */
export function isCode(code: unknown): boolean {
  return typeof code === "string" && /^[0-9a-f]{64}/.test(code);
}

const modules = new WeakMap<MathBuild, WebAssembly.Module | null>();

/**
 * Compiles a build from the text that it carries, once per process.
 * @returns null where the engine lacks instructions that the build uses.
 * @throws RuntimeError where the host forbids WebAssembly.
 */
export function compileModule(build: MathBuild): WebAssembly.Module | null {
  const known = modules.get(build);
  if (known !== undefined) return known;
  const bytes = decode(build.code as string);
  let module: WebAssembly.Module | null = null;
  if (WebAssembly.validate(bytes)) {
    try {
      module = new WebAssembly.Module(bytes);
    } catch (cause) {
      throw notCompiled(cause);
    }
  }
  modules.set(build, module);
  return module;
}
