/** The whole interface of the core: linear memory, where it is free, and one function. */

export { run } from "./run";

/** The first address behind the core's own tables. */
export function heapBase(): usize {
  return __heap_base;
}
