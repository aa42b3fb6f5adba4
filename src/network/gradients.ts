import type { Dataset, Rows } from "../data/dataset.js";
import { areFinite } from "../data/values.js";
import type { Engine } from "../engine/engine.js";
import { checkFiniteState, remedyOf } from "../engine/finite.js";
import { type BackwardGradients, GradientValues } from "../engine/gradient-values.js";
import { completeSync } from "../engine/scheduler.js";
import type { Session, SessionOptions } from "../engine/session.js";
import { DataError, DivergenceError, SpecError } from "../errors.js";
import { REMEDY, refuseOverflow } from "../evaluation/overflow.js";
import { updaterOf } from "../fit/updaters.js";
import { show } from "../model/check.js";
import { isPlain } from "../model/plain.js";

export type { BackwardGradients } from "../engine/gradient-values.js";

/** Gradients of the mean loss, and the loss. */
export type Gradients = BackwardGradients & { loss: number };

/** How to compute gradients of the loss. */
export interface GradientsOptions {
  /** True: layers act as in the next training step. Default false: as in predictions. */
  training?: boolean | undefined;
  /** Gradients that an earlier call returned: they are written and returned instead of new arrays. */
  out?: Gradients | undefined;
}

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

/** @throws DataError for a gradient that is not finite, naming the row if it is one by the inputs. @param rows of x. */
export function checkFiniteGradients(gradients: Readonly<Record<string, Float32Array>>, rows: number): void {
  for (const [name, values] of Object.entries(gradients)) {
    if (areFinite(values)) continue;
    const index = values.findIndex((value) => !Number.isFinite(value));
    const row = Math.floor((index * rows) / values.length);
    const place = name === "inputs" ? `row ${row} of x (from 0)` : name;
    throw new DataError(`The gradient of ${place} is ${values[index]}: ${REMEDY}.`);
  }
}

/** @throws SpecError unless what gradients are to be written to is an object. */
function checkGradientsOut<G extends BackwardGradients>(out: G): G {
  if (isPlain(out)) return out;
  throw new SpecError(`out is ${show(out)}: give an object of arrays, as gradients and backward return.`);
}

/** The gradients that a session has computed. */
export function gradientsOf({ core }: Engine, session: Session): GradientValues {
  session.gradientValues ??= new GradientValues(core, session.plan);
  return session.gradientValues;
}

/**
 * The gradients that a session has computed over `rows` rows: of the parameters and of the inputs.
 * @param given what is written and returned; undefined for new arrays.
 * @throws SpecError, ShapeError for other arrays; DataError for a gradient that is not finite.
 */
export function readGradients<G extends BackwardGradients>(
  engine: Engine,
  session: Session,
  rows: number,
  given: G | undefined,
): G {
  const values = gradientsOf(engine, session);
  const result = given === undefined ? (values.read(rows) as G) : checkGradientsOut(given);
  if (result === given) values.readTo(given, rows);
  if (values.areFinite) return result;
  const { loss: _, inputs, ...all }: BackwardGradients & { loss?: number } = result;
  checkFiniteGradients({ inputs, ...all }, rows);
  return result;
}

/**
 * The loss and its gradients over all rows as one batch, without an update.
 * @param training true if layers act as in the next training step. @param out what is written and returned.
 * @throws DataError for a loss or a gradient that is not finite.
 */
export function gradients(engine: Engine, data: Dataset, training: boolean, out?: Gradients): Gradients {
  return withBatch(engine, data, { purpose: "gradients", training }, (session) => {
    if (training) session.rates.setScheduled(engine.spec, 0, 1, engine.progress.step);
    session.run(engine.progress.step, 0, 1);
    const loss = session.results.loss(0);
    if (!Number.isFinite(loss)) completeSync(refuseOverflow(engine, data, 0, data.x.rows));
    const result = readGradients(engine, session, data.x.rows, out);
    result.loss = loss;
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
      // With the penalties, if they belong to it.
      return session.results.loss(0);
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
