import type { Engine } from "../engine/engine.js";
import { checkFiniteState, remedyOf } from "../engine/finite.js";
import { learningRateAt } from "../engine/rates.js";
import type { Slices } from "../engine/scheduler.js";
import type { Session } from "../engine/session.js";
import { DivergenceError, StateError } from "../errors.js";
import { Evaluation } from "../evaluation/evaluation.js";
import { measure } from "../evaluation/measure.js";
import type { Arrival } from "../machine/host.js";
import { plural } from "../model/check.js";
import {
  type EpochReport,
  type History,
  nameMeasures,
  preallocate,
  record,
  type Stopped,
  trim,
} from "../record/history.js";
import type { Measures } from "../record/measures.js";
import { copyOf, type FitProgress, startOfFit } from "../record/progress.js";
import { addSteps, clearNumbers, emptySums, meanLoss, type StepResults, type Sums } from "../record/tally.js";
import { answerOf, isPromise, unlessCut } from "./callbacks.js";
import type { LoopSettings } from "./settings.js";

/** The fit that is resumed, or undefined where a new one begins: the rule that the option `resume` documents. */
function fitToResume(
  { progress: { fit } }: Engine,
  { initialEpoch, resume }: LoopSettings,
): FitProgress | undefined {
  if (initialEpoch !== undefined || resume === false) return undefined;
  return fit?.isStopped && !resume ? undefined : fit;
}

/** @throws StateError unless a fit that is resumed trains on as many rows in batches of the same size. */
function checkSameRows(fit: FitProgress, rows: number, batch: number): void {
  const { rows: before = rows, batch: batchBefore = batch } = fit;
  if (rows === before && batch === batchBefore) return;
  const name = (count: number, size: number) =>
    count === 0 ? "a source of batches" : `${plural(count, "row")} in batches of ${size}`;
  throw new StateError(
    `The fit to be resumed trained on ${name(before, batchBefore)}, but this one has ${name(rows, batch)}: give the rows and the batchSize of before, or initialEpoch: 0 to begin a new fit.`,
  );
}

/** The epochs of a fit, wherever its batches come from: validation, history, callbacks, early stopping and plateaus. */
export class Epochs {
  readonly #engine: Engine;
  readonly #settings: LoopSettings;
  readonly #validation: Evaluation | undefined;
  readonly #fit: FitProgress;
  /** Updates that this fit may still make. */
  #budget: number;
  /** Updates until the next checkpoint; Infinity where checkpoints come at the end of each epoch. */
  #untilCheckpoint: number;
  /** Kept here, since reading the global takes as long as a step of XOR. */
  readonly #clock: { now(): number } = typeof performance === "object" ? performance : Date;
  /** When the epoch under way began. */
  #started = 0;

  /**
   * Resumes a fit or begins a new one.
   * @param rows of the training data, 0 for a source of batches. @param batch rows per update, likewise.
   * @throws StateError where the fit that would be resumed has other rows.
   */
  constructor(engine: Engine, settings: LoopSettings, rows: number, batch: number) {
    this.#engine = engine;
    this.#settings = settings;
    this.#budget = settings.maxSteps;
    this.#untilCheckpoint = settings.checkpointEvery;
    this.#fit = this.#begin(rows, batch);
    this.#validation =
      settings.validation && new Evaluation(engine, settings.validation, settings.metrics, engine.host);
  }

  #begin(rows: number, batch: number): FitProgress {
    const engine = this.#engine;
    const settings = this.#settings;
    const resumed = fitToResume(engine, settings);
    if (!resumed) {
      engine.discardFit();
      engine.progress.fit = startOfFit(settings.initialEpoch ?? 0, rows, batch);
      return engine.progress.fit;
    }
    checkSameRows(resumed, rows, batch);
    if (resumed.showsBest) engine.exchangeBest();
    return Object.assign(resumed, { rows, batch, isStopped: false, showsBest: false });
  }

  /** The number of the epoch under way, from 1. */
  get number(): number {
    return this.#fit.epochs + 1;
  }

  /** True once nothing is left to do before all epochs are done: early stopping has fired, or lbfgs has converged. */
  get endEarly(): boolean {
    const { stopping } = this.#settings;
    const { waited, isConverged } = this.#fit;
    return isConverged || (stopping !== undefined && waited >= Math.max(stopping.patience, 1));
  }

  /** The validation after each epoch, if there is one. */
  get validation(): Evaluation | undefined {
    return this.#validation;
  }

  get areDone(): boolean {
    return this.#fit.epochs >= this.#settings.epochs;
  }

  /** Epochs left. */
  get left(): number {
    return this.#settings.epochs - this.#fit.epochs;
  }

  /** Updates that may still be made. */
  get budget(): number {
    return this.#budget;
  }

  /** Maximum of updates in one run: until the budget ends or a checkpoint is due. */
  get remaining(): number {
    return Math.min(this.#budget, this.#untilCheckpoint);
  }

  /** True if `checkpointEvery` updates were made since the last checkpoint. */
  get isCheckpointDue(): boolean {
    return this.#untilCheckpoint <= 0;
  }

  /** Passes a checkpoint to onCheckpoint. */
  *checkpoint(): Slices<void> {
    this.#untilCheckpoint = this.#settings.checkpointEvery;
    yield* answerOf(this.#settings.onCheckpoint?.());
  }

  /** Sums of the epoch under way. */
  get partial(): Sums {
    return this.#fit.partial;
  }

  /** Milliseconds of the clock that `seconds` is measured by. */
  get now(): number {
    return this.#clock.now();
  }

  /** Begins or resumes an epoch. @param since milliseconds that it has taken so far. */
  begin(since = 0): void {
    if (this.#settings.onEpoch) this.#started = this.#clock.now() - since;
  }

  /** Counts updates of the epoch under way and adds up their results. @throws DivergenceError for a loss that is not finite. */
  advance(session: Session, slot: number, steps: number): void {
    const { partial } = this.#fit;
    const results = session.results.of(slot, steps);
    addSteps(partial, results, 0, steps);
    this.#checkLoss(partial, results);
    session.results.readSums(partial, slot, steps);
    this.#count(steps);
  }

  /**
   * Counts the updates of several whole epochs, between which nothing happens, and records these epochs. No code of the user
   * runs here, which could move the memory of the views.
   * @throws DivergenceError for a loss that is not finite.
   */
  advanceSeveral(session: Session, epochs: number): void {
    const { progress, spec } = this.#engine;
    const { history } = this.#fit;
    const { metrics } = this.#settings;
    const { period } = session.window;
    const results = session.results.of(0, epochs * period);
    const rates = session.rates.of(0, epochs * period);
    const sums = emptySums();
    preallocate(history, epochs, this.left);
    for (let epoch = 0; epoch < epochs; epoch++) {
      clearNumbers(sums);
      const end = (epoch + 1) * period;
      addSteps(sums, results, epoch * period, end);
      this.#checkLoss(sums, results);
      const measures = metrics.length > 0 ? nameMeasures(measure(metrics, sums, spec)) : undefined;
      record(history, rates[end - 1], meanLoss(sums), measures);
    }
    this.#count(epochs * period);
    progress.epoch += epochs;
    this.#fit.epochs += epochs;
  }

  /** Counts updates. */
  #count(steps: number): void {
    this.#engine.progress.step += steps;
    this.#budget -= steps;
    this.#untilCheckpoint -= steps;
  }

  /**
   * Ends an epoch.
   * @param isConverged true if no further update would be made. @param validated its validation, if that has begun.
   * @returns "callback" if onEpoch stops the fit.
   */
  *end(isConverged = false, validated?: Arrival): Slices<Stopped | undefined> {
    const { onEpoch, onCheckpoint, checkpointEvery, metrics, stopping, adaptRate, epochs } = this.#settings;
    const { progress, spec } = this.#engine;
    const fit = this.#fit;
    const sums = fit.partial;
    progress.epoch++;
    fit.epochs++;
    fit.partial = emptySums();
    fit.isConverged = isConverged;
    const validation: Measures | undefined = this.#validation && (yield* this.#validation.measure(validated));
    const measures = nameMeasures(measure(metrics, sums, spec), validation);
    const learningRate = learningRateAt(spec, progress, progress.step - 1);
    record(fit.history, learningRate, measures.loss, measures);
    adaptRate?.(measures);
    if (stopping?.watch(fit, measures)) this.#engine.best = this.#engine.model.slice();
    if (onCheckpoint && (this.isCheckpointDue || checkpointEvery === Infinity)) yield* this.checkpoint();
    if (onEpoch) {
      const seconds = (this.#clock.now() - this.#started) / 1000;
      const samplesPerSecond = seconds > 0 ? sums.rows / seconds : 0;
      const { loss } = measures;
      const report: EpochReport = {
        epoch: fit.epochs,
        epochs,
        learningRate,
        seconds,
        samplesPerSecond,
        loss,
      };
      const reply = onEpoch(Object.assign(report, measures));
      // As answerOf does, without the cost of a generator per epoch.
      if ((isPromise(reply) ? yield* unlessCut(reply) : reply) === false) return "callback";
    }
    return undefined;
  }

  /**
   * Ends the fit. One that was cut or stopped stays open for a fit that resumes it: what the user gets of its history is a
   * copy.
   * @throws DivergenceError if a parameter is not finite.
   */
  finish(stopped: Stopped): History {
    const engine = this.#engine;
    const fit = this.#fit;
    checkFiniteState(engine, "the parameters are as they were before fit");
    trim(fit.history);
    const history = { ...fit.history, stopped };
    if (stopped === "budget") return copyOf(history);
    const showsBest = Boolean(this.#settings.stopping?.restoreBest && engine.best);
    if (showsBest) engine.exchangeBest();
    if (stopped === "aborted" || stopped === "callback") {
      Object.assign(fit, { isStopped: true, showsBest });
      return copyOf(history);
    }
    engine.discardFit();
    return history;
  }

  /** Ends its use of memory. */
  close(): void {
    this.#validation?.close();
  }

  /** @throws DivergenceError for a loss that is not finite. */
  #checkLoss({ loss }: Sums, { losses }: StepResults): void {
    if (Number.isFinite(loss)) return;
    const value = losses.find((number) => !Number.isFinite(number)) ?? loss;
    throw new DivergenceError(
      `Training diverged: the loss became ${value} from epoch ${this.number}, step ${this.#engine.progress.step + 1} on; the parameters are as they were before fit, so ${remedyOf(this.#engine)}.`,
    );
  }
}

/** @throws StateError where a fit that was cut within an epoch has made more batches of it than the epoch has now. */
export function checkCursor(partial: Sums, batches: number): void {
  if (partial.batches <= batches) return;
  throw new StateError(
    `The last fit was cut after ${partial.batches} batches of an epoch, but this one has only ${batches} in each: give the stepsPerEpoch of before to resume it, or initialEpoch: 0 to discard it.`,
  );
}
