/** Messages for hosts that refuse the core: the reason, the requirement, the remedy. */

import { RuntimeError, StateError } from "../errors.js";

/** First versions with WebAssembly SIMD and with class static blocks, which the library uses. Bun has had both from the start. */
const SIMD_SINCE = "Chrome and Edge 94, Firefox 93, Safari 16.4, Node.js 16.11, Deno 1.14, Bun 1.0";

/** The host's reason for a refusal, as part of a sentence. */
export function reasonOf(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).replace(/\.$/, "");
}

/** The network was disposed of: before this call, or during it where no name is given. */
export function disposed(call?: string): StateError {
  return new StateError(
    call
      ? `${call} was called on a network that was disposed of: make a new one, or call dispose later.`
      : "The network was disposed of during this call: call dispose after it.",
  );
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20)} MB`;
}

/** The engine by the name that it gives itself. */
function engineName(): string {
  const { navigator, process } = globalThis as {
    navigator?: { userAgent?: string };
    process?: { version?: string };
  };
  const version = process?.version && `Node.js ${process.version}`;
  return navigator?.userAgent ?? version ?? "unknown";
}

export function noWebAssembly(): RuntimeError {
  return new RuntimeError(
    `This engine (${engineName()}) has no WebAssembly, or it is switched off as in jitless and lockdown modes: densely computes with WebAssembly SIMD, so switch it on or use ${SIMD_SINCE} or later.`,
  );
}

export function noSimd(): RuntimeError {
  return new RuntimeError(
    `This engine (${engineName()}) has WebAssembly without SIMD, which densely computes with: use ${SIMD_SINCE} or later.`,
  );
}

/** The host has WebAssembly and refuses these bytes: a page's policy, or a host that wants modules as files. */
export function notCompiled(cause: unknown): RuntimeError {
  const reason = reasonOf(cause);
  return new RuntimeError(
    /embedder|edge runtime/i.test(reason)
      ? `This host compiles no WebAssembly from bytes (${reason}): let the bundler resolve "densely" with the export condition "workerd", which imports .wasm files instead.`
      : `The host refused to compile WebAssembly (${reason}): on a page with a Content-Security-Policy, add 'wasm-unsafe-eval' to script-src.`,
  );
}

/** The host could not create a network's memory. */
export function noInstance(cause: unknown): RuntimeError {
  return new RuntimeError(
    `The host grants no memory for another network (${reasonOf(cause)}): call dispose on networks that are no longer used, and keep no reference to them.`,
  );
}

/** The host could not grow a network's memory. */
export function noGrowth(needed: number, present: number): RuntimeError {
  return new RuntimeError(
    `${megabytes(needed)} of memory were needed and ${megabytes(present)} are there: the host grants no more, so use a smaller batchSize or network.`,
  );
}

/** A result has more numbers than the host has room for. */
export function noResult(numbers: number): RuntimeError {
  return new RuntimeError(
    `The result has ${numbers} numbers, more than the host has memory for: give fewer rows at a time.`,
  );
}
