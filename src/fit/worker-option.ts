import type { Engine } from "../engine/engine.js";
import type { Slices } from "../engine/scheduler.js";
import { RuntimeError, SpecError } from "../errors.js";
import { reasonOf } from "../machine/refusals.js";
import { show, tagOf } from "../model/check.js";
import type { NetworkSpec } from "../model/spec.js";
import { unlessCut } from "./callbacks.js";
import type { LoopSettings, Move } from "./settings.js";

/** The code for training in a worker. */
export type WorkerMode = typeof import("./worker-mode.js");

/** Loads the code for training in a worker, a file of its own. @throws RuntimeError */
async function loadMode(): Promise<WorkerMode> {
  try {
    return await import("./worker-mode.js");
  } catch (cause) {
    throw new RuntimeError(
      `The file of densely for training in a worker was not loaded (${reasonOf(cause)}): serve all files of the package, or leave worker out.`,
    );
  }
}

/** Moves the computing to a worker, if the host has one and the signal is not aborted meanwhile. */
function* moveToWorker(
  engine: Engine,
  script: string | URL | true,
  signal: AbortSignal | undefined,
): Slices<Move | undefined> {
  const mode = (yield* unlessCut(loadMode())) as WorkerMode | undefined;
  if (!mode || signal?.aborted) return undefined;
  const worker = new mode.WorkerCore(engine.core, script, signal);
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
  const back = () => {
    engine.host = engine.core;
    worker.close();
  };
  return { mode, back };
}

/** Returns what moves the computing to the requested worker; undefined if none is requested. */
export function checkWorker(given: unknown, { loss }: NetworkSpec): LoopSettings["moveToWorker"] {
  if (given === undefined || given === false) return undefined;
  if (loss.type === "custom") {
    throw new SpecError(
      `worker was given, but the loss ${show(loss.name)} is code of this thread, which each step has to call: leave out worker.`,
    );
  }
  if (given === true || (typeof given === "string" && given !== "") || tagOf(Object(given)) === "URL") {
    return (engine, signal) => moveToWorker(engine, given as string | URL | true, signal);
  }
  throw new SpecError(`worker is ${show(given)}: give true, or the URL of the file "densely/worker".`);
}
