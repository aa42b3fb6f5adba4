import type { RunProgram } from "./host.js";
import { noInstance } from "./refusals.js";

/** The exports of assembly/index.ts. */
export interface Exports {
  memory: WebAssembly.Memory;
  heapBase(): number;
  run: RunProgram;
}

/** Makes an instance. The core imports nothing: it computes in the memory that it exports. */
export function instantiate(module: WebAssembly.Module): Exports {
  try {
    return new WebAssembly.Instance(module).exports as unknown as Exports;
  } catch (cause) {
    throw noInstance(cause);
  }
}
