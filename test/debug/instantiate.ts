/** Stands in for src/machine/instantiate.ts: the loader decodes the text and the place of a failed assertion. */

import { instantiateSync } from "@assemblyscript/loader";
import type { Exports } from "../../src/machine/instantiate.js";
import { checkCanaries } from "./canaries.js";

/** Makes an instance that checks the canaries of its memory after each run. */
export function instantiate(module: WebAssembly.Module): Exports {
  // The raw exports: the loader's own ones check the number of arguments, which the core does not need.
  const { memory, heapBase, run } = instantiateSync(module, {}).instance.exports as unknown as Exports;
  return {
    memory,
    heapBase,
    run: (...call) => {
      run(...call);
      checkCanaries(memory);
    },
  };
}
