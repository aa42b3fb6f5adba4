import type { Engine } from "../engine/engine.js";
import type { Slices } from "../engine/scheduler.js";
import type { History } from "../record/history.js";
import { copyOf } from "../record/progress.js";
import { answerOf, unlessCut } from "./callbacks.js";
import type { LoopSettings } from "./settings.js";

/** Moves the computing to a worker, if the host has one. @returns what moves it back. */
function* moveToWorker(
  engine: Engine,
  open: NonNullable<LoopSettings["openWorker"]>,
  signal: AbortSignal | undefined,
): Slices<() => void> {
  const worker = open(engine.core, signal);
  let isOpen: unknown;
  try {
    isOpen = yield* unlessCut(worker.opened);
  } finally {
    if (!isOpen) worker.close();
  }
  if (!isOpen) return () => {};
  engine.host = worker;
  // The worker's memory has the numbers of an earlier fit: the state as it is here is what it starts from.
  worker.write(engine.state, () => {});
  return () => {
    engine.host = engine.core;
    worker.close();
  };
}

/**
 * Runs a fit from its first callback to its last. After an error, and if it was aborted before its first update, parameters,
 * optimizer state and progress are as they were before.
 */
export function* restoring(
  engine: Engine,
  { openWorker, onTrainBegin, onTrainEnd, signal }: LoopSettings,
  train: () => Slices<History>,
): Slices<History> {
  engine.takeStates();
  const { best } = engine;
  const state = engine.state.slice();
  const progress = copyOf(engine.progress);
  const undo = (): void => {
    if (engine.isDisposed) return;
    engine.state.set(state);
    engine.progress = progress;
    engine.best = best;
  };
  let moveBack = (): void => {};
  try {
    if (onTrainBegin) yield* answerOf(onTrainBegin());
    if (openWorker) moveBack = yield* moveToWorker(engine, openWorker, signal);
    const history = yield* train();
    if (history.stopped === "aborted" && engine.progress.step === progress.step) undo();
    if (onTrainEnd) yield* answerOf(onTrainEnd(history));
    return history;
  } catch (error) {
    undo();
    throw error;
  } finally {
    moveBack();
  }
}
