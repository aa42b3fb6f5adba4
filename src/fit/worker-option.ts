import type { Engine } from "../engine/engine.js";
import type { Slices } from "../engine/scheduler.js";
import type { EngineSource } from "../engine/source.js";
import { RuntimeError, SpecError } from "../errors.js";
import { reasonOf } from "../machine/refusals.js";
import type { ThreadedBuild } from "../machine/threads.js";
import { show, tagOf } from "../model/check.js";
import type { History } from "../record/history.js";
import { unlessCut } from "./callbacks.js";
import type { FitSettings, LoopSettings, Move } from "./settings.js";

/** The code for training in a worker. */
export type WorkerMode = typeof import("./worker-mode.js");

/** The code for training in a worker, once it is loaded. */
let mode: WorkerMode | undefined;

/** Loads the code for training in a worker, a file of its own. @throws RuntimeError */
async function loadMode(): Promise<WorkerMode> {
  try {
    mode = await import("./worker-mode.js");
    return mode;
  } catch (cause) {
    throw new RuntimeError(
      `The file of densely for training in a worker was not loaded (${reasonOf(cause)}): serve all files of the package, or leave worker out.`,
    );
  }
}

function* modeUnlessCut(): Slices<WorkerMode | undefined> {
  return mode ?? ((yield* unlessCut(loadMode())) as WorkerMode | undefined);
}

/**
 * Trains in a worker from the first epoch to the last, where that is asked for and possible.
 * @returns undefined where it is not: the fit has not begun.
 */
export function* fitThere(source: EngineSource, settings: FitSettings): Slices<History | undefined> {
  if (!settings.worker) return undefined;
  const mode = yield* modeUnlessCut();
  return mode && (yield* mode.fitAsJob(source, settings, settings.worker));
}

/** Moves the computing to a worker, if the host has one and the signal is not aborted meanwhile. */
function* moveToWorker(
  engine: Engine,
  script: string | URL | true,
  signal: AbortSignal | undefined,
): Slices<Move | undefined> {
  const mode = yield* modeUnlessCut();
  if (!mode || signal?.aborted) return undefined;
  const back = yield* mode.moveThere(engine, script, signal);
  return back && { mode, back };
}

/** Returns the requested worker and what moves the computing to it; nothing if none is requested. */
export function checkWorker(
  given: unknown,
  { spec: { loss }, math }: EngineSource,
): Pick<LoopSettings, "worker" | "moveToWorker"> {
  if (given === undefined || given === false) return {};
  if (loss.type === "custom") {
    throw new SpecError(
      `worker was given, but the loss ${show(loss.name)} is code of this thread, which each step has to call: leave out worker.`,
    );
  }
  const isFile = (typeof given === "string" && given !== "") || tagOf(Object(given)) === "URL";
  const { threading } = (math ?? {}) as ThreadedBuild;
  if (isFile && threading) {
    throw new SpecError(
      `worker is the file ${show(String(given))}, which computes on one thread, and the network has ${threading.count}: give true, or leave threads out.`,
    );
  }
  if (given === true || isFile) {
    const worker = given as string | URL | true;
    return { worker, moveToWorker: (engine, signal) => moveToWorker(engine, worker, signal) };
  }
  throw new SpecError(`worker is ${show(given)}: give true, or the URL of the file "densely/worker".`);
}
