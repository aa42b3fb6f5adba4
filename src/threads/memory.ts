import { noInstance } from "../machine/refusals.js";

/** Pages of linear memory, all that 32 bits can address. They are reserved, and taken as they are needed. */
const MOST_PAGES = 65536;

/** Makes memory that threads can share. @throws RuntimeError where the host grants none. */
export function makeMemory(): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory({ initial: 1, maximum: MOST_PAGES, shared: true });
  } catch (cause) {
    throw noInstance(cause);
  }
}
