import type { Dataset } from "../data/dataset.js";
import type { Engine } from "../engine/engine.js";
import { checkFiniteState, remedyOf } from "../engine/finite.js";
import { type ParameterArrays, readParameters } from "../engine/parameters.js";
import { completeSync } from "../engine/scheduler.js";
import { Session } from "../engine/session.js";
import { DataError, DivergenceError } from "../errors.js";
import { refuseOverflow } from "../evaluation/overflow.js";
import { Lbfgs } from "../fit/lbfgs.js";
import type { Matrix } from "../program/matrix.js";

/** Gradients of the mean loss by parameter name, W as [units][inputs]; `inputs` as x, row by row. */
export type Gradients = ParameterArrays & { loss: number; inputs: Float32Array };

/** A session over all rows of a data set as one batch, loaded. */
function openBatch(
  engine: Engine,
  data: Dataset,
  purpose: "train" | "gradients",
  training: boolean,
): Session {
  const session = new Session(engine, data, { purpose, batch: data.x.rows, windowBytes: 0, training });
  try {
    session.window.orderInSequence();
    completeSync(session.load(0));
    return session;
  } catch (error) {
    session.dispose();
    throw error;
  }
}

/** A batch without its padding. */
function readBatch(engine: Engine, { rows, cols, address, stride }: Matrix): Float32Array {
  const values = new Float32Array(rows * cols);
  for (let r = 0; r < cols; r++) values.set(engine.core.arena.floatsAt(address + r * stride, rows), r * rows);
  return values;
}

/**
 * The loss and its gradients over all rows as one batch, without an update.
 * @param training true if layers act as in the next training step.
 * @throws DataError for a loss or a gradient that is not finite.
 */
export function gradients(engine: Engine, data: Dataset, training: boolean): Gradients {
  const session = openBatch(engine, data, "gradients", training);
  try {
    if (training) session.rates.setScheduled(engine.spec, 0, 1, engine.progress.step);
    session.run(engine.progress.step, 0, 1);
    const [loss] = session.results.losses(0, 1);
    const { layers, gradients } = session.plan;
    const trained = layers.map((layer) => layer.gradients);
    const parameters: ParameterArrays = readParameters(engine, { ...gradients, layers: trained });
    const inputs = readBatch(engine, layers[0].dInput as Matrix);
    if (!Number.isFinite(loss)) completeSync(refuseOverflow(engine, data, 0, data.x.rows));
    for (const [name, values] of Object.entries({ ...parameters, inputs })) {
      if (values.every(Number.isFinite)) continue;
      throw new DataError(`The gradient of ${name} is not finite: scale x and y to about -1 to 1.`);
    }
    return { ...parameters, loss, inputs };
  } finally {
    session.dispose();
  }
}

/**
 * Makes one update from all rows as one batch. After an error everything is as it was.
 * @returns the loss before it.
 * @throws DivergenceError if the loss or what the update leaves is not finite.
 */
export function trainOnBatch(engine: Engine, data: Dataset): number {
  engine.takeStates();
  const session = openBatch(engine, data, "train", true);
  const { spec, progress, core } = engine;
  const { program, rates, results } = session;
  const { pairs } = progress;
  const before = engine.keep();
  try {
    rates.set(spec, progress, 0, 1, progress.step);
    const isLbfgs = spec.optimizer.type === "lbfgs";
    if (isLbfgs) completeSync(new Lbfgs(engine, session, core).update(progress.step, 0, 1));
    else program.runToLoss(progress.step);
    const [loss] = results.losses(0, 1);
    if (!Number.isFinite(loss)) {
      throw new DivergenceError(
        `The loss of this batch is ${loss} and no update was made: ${remedyOf(engine)}.`,
      );
    }
    if (!isLbfgs) program.runFromLoss(progress.step);
    checkFiniteState(engine, "no update was made");
    progress.step++;
    engine.discardStoppedFit();
    return loss;
  } catch (error) {
    if (!engine.isDisposed) {
      engine.state.set(before);
      progress.pairs = pairs;
    }
    throw error;
  } finally {
    session.dispose();
  }
}
