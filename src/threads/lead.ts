/**
 * The script of a lead: the worker of the pool for networks with threads. It follows orders as src/worker.ts does, over memory
 * that it shares with mates, threads that it starts itself. scripts/core.ts puts its text into the library.
 */

import { alignTo, CACHE_LINE } from "../machine/align.js";
import { serve } from "../machine/follow.js";
import { instantiate } from "../machine/instantiate.js";
import { makeMemory } from "./memory.js";
import { ENGAGEMENT, SharedTeam, type TeamExports } from "./team.js";

/** The number of threads: the library writes it before this text. */
declare const THREADS: number;

let team: SharedTeam | undefined;

serve((module) => {
  team?.release();
  const exports = instantiate(module, makeMemory()) as TeamExports;
  // Where the thread that gives the orders has placed it.
  team = new SharedTeam(THREADS, ENGAGEMENT, module, exports, alignTo(exports.heapBase(), CACHE_LINE));
  return { memory: exports.memory, run: team.run as (...numbers: readonly number[]) => void };
});
