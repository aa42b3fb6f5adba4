import { DivergenceError, StateError } from "../errors.js";
import { Mirror } from "../machine/mirror.js";
import { plateauOf } from "../spec/schedules.js";
import { checkpoint } from "./checkpoint.js";
import type { Engine } from "./engine.js";
import { Evaluation } from "./evaluation.js";
import { type History, nameMeasures, record, recordLoss, type Stopped } from "./history.js";
import type { Measures } from "./measures.js";
import { measure, ratio } from "./metrics.js";
import type { LoopPlan } from "./options.js";
import type { Stretches } from "./pace.js";
import { emptyPartial, type PartialEpoch, type Run, startOfRun } from "./progress.js";
import type { Session } from "./session.js";
import { flatten, watch } from "./stopping.js";
import { Tally } from "./tally.js";

/** Whether a callback's answer is to be waited for. */
function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | undefined)?.then === "function";
}

/** What a callback answers, or what its promise resolves to. */
export function* answerOf(reply: unknown): Stretches<unknown> {
  return isPromise(reply) ? yield reply : reply;
}

/** The epochs of a fit: validation, history, callbacks, early stopping and plateaus, whatever its batches come from. */
export class Epochs {
  readonly #engine: Engine;
  readonly #plan: LoopPlan;
  readonly #validation: Evaluation | undefined;
  readonly #run: Run;
  /** Updates that this fit may still make. */
  #budget: number;
  /** Updates to the next checkpoint; without checkpointEvery it comes at the end of each epoch. */
  #untilCheckpoint: number;
  #started = 0;

  constructor(engine: Engine, plan: LoopPlan) {
    this.#engine = engine;
    this.#plan = plan;
    this.#budget = plan.maxSteps;
    this.#untilCheckpoint = plan.checkpointEvery;
    const { progress } = engine;
    if (plan.initialEpoch !== undefined) progress.run = undefined;
    if (!progress.run) engine.best = undefined;
    progress.run ??= startOfRun(plan.initialEpoch ?? 0);
    this.#run = progress.run;
    this.#validation =
      plan.validation && new Evaluation(engine, plan.validation, plan.metrics, { mirror: engine.mirror });
  }

  /** The number of the epoch at hand, from 1. */
  get number(): number {
    return this.#run.epochs + 1;
  }

  get areDone(): boolean {
    return this.#run.epochs >= this.#plan.epochs;
  }

  /** Epochs left. */
  get left(): number {
    return this.#plan.epochs - this.#run.epochs;
  }

  /** Updates that may still be made. */
  get budget(): number {
    return this.#budget;
  }

  /** Updates that may be made in one go: to the end of the budget, or to the next checkpoint. */
  get room(): number {
    return Math.min(this.#budget, this.#untilCheckpoint);
  }

  /** Whether so many updates were made since the last checkpoint that another is due. */
  get isCheckpointDue(): boolean {
    return this.#untilCheckpoint <= 0;
  }

  /** Hands a checkpoint over. */
  *checkpoint(): Stretches<void> {
    this.#untilCheckpoint = this.#plan.checkpointEvery;
    yield* answerOf(this.#plan.onCheckpoint?.(checkpoint(this.#engine)));
  }

  /** What an epoch that was cut inside has summed up. */
  get partial(): PartialEpoch {
    return this.#run.partial;
  }

  /** Begins or goes on with an epoch. */
  begin(): void {
    if (this.#plan.onEpoch) this.#started = performance.now();
  }

  /**
   * Takes note of updates: counts them, adds them to a tally.
   * @throws DivergenceError for a loss that is not finite.
   */
  advance(tally: Tally, session: Session, slot: number, steps: number): void {
    this.#engine.progress.step += steps;
    this.#budget -= steps;
    this.#untilCheckpoint -= steps;
    if (tally.add(session, slot, steps)) return;
    const first = this.#engine.progress.step - steps + 1;
    const losses = session.losses(slot, steps);
    this.#checkFinite(losses, `from epoch ${this.number}, step ${first} on`, "the loss");
  }

  /** Keeps what an epoch has summed up where it is cut. */
  cut(batches: number, tally: Tally): void {
    const { rows, loss, mass, hits, topHits, confusion, deviations, outputs, targets } = tally;
    const sums = { rows: rows[0], loss: loss[0], mass: mass[0], hits: hits[0], topHits: topHits[0] };
    this.#run.partial = { batches, ...sums, confusion, deviations, outputs, targets };
  }

  /** A tally of so many passes, the first of which goes on where an epoch was cut. */
  tally(passes: number): Tally {
    if (this.#run.partial.batches === 0) return new Tally(passes);
    const { batches: _, confusion, deviations, outputs, targets, ...sums } = this.#run.partial;
    const tally = Object.assign(new Tally(passes), { confusion, deviations, outputs, targets });
    for (const name of ["rows", "loss", "mass", "hits", "topHits"] as const) tally[name][0] = sums[name];
    return tally;
  }

  /** Takes note of several epochs of so many steps each, between which nothing happens. */
  endAll(tally: Tally, steps: number): void {
    const { progress, spec } = this.#engine;
    const run = this.#run;
    const first = progress.step - tally.passes * steps;
    const { metrics } = this.#plan;
    for (let pass = 0; pass < tally.passes; pass++) {
      const rate = this.#engine.rateAt(first + (pass + 1) * steps - 1);
      if (metrics.length === 0) recordLoss(run.history, rate, ratio(tally.loss[pass], tally.mass[pass]));
      else record(run.history, rate, nameMeasures(measure(metrics, tally, spec, pass)));
    }
    progress.epoch += tally.passes;
    run.epochs += tally.passes;
  }

  /** Ends an epoch. @returns why the fit ends with it, or nothing. */
  *end(tally: Tally): Stretches<Stopped | undefined> {
    const { onEpoch, onCheckpoint, checkpointEvery, metrics, stopping, epochs } = this.#plan;
    const { progress, spec } = this.#engine;
    const run = this.#run;
    progress.epoch++;
    run.epochs++;
    run.partial = emptyPartial();
    const validation: Measures | undefined = this.#validation && (yield* this.#validation.measure());
    const measures = nameMeasures(measure(metrics, tally, spec), validation);
    const learningRate = this.#engine.rateAt(progress.step - 1);
    record(run.history, learningRate, measures);
    const plateau = plateauOf(spec.optimizer.learningRate);
    if (plateau) flatten(progress.plateau, plateau, measures);
    if (stopping && watch(run, stopping, measures)) this.#engine.best = this.#engine.model.slice();
    if (onCheckpoint && (this.isCheckpointDue || checkpointEvery === Infinity)) yield* this.checkpoint();
    if (onEpoch) {
      const seconds = (performance.now() - this.#started) / 1000;
      const samplesPerSecond = seconds > 0 ? tally.rows[0] / seconds : 0;
      const at = { epoch: run.epochs, epochs, learningRate, seconds, samplesPerSecond };
      if ((yield* answerOf(onEpoch({ ...at, ...measures }))) === false) return "callback";
    }
    return stopping && run.waited >= Math.max(stopping.patience, 1) ? "early" : undefined;
  }

  /**
   * Ends the fit. A run that the budget has cut stays open for the next fit.
   * @throws DivergenceError if a parameter left the finite numbers.
   */
  finish(stopped: Stopped): History {
    const { progress, best, model, state } = this.#engine;
    this.#checkFinite(state, `after ${progress.step} steps`, "a parameter");
    const { history } = this.#run;
    if (stopped !== "budget") {
      if (this.#plan.stopping?.restoreBest && best) model.set(best);
      if (stopped === "aborted") progress.epoch++;
      progress.run = undefined;
      this.#engine.best = undefined;
    }
    // The history of a run that goes on is not the user's to change.
    return { ...(stopped === "budget" ? structuredClone(history) : history), stopped };
  }

  #checkFinite(values: Float32Array | Float64Array, when: string, what: string): void {
    for (let i = 0; i < values.length; i++) {
      if (Number.isFinite(values[i])) continue;
      const { progress, spec } = this.#engine;
      throw new DivergenceError(
        `Training diverged: ${what} became ${values[i]} ${when}; the parameters are as they were before fit, so lower the learningRate of ${spec.optimizer.type} (${this.#engine.rateAt(progress.step)}) or scale the inputs to about -1 to 1.`,
      );
    }
  }
}

/** @throws StateError where a run that was cut inside an epoch cannot go on with these batches. */
export function checkCursor(partial: PartialEpoch, batches: number): void {
  if (partial.batches <= batches) return;
  throw new StateError(
    `The last fit was cut after ${partial.batches} batches of an epoch, but this one has only ${batches}: give the same data and batchSize to go on, or initialEpoch: 0 to begin anew.`,
  );
}

/**
 * Runs a fit from its first callback to its last. After an error parameters, optimizer state and progress are as they
 * were.
 */
export function* guarded(engine: Engine, plan: LoopPlan, work: () => Stretches<History>): Stretches<History> {
  const progress = structuredClone(engine.progress);
  const state = engine.state.slice();
  const { best } = engine;
  const { arena } = engine.core;
  const mark = arena.top;
  let history: History;
  try {
    if (plan.onTrainBegin) yield* answerOf(plan.onTrainBegin());
    if (plan.worker) {
      engine.mirror = (yield Mirror.open(engine.core, plan.worker)) as Mirror | undefined;
      engine.send();
    }
    history = yield* work();
  } catch (error) {
    engine.state.set(state);
    engine.progress = progress;
    engine.best = best;
    throw error;
  } finally {
    engine.mirror?.close();
    engine.mirror = undefined;
    arena.release(mark);
  }
  if (plan.onTrainEnd) yield* answerOf(plan.onTrainEnd(history));
  return history;
}
