import { poolSize, setPoolSize } from "../machine/pool-size.js";
import { checkKeys, checkWhole } from "../model/check.js";
import { exported } from "../model/exported.js";

/** Settings of the pool of workers. */
export interface WorkersOptions {
  /** Maximum of workers at a time. Default: the cores of the machine. */
  size?: number | undefined;
}

/**
 * Sets how many fits with `worker: true` compute at a time, each in a worker of its own; the others wait for their turn. Idle
 * workers beyond that end at once. Without options nothing changes.
 * @returns the settings that hold. @throws SpecError for a size that is no whole number of at least 1.
 */
export const workers = /* @__PURE__ */ exported(
  "workers(options)",
  (options: WorkersOptions = {}): { size: number } => {
    const { size } = checkKeys<WorkersOptions>(options, ["size"], "workers");
    if (size !== undefined) setPoolSize(checkWhole(size, 1, "size"));
    return { size: poolSize() };
  },
);
