import type { Engine } from "../engine/engine.js";
import type { Slices } from "../engine/scheduler.js";
import { WorkerCore } from "../machine/worker-core.js";
import { unlessCut } from "./callbacks.js";

/** Moves the computing of an engine to a worker that follows orders. @returns what moves it back; undefined where it stays. */
export function* moveThere(
  engine: Engine,
  script: string | URL | true,
  signal: AbortSignal | undefined,
): Slices<(() => void) | undefined> {
  const worker = new WorkerCore(engine.core, script, signal);
  let isOpen: unknown;
  try {
    isOpen = yield* unlessCut(worker.opened);
  } finally {
    if (!isOpen) worker.close();
  }
  if (!isOpen) return undefined;
  engine.host = worker;
  // The worker's memory has the numbers of an earlier fit: the state as it is here is what it starts from.
  worker.write(engine.state, () => {});
  return () => {
    engine.host = engine.core;
    worker.close();
  };
}
