import type { Engine } from "../engine/engine.js";
import type { Slices } from "../engine/scheduler.js";
import type { Session } from "../engine/session.js";
import { DivergenceError, StateError } from "../errors.js";
import { Evaluation } from "../evaluation/evaluation.js";
import { measure } from "../evaluation/metrics.js";
import { WorkerCore } from "../machine/worker-core.js";
import { plateauOf } from "../model/schedules.js";
import { type History, nameMeasures, record, recordLosses, type Stopped, trim } from "../record/history.js";
import type { Measures } from "../record/measures.js";
import { type FitProgress, startOfFit } from "../record/progress.js";
import { addSteps, emptySums, type Results, type Sums } from "../record/tally.js";
import { checkpoint } from "../storage/checkpoint.js";
import type { LoopSettings } from "./options.js";
import { updatePlateau, watch } from "./stopping.js";

/** Whether a callback's answer is to be waited for. */
function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | undefined)?.then === "function";
}

/** What a callback answers, or what its promise resolves to. */
export function* answerOf(reply: unknown): Slices<unknown> {
  return isPromise(reply) ? yield reply : reply;
}

/** The epochs of a fit: validation, history, callbacks, early stopping and plateaus, whatever its batches come from. */
export class Epochs {
  readonly #engine: Engine;
  readonly #plan: LoopSettings;
  readonly #validation: Evaluation | undefined;
  readonly #fit: FitProgress;
  /** Updates that this fit may still make. */
  #budget: number;
  /** Updates to the next checkpoint; without checkpointEvery it comes at the end of each epoch. */
  #untilCheckpoint: number;
  /** Held here, since the global is a getter that takes as long as a step of XOR. */
  readonly #clock = performance;
  #started = 0;

  constructor(engine: Engine, plan: LoopSettings) {
    this.#engine = engine;
    this.#plan = plan;
    this.#budget = plan.maxSteps;
    this.#untilCheckpoint = plan.checkpointEvery;
    const { progress } = engine;
    if (plan.initialEpoch !== undefined) progress.fit = undefined;
    if (!progress.fit) engine.best = undefined;
    progress.fit ??= startOfFit(plan.initialEpoch ?? 0);
    this.#fit = progress.fit;
    this.#validation =
      plan.validation && new Evaluation(engine, plan.validation, plan.metrics, { mirror: engine.mirror });
  }

  /** The number of the epoch at hand, from 1. */
  get number(): number {
    return this.#fit.epochs + 1;
  }

  get areDone(): boolean {
    return this.#fit.epochs >= this.#plan.epochs;
  }

  /** Epochs left. */
  get left(): number {
    return this.#plan.epochs - this.#fit.epochs;
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
  *checkpoint(): Slices<void> {
    this.#untilCheckpoint = this.#plan.checkpointEvery;
    yield* answerOf(this.#plan.onCheckpoint?.(checkpoint(this.#engine)));
  }

  /** What the epoch at hand has summed up. */
  get partial(): Sums {
    return this.#fit.partial;
  }

  /** Begins or goes on with an epoch. */
  begin(): void {
    if (this.#plan.onEpoch) this.#started = this.#clock.now();
  }

  /** Takes note of updates of one epoch. @throws DivergenceError for a loss that is not finite. */
  advance(session: Session, slot: number, steps: number): void {
    const { partial } = this.#fit;
    const results = session.results(slot, steps);
    if (!addSteps(partial, results, 0, steps)) this.#checkLosses(results);
    session.noteSums(partial, slot, steps);
    this.#count(steps);
  }

  /**
   * Takes note of the updates of several epochs, between which nothing happens.
   * @throws DivergenceError for a loss that is not finite.
   */
  advanceSeveral(session: Session, epochs: number): void {
    const { progress, spec } = this.#engine;
    const { history } = this.#fit;
    const { metrics } = this.#plan;
    const { period } = session;
    const steps = epochs * period;
    const results = session.results(0, steps);
    const rateOf = (epoch: number) => this.#engine.rateAt(progress.step + (epoch + 1) * period - 1);
    if (metrics.length === 0) {
      if (!recordLosses(history, results, epochs, this.left, rateOf)) this.#checkLosses(results);
    } else {
      for (let epoch = 0; epoch < epochs; epoch++) {
        const sums = emptySums();
        if (!addSteps(sums, results, epoch * period, (epoch + 1) * period)) this.#checkLosses(results);
        record(history, rateOf(epoch), nameMeasures(measure(metrics, sums, spec)));
      }
    }
    this.#count(steps);
    progress.epoch += epochs;
    this.#fit.epochs += epochs;
  }

  /** Counts updates. */
  #count(steps: number): void {
    this.#engine.progress.step += steps;
    this.#budget -= steps;
    this.#untilCheckpoint -= steps;
  }

  /** Ends an epoch. @returns why the fit ends with it, or nothing. */
  *end(): Slices<Stopped | undefined> {
    const { onEpoch, onCheckpoint, checkpointEvery, metrics, stopping, epochs } = this.#plan;
    const { progress, spec } = this.#engine;
    const fit = this.#fit;
    const sums = fit.partial;
    progress.epoch++;
    fit.epochs++;
    fit.partial = emptySums();
    const validation: Measures | undefined = this.#validation && (yield* this.#validation.measure());
    const measures = nameMeasures(measure(metrics, sums, spec), validation);
    const learningRate = this.#engine.rateAt(progress.step - 1);
    record(fit.history, learningRate, measures);
    const plateau = plateauOf(spec.optimizer.learningRate);
    if (plateau) updatePlateau(progress.plateau, plateau, measures);
    if (stopping && watch(fit, stopping, measures)) this.#engine.best = this.#engine.model.slice();
    if (onCheckpoint && (this.isCheckpointDue || checkpointEvery === Infinity)) yield* this.checkpoint();
    if (onEpoch) {
      const seconds = (this.#clock.now() - this.#started) / 1000;
      const samplesPerSecond = seconds > 0 ? sums.rows / seconds : 0;
      const reply = onEpoch({
        epoch: fit.epochs,
        epochs,
        learningRate,
        seconds,
        samplesPerSecond,
        ...measures,
      });
      // What answerOf does, without a generator for each epoch.
      if ((isPromise(reply) ? yield reply : reply) === false) return "callback";
    }
    return stopping && fit.waited >= Math.max(stopping.patience, 1) ? "early" : undefined;
  }

  /**
   * Ends the fit. A run that the budget has cut stays open for the next fit.
   * @throws DivergenceError if a parameter left the finite numbers.
   */
  finish(stopped: Stopped): History {
    const { progress, best, model, state } = this.#engine;
    this.#checkFinite(state, `after ${progress.step} steps`, "a parameter");
    const { history } = this.#fit;
    trim(history);
    if (stopped !== "budget") {
      if (this.#plan.stopping?.restoreBest && best) model.set(best);
      if (stopped === "aborted") progress.epoch++;
      progress.fit = undefined;
      this.#engine.best = undefined;
    }
    // The history of a run that goes on is not the user's to change.
    return { ...(stopped === "budget" ? structuredClone(history) : history), stopped };
  }

  #checkLosses({ losses }: Results): void {
    this.#checkFinite(
      losses,
      `from epoch ${this.number}, step ${this.#engine.progress.step + 1} on`,
      "the loss",
    );
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
export function checkCursor(partial: Sums, batches: number): void {
  if (partial.batches <= batches) return;
  throw new StateError(
    `The last fit was cut after ${partial.batches} batches of an epoch, but this one has only ${batches}: give the same data and batchSize to go on, or initialEpoch: 0 to begin anew.`,
  );
}

/**
 * Runs a fit from its first callback to its last. After an error parameters, optimizer state and progress are as they
 * were.
 */
export function* guarded(engine: Engine, plan: LoopSettings, work: () => Slices<History>): Slices<History> {
  const progress = structuredClone(engine.progress);
  const state = engine.state.slice();
  const { best } = engine;
  const { arena } = engine.core;
  const mark = arena.top;
  let history: History;
  try {
    if (plan.onTrainBegin) yield* answerOf(plan.onTrainBegin());
    if (plan.worker) {
      engine.mirror = (yield WorkerCore.open(engine.core, plan.worker)) as WorkerCore | undefined;
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
