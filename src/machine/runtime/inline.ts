import { RuntimeError } from "../../errors.js";
import { decode } from "./text.js";

/** A build of the core: its name and its bytes as text (see text.ts). */
export interface MathBuild {
  readonly name: "strict" | "relaxed";
  readonly text: string;
}

const modules = new WeakMap<MathBuild, WebAssembly.Module | null>();

/**
 * Compiles a build once per process.
 * @returns null where there is no WebAssembly, or none with the instructions that the build uses.
 * @throws RuntimeError where the host forbids WebAssembly.
 */
export function compile(build: MathBuild): WebAssembly.Module | null {
  if (typeof WebAssembly === "undefined") return null;
  const known = modules.get(build);
  if (known !== undefined) return known;
  const bytes = decode(build.text);
  let module: WebAssembly.Module | null = null;
  if (WebAssembly.validate(bytes)) {
    try {
      module = new WebAssembly.Module(bytes);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new RuntimeError(
        `The host refused to compile WebAssembly (${reason}): on a page with a Content-Security-Policy, add 'wasm-unsafe-eval' to script-src.`,
      );
    }
  }
  modules.set(build, module);
  return module;
}
