/** Networks whose every program is shared, however small, and from the first step on: this thread waits for the others. */

import { Network, type NetworkOptions } from "../../src/index.js";
import type { Threads } from "../../src/machine/threads.js";
import { makeThreads } from "../../src/threads/make.js";
import type { Engagement } from "../../src/threads/team.js";

/** Shares everything, with patience for a slow machine. */
export const FORCED: Engagement = { leastStep: 0, leastRun: 0, slice: 0, naps: 300 };

export const forcedThreads = (count: number, engagement = FORCED): Threads => makeThreads(count, engagement);

/** The class Network, with threads. */
export function threadedClass(count: number): typeof Network {
  const threads = forcedThreads(count);
  return class extends Network {
    constructor(options: NetworkOptions) {
      // fromJSON and its like give a source that has no such option.
      super("inputs" in options ? { ...options, threads } : options);
    }
  };
}
