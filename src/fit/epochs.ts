import type { Engine } from "../engine/engine.js";
import { learningRateAt } from "../engine/rates.js";
import type { Slices } from "../engine/scheduler.js";
import type { Session } from "../engine/session.js";
import { DivergenceError, StateError } from "../errors.js";
import { Evaluation } from "../evaluation/evaluation.js";
import { measure } from "../evaluation/measure.js";
import { type History, nameMeasures, record, reserve, type Stopped } from "../record/history.js";
import type { Measures } from "../record/measures.js";
import { type FitProgress, startOfFit } from "../record/progress.js";
import { addSteps, clearNumbers, emptySums, meanLoss, type StepResults, type Sums } from "../record/tally.js";
import { answerOf, isPromise } from "./callbacks.js";
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
  readonly #clock = performance;
  /** When the epoch under way began. */
  #started = 0;

  /** Resumes the fit that maxSteps cut, unless `initialEpoch` asks for a new one. */
  constructor(engine: Engine, settings: LoopSettings) {
    this.#engine = engine;
    this.#settings = settings;
    this.#budget = settings.maxSteps;
    this.#untilCheckpoint = settings.checkpointEvery;
    const { progress } = engine;
    if (settings.initialEpoch !== undefined) progress.fit = undefined;
    if (!progress.fit) engine.best = undefined;
    progress.fit ??= startOfFit(settings.initialEpoch ?? 0);
    this.#fit = progress.fit;
    this.#validation =
      settings.validation && new Evaluation(engine, settings.validation, settings.metrics, engine.host);
  }

  /** The number of the epoch under way, from 1. */
  get number(): number {
    return this.#fit.epochs + 1;
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

  /** Begins or resumes an epoch. */
  begin(): void {
    if (this.#settings.onEpoch) this.#started = this.#clock.now();
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
   * Counts the updates of several whole epochs, between which nothing happens, and records these epochs.
   * @throws DivergenceError for a loss that is not finite.
   */
  advanceSeveral(session: Session, epochs: number): void {
    const { progress, spec } = this.#engine;
    const { history } = this.#fit;
    const { metrics } = this.#settings;
    const { period } = session.window;
    const results = session.results.of(0, epochs * period);
    const sums = emptySums();
    reserve(history, epochs);
    for (let epoch = 0; epoch < epochs; epoch++) {
      clearNumbers(sums);
      const end = (epoch + 1) * period;
      addSteps(sums, results, epoch * period, end);
      this.#checkLoss(sums, results);
      const rate = learningRateAt(spec, progress, progress.step + end - 1);
      const measures = metrics.length > 0 ? nameMeasures(measure(metrics, sums, spec)) : undefined;
      record(history, rate, meanLoss(sums), measures);
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

  /** Ends an epoch. @returns why the fit ends with it, or undefined if it does not. */
  *end(): Slices<Stopped | undefined> {
    const { onEpoch, onCheckpoint, checkpointEvery, metrics, stopping, adaptRate, epochs } = this.#settings;
    const { progress, spec } = this.#engine;
    const fit = this.#fit;
    const sums = fit.partial;
    progress.epoch++;
    fit.epochs++;
    fit.partial = emptySums();
    const validation: Measures | undefined = this.#validation && (yield* this.#validation.measure());
    const measures = nameMeasures(measure(metrics, sums, spec), validation);
    const learningRate = learningRateAt(spec, progress, progress.step - 1);
    record(fit.history, learningRate, measures.loss, measures);
    adaptRate?.(measures);
    if (stopping?.watch(fit, measures)) this.#engine.best = this.#engine.model.slice();
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
      // As answerOf does, without the cost of a generator per epoch.
      if ((isPromise(reply) ? yield reply : reply) === false) return "callback";
    }
    return stopping && fit.waited >= Math.max(stopping.patience, 1) ? "early" : undefined;
  }

  /**
   * Ends the fit. One that maxSteps has cut stays open for the next fit.
   * @throws DivergenceError if a parameter is not finite.
   */
  finish(stopped: Stopped): History {
    const { progress, best, model, state, host } = this.#engine;
    this.#checkFinite(state, `after ${progress.step} steps`, "a parameter");
    const { history } = this.#fit;
    if (stopped === "budget") {
      // The next fit extends the history: what the user gets is a copy.
      return { ...structuredClone(history), stopped };
    }
    if (this.#settings.stopping?.restoreBest && best) host.write(model, (memory) => memory.set(best));
    if (stopped === "aborted") progress.epoch++;
    progress.fit = undefined;
    this.#engine.best = undefined;
    return { ...history, stopped };
  }

  #checkLoss({ loss }: Sums, { losses }: StepResults): void {
    if (Number.isFinite(loss)) return;
    const first = `from epoch ${this.number}, step ${this.#engine.progress.step + 1} on`;
    this.#checkFinite(losses, first, "the loss");
  }

  #checkFinite(values: Float32Array | Float64Array, when: string, what: string): void {
    for (let i = 0; i < values.length; i++) {
      if (Number.isFinite(values[i])) continue;
      const { progress, spec } = this.#engine;
      throw new DivergenceError(
        `Training diverged: ${what} became ${values[i]} ${when}; the parameters are as they were before fit, so lower the learningRate of ${spec.optimizer.type} (${learningRateAt(spec, progress, progress.step)}) or scale the inputs to about -1 to 1.`,
      );
    }
  }
}

/** @throws StateError where a fit that was cut within an epoch cannot be resumed with these batches. */
export function checkCursor(partial: Sums, batches: number): void {
  if (partial.batches <= batches) return;
  throw new StateError(
    `The last fit was cut after ${partial.batches} batches of an epoch, but this one has only ${batches}: give the same data and batchSize to resume it, or initialEpoch: 0 to discard it.`,
  );
}
