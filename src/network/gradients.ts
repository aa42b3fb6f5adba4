import type { Dataset, Rows } from "../data/dataset.js";
import { areFinite } from "../data/values.js";
import type { Engine } from "../engine/engine.js";
import { checkFiniteState, remedyOf } from "../engine/finite.js";
import type { ParameterArrays } from "../engine/parameters.js";
import { completeSync } from "../engine/scheduler.js";
import type { Session, SessionOptions } from "../engine/session.js";
import { DataError, DivergenceError } from "../errors.js";
import { refuseOverflow } from "../evaluation/overflow.js";
import { updaterOf } from "../fit/updaters.js";
import type { Matrix } from "../program/matrix.js";

/** Gradients of the mean loss by parameter name, W as [units][inputs]; `inputs` as x, row by row. */
export type Gradients = ParameterArrays & { loss: number; inputs: Float32Array };

/** Opens a session over all rows of a data set as one batch, loads them, and calls `act`. */
export function withBatch<T>(
  engine: Engine,
  data: Rows,
  {
    spec = engine.spec,
    purpose,
    training = purpose === "train",
  }: Pick<SessionOptions, "spec" | "purpose" | "training">,
  act: (session: Session) => T,
): T {
  const { plans } = engine;
  const batch = data.x.rows;
  const options = { spec, purpose, training, batch, windowBytes: 0, isSequential: true };
  const session = plans.open(data, options);
  try {
    session.loadAtOnce(0);
    return act(session);
  } finally {
    plans.close(session);
  }
}

/** The first `count` rows of a batch, without padding. */
export function readBatch(engine: Engine, { rows, address, stride }: Matrix, count: number): Float32Array {
  const memory = engine.core.arena.floatsAt(address, (count * stride) / 4);
  const values = new Float32Array(rows * count);
  for (let r = 0, at = 0; r < count; r++) {
    for (let c = 0, from = (r * stride) / 4; c < rows; c++) values[at++] = memory[from++];
  }
  return values;
}

/**
 * The loss and its gradients over all rows as one batch, without an update.
 * @param training true if layers act as in the next training step.
 * @throws DataError for a loss or a gradient that is not finite.
 */
export function gradients(engine: Engine, data: Dataset, training: boolean): Gradients {
  return withBatch(engine, data, { purpose: "gradients", training }, (session) => {
    if (training) session.rates.setScheduled(engine.spec, 0, 1, engine.progress.step);
    session.run(engine.progress.step, 0, 1);
    const loss = session.results.loss(0);
    const result = session.gradients.read() as Gradients;
    result.loss = loss;
    result.inputs = readBatch(engine, session.plan.layers[0].dInput as Matrix, data.x.rows);
    if (!Number.isFinite(loss)) completeSync(refuseOverflow(engine, data, 0, data.x.rows));
    for (const name of Object.keys(result) as (keyof Gradients)[]) {
      const values = result[name];
      if (name === "loss" || areFinite(values as Float32Array)) continue;
      throw new DataError(`The gradient of ${name} is not finite: scale x and y to about -1 to 1.`);
    }
    return result;
  });
}

/**
 * Makes one update from all rows as one batch. After an error everything is as it was.
 * @returns the loss before it.
 * @throws DivergenceError if the loss or what the update leaves is not finite.
 */
export function trainOnBatch(engine: Engine, data: Dataset): number {
  const makeUpdater = updaterOf(engine.spec);
  engine.takeStates();
  return withBatch(engine, data, { purpose: "train" }, (session) =>
    updating(engine, session, (step) => {
      if (makeUpdater) completeSync(makeUpdater(engine, session, engine.core).update(step, 0, 1));
      else session.runToLoss(step);
      const loss = session.results.loss(0);
      if (!Number.isFinite(loss)) {
        throw new DivergenceError(
          `The loss of this batch is ${loss} and no update was made: ${remedyOf(engine)}.`,
        );
      }
      if (!makeUpdater) session.runFromLoss(step);
      return loss;
    }),
  );
}

/**
 * Makes one update in an open session. After an error everything is as it was.
 * @param act makes it. It is given the number of updates so far.
 * @throws DivergenceError if what it leaves is not finite.
 */
export function updating<T>(engine: Engine, session: Session, act: (step: number) => T): T {
  const { spec, progress } = engine;
  const { pairs, step } = progress;
  const before = engine.keep();
  try {
    session.rates.set(spec, progress, 0, 1, step);
    const result = act(step);
    checkFiniteState(engine, "no update was made");
    progress.step++;
    engine.discardStoppedFit();
    return result;
  } catch (error) {
    if (!engine.isDisposed) {
      engine.state.set(before);
      progress.pairs = pairs;
    }
    throw error;
  }
}
