/** The maximum of workers of a pool, which is known before the code of pools is loaded. */

/** Number of cores of the machine, at least 1, as the host tells it. */
export function coreCount(): number {
  const { navigator, process } = globalThis as {
    navigator?: { hardwareConcurrency?: number };
    process?: { getBuiltinModule?(name: string): { availableParallelism?(): number } | undefined };
  };
  const os = process?.getBuiltinModule?.("node:os");
  return Math.max(1, os?.availableParallelism?.() ?? navigator?.hardwareConcurrency ?? 1);
}

/** The maximum, once it is known. */
let size: number | undefined;

/** Called after each change. */
let changed = (): void => {};

/** The maximum of workers of a pool. Default: the cores of the machine. */
export function poolSize(): number {
  size ??= coreCount();
  return size;
}

/** Sets the maximum of workers of every pool. Idle workers beyond it end at once, others once their fits have ended. */
export function setPoolSize(workers: number): void {
  size = workers;
  changed();
}

/** Says what follows a change. */
export function onPoolSize(act: () => void): void {
  changed = act;
}
