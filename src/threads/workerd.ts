import type { Threads } from "../machine/threads.js";
import { noThreads } from "./refusals.js";

let hasWarned = false;

/** Replaces make.ts under the export condition "workerd": Cloudflare Workers have one thread. A warning says so, once. */
export function makeThreads(count: number): Threads {
  return {
    count,
    buildFor: (math) => {
      if (!hasWarned) console.warn(noThreads(false));
      hasWarned = true;
      return math;
    },
  };
}
