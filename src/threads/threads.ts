import { SpecError } from "../errors.js";
import { coreCount } from "../machine/pool-size.js";
import type { Threads } from "../machine/threads.js";
import { checkWhole } from "../model/check.js";
import { exported } from "../model/exported.js";
import { makeThreads } from "./make.js";

/** More threads than any machine has cores for them. */
const MOST = 256;

/** The options by their count: networks with the same one share its builds. */
const made = new Map<number, Threads>();

/**
 * Threads that share the steps of a network, for the option `threads` of Network: to the same bits as one thread.
 * @param count a whole number from 1 to 256. Default: the cores of the machine.
 * @throws SpecError for anything else.
 */
export const threads = /* @__PURE__ */ exported("threads(count)", (count?: number): Threads => {
  const checked = count === undefined ? coreCount() : checkWhole(count, 1, "count");
  if (checked > MOST)
    throw new SpecError(`count is ${checked}: give at most ${MOST}, or leave it out for all cores.`);
  const known = made.get(checked) ?? makeThreads(checked);
  made.set(checked, known);
  return known;
});
