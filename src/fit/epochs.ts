import type { Engine } from "../engine/engine.js";
import { checkFiniteState, remedyOf } from "../engine/finite.js";
import { learningRateAt } from "../engine/rates.js";
import type { Slices } from "../engine/scheduler.js";
import type { Session } from "../engine/session.js";
import { DivergenceError } from "../errors.js";
import { Evaluation } from "../evaluation/evaluation.js";
import { measure } from "../evaluation/measure.js";
import type { Arrival } from "../machine/host.js";
import { IS_BASIC } from "../machine/is-basic.js";
import {
  type EpochBegin,
  type EpochMeasures,
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
import { answerOf } from "./callbacks.js";
import { checkSameRows, fitToResume } from "./resuming.js";
import type { LoopSettings } from "./settings.js";

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
  /** True if an epoch ends with its loss alone, and with no wait before the reply of onEpoch. */
  readonly isPlain: boolean;
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
    this.isPlain = !this.#validation && !settings.onCheckpoint && settings.metrics.length === 0;
  }

  #begin(rows: number, batch: number): FitProgress {
    const engine = this.#engine;
    const settings = this.#settings;
    const resumed = IS_BASIC ? undefined : fitToResume(engine, settings);
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

  /** Tells onEpochBegin of the epoch, unless it was cut and is resumed. */
  *announce(onEpochBegin: (epoch: EpochBegin) => unknown): Slices<void> {
    if (this.partial.batches > 0) return;
    yield* answerOf(onEpochBegin({ epoch: this.number, epochs: this.#settings.epochs }));
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
    const { onCheckpoint, checkpointEvery, metrics } = this.#settings;
    const fit = this.#fit;
    const sums = fit.partial;
    fit.partial = emptySums();
    this.#leave(isConverged);
    const validation: Measures | undefined = this.#validation && (yield* this.#validation.measure(validated));
    const measures = nameMeasures(measure(metrics, sums, this.#engine.spec), validation);
    const learningRate = this.#note(measures);
    if (onCheckpoint && (this.isCheckpointDue || checkpointEvery === Infinity)) yield* this.checkpoint();
    const reply = this.#report(learningRate, sums.rows, measures);
    return (yield* answerOf(reply)) === false ? "callback" : undefined;
  }

  /**
   * Ends an epoch that `isPlain`, as `end` does: a generator and new sums per epoch take as long as a step of XOR.
   * @returns the reply of onEpoch.
   */
  endPlainly(): unknown {
    const sums = this.#fit.partial;
    const { rows } = sums;
    const measures = { loss: meanLoss(sums) };
    clearNumbers(sums);
    this.#leave(false);
    return this.#report(this.#note(measures), rows, measures);
  }

  /** Counts the epoch that has ended. */
  #leave(isConverged: boolean): void {
    this.#engine.progress.epoch++;
    this.#fit.epochs++;
    this.#fit.isConverged = isConverged;
  }

  /** Records the measures of an epoch, and shows them to reduceOnPlateau and early stopping. @returns its learning rate. */
  #note(measures: EpochMeasures): number {
    const { stopping, adaptRate } = this.#settings;
    const { progress, spec } = this.#engine;
    const learningRate = learningRateAt(spec, progress, progress.step - 1);
    record(this.#fit.history, learningRate, measures.loss, this.isPlain ? undefined : measures);
    adaptRate?.(this.#engine, measures);
    if (stopping?.watch(this.#fit, measures)) this.#engine.best = this.#engine.model.slice();
    return learningRate;
  }

  /** Reports an epoch of `rows` rows to onEpoch. @returns its reply. */
  #report(learningRate: number, rows: number, measures: EpochMeasures): unknown {
    const { onEpoch, epochs } = this.#settings;
    if (!onEpoch) return undefined;
    const seconds = (this.#clock.now() - this.#started) / 1000;
    const samplesPerSecond = seconds > 0 ? rows / seconds : 0;
    const { loss } = measures;
    const epoch = this.#fit.epochs;
    const report: EpochReport = { epoch, epochs, learningRate, seconds, samplesPerSecond, loss };
    return onEpoch(this.isPlain ? report : Object.assign(report, measures));
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
