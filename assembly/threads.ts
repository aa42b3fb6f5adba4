/**
 * The interface of the core for several threads over one shared memory: that of index.ts, and a team that runs programs
 * together. It is a core of its own so that only densely/threads carries it.
 *
 *      threads/barrier.ts   counters that threads wait for
 *      threads/share.ts     the part of an instruction that a thread computes
 *      threads/team.ts      jobs, and the loop over shares
 */

export { run } from "./run";
export { dismiss, isComplete, jobsOf, lead, serve, teamBytes, workOf } from "./threads/team";

/** The first address behind the constants of the core. */
export function heapBase(): usize {
  return __heap_base;
}
