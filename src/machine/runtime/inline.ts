import { RuntimeError } from "../../errors.js";

/** A build of the core: its name and its bytes as base64, which import in any runtime without a file or a URL. */
export interface MathBuild {
  readonly name: "strict" | "relaxed";
  readonly base64: string;
}

const modules = new WeakMap<MathBuild, WebAssembly.Module | null>();

function decode(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/**
 * Compiles a build once per process.
 * @returns null where the engine does not know the instructions that the build uses.
 * @throws RuntimeError where the host forbids WebAssembly.
 */
export function compile(build: MathBuild): WebAssembly.Module | null {
  const known = modules.get(build);
  if (known !== undefined) return known;
  if (typeof WebAssembly === "undefined") {
    throw new RuntimeError(
      "This host has no WebAssembly: densely needs one with SIMD, as all have had since 2023.",
    );
  }
  const bytes = decode(build.base64);
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
