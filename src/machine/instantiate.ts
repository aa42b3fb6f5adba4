import type { RunProgram } from "./host.js";
import { noInstance } from "./refusals.js";

/** The exports of assembly/index.ts. */
export interface Exports {
  memory: WebAssembly.Memory;
  heapBase(): number;
  run: RunProgram;
}

/** Makes an instance. It computes in the memory that it exports: its own, or one that threads share. */
export function instantiate(module: WebAssembly.Module, memory?: WebAssembly.Memory): Exports {
  try {
    return new WebAssembly.Instance(module, memory && { env: { memory } }).exports as unknown as Exports;
  } catch (cause) {
    throw noInstance(cause);
  }
}
