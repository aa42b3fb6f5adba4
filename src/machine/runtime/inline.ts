import { RuntimeError } from "../../errors.js";

/**
 * A build of the core: its name and its bytes as text, which any runtime imports without a file or a URL. Hexadecimal
 * keeps bytes apart, so that the text compresses to five sixths of what base64 does.
 */
export interface MathBuild {
  readonly name: "strict" | "relaxed";
  readonly hex: string;
}

const modules = new WeakMap<MathBuild, WebAssembly.Module | null>();

function decode(hex: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(hex.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

/**
 * Compiles a build once per process.
 * @returns null where there is no WebAssembly, or none with the instructions that the build uses.
 * @throws RuntimeError where the host forbids WebAssembly.
 */
export function compile(build: MathBuild): WebAssembly.Module | null {
  if (typeof WebAssembly === "undefined") return null;
  const known = modules.get(build);
  if (known !== undefined) return known;
  const bytes = decode(build.hex);
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
