import type { Engine } from "../engine/engine.js";
import type { Slices } from "../engine/scheduler.js";
import type { History } from "../record/history.js";
import { copyOf } from "../record/progress.js";
import { answerOf } from "./callbacks.js";
import type { LoopSettings, Move } from "./settings.js";

/**
 * Runs a fit from its first callback to its last. After an error, and if it was aborted before its first update, parameters,
 * optimizer state and progress are as they were before.
 * @param train trains; it gets the code for training in a worker, worker-mode.ts, where the fit is in one.
 */
export function* restoring(
  engine: Engine,
  { moveToWorker, onTrainBegin, onTrainEnd, signal }: LoopSettings,
  train: (mode: unknown) => Slices<History>,
): Slices<History> {
  engine.takeStates();
  const { best } = engine;
  const state = engine.keep();
  const progress = copyOf(engine.progress);
  const undo = (): void => {
    if (engine.isDisposed) return;
    engine.state.set(state);
    engine.progress = progress;
    engine.best = best;
  };
  let move: Move | undefined;
  try {
    if (onTrainBegin) yield* answerOf(onTrainBegin());
    if (moveToWorker) move = yield* moveToWorker(engine, signal);
    const history = yield* train(move?.mode);
    if (history.stopped === "aborted" && engine.progress.step === progress.step) undo();
    if (onTrainEnd) yield* answerOf(onTrainEnd(history));
    return history;
  } catch (error) {
    undo();
    throw error;
  } finally {
    move?.back();
  }
}
