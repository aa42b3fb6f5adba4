import { checkDataset } from "../data/check.js";
import type { Engine } from "../engine/engine.js";
import { CUT, type Slices, stepsPerSlice } from "../engine/scheduler.js";
import type { Session } from "../engine/session.js";
import { IS_BASIC } from "../machine/is-basic.js";
import type { BatchBegin, History, Stopped } from "../record/history.js";
import type { Ahead } from "./ahead.js";
import { answerOf, isPromise, unlessCut } from "./callbacks.js";
import { Epochs } from "./epochs.js";
import { openSession } from "./open-session.js";
import { prepare } from "./prepare.js";
import { restoring } from "./restoring.js";
import { checkCursor } from "./resuming.js";
import type { FitSettings, Updater } from "./settings.js";
import type { WorkerMode } from "./worker-option.js";

/** Cost of making memory grow when a fit begins, at most, in multiply-adds. */
const OPENING_WORK = 1e8;

/** Work reported to the scheduler at once: reporting every epoch would cost a small network 5 % of its time. */
const REPORTED_WORK = 1e6;

/** Most work between two messages of a worker: where clocks stand still, as in tests, there is no time to go by. */
const LONGEST_WORK = 4e9;

/** One training of a network on rows in memory, from checked options to its history. */
class Fit {
  readonly #engine: Engine;
  readonly #settings: FitSettings;
  readonly #epochs: Epochs;
  readonly #session: Session;
  /** Makes the updates, if the optimizer does not make one per run of the program. */
  readonly #updater: Updater | undefined;
  /** The code for training in a worker, if the fit is in one. */
  readonly #mode: WorkerMode | undefined;
  /** Trains several epochs at once in a worker. */
  readonly #ahead: Ahead | undefined;
  /** Batches of all rows. */
  readonly #allBatches: number;
  /** Batches of an epoch. */
  readonly #batches: number;
  /** True if epochs are plain once their rows are loaded, unless they are cut. */
  readonly #canBePlain: boolean;
  /** Work done that was not reported yet. */
  #unreported = 0;

  constructor(
    engine: Engine,
    settings: FitSettings,
    session: Session,
    epochs: Epochs,
    mode: WorkerMode | undefined,
  ) {
    const { training, batch } = settings;
    this.#engine = engine;
    this.#settings = settings;
    this.#session = session;
    this.#updater = settings.makeUpdater?.(engine, session);
    this.#epochs = epochs;
    this.#allBatches = Math.ceil(training.x.rows / batch);
    this.#batches = Math.min(this.#allBatches, settings.stepsPerEpoch);
    if (!IS_BASIC) checkCursor(epochs.partial, this.#batches);
    this.#mode = mode;
    this.#ahead = mode && new mode.Ahead(engine, settings, epochs, session, this.#shuffles);
    const { onEpochBegin, onBatchBegin, onBatch } = settings;
    const happens = mode || this.#updater || onEpochBegin || onBatchBegin || onBatch;
    const isOneRun = this.#batches === this.#allBatches && this.#batches <= stepsPerSlice(session.work);
    this.#canBePlain = !happens && isOneRun && epochs.isPlain && session.plan.epochs === 1;
    if (!this.#shuffles || !session.window.isResident) session.window.orderInSequence();
  }

  /** Trains all epochs. */
  *run(): Slices<History> {
    return this.#epochs.finish(yield* this.#runUnlessCut());
  }

  /** Trains until the end, or until the wait for a worker that does not answer is cut: its last update was not made then. */
  *#runUnlessCut(): Slices<Stopped> {
    try {
      return yield* this.#run();
    } catch (error) {
      if (error === CUT) return "aborted";
      throw error;
    }
  }

  *#run(): Slices<Stopped> {
    const epochs = this.#epochs;
    for (;;) {
      if (epochs.endEarly) return "early";
      if (epochs.areDone) return "completed";
      if (epochs.budget === 0) return "budget";
      if (this.#isPlain) {
        if (this.#settings.signal?.aborted) return "aborted";
        const reply = this.#plain();
        if ((isPromise(reply) ? yield* unlessCut(reply) : reply) === false) return "callback";
        if (this.#unreported >= REPORTED_WORK) yield this.#takeUnreported();
        continue;
      }
      const stopped = yield* this.#next();
      if (stopped) return stopped;
    }
  }

  /** Trains as many epochs as are trained at once. */
  #next(): Slices<Stopped | undefined> {
    const epochs = this.#epochs;
    const perRun = this.#session.plan.epochs;
    if (epochs.partial.batches > 0) return this.#one();
    if (perRun > 1) return this.#several(Math.min(perRun, epochs.left));
    const ahead = this.#ahead?.count;
    return this.#ahead && ahead ? this.#ahead.train(ahead) : this.#one();
  }

  /** True if the order changes from epoch to epoch. To a step over all rows it makes no difference. */
  get #shuffles(): boolean {
    return this.#settings.shuffle && !this.#session.isFullBatch;
  }

  /**
   * The batch with which the epoch under way begins. Rows in their own order go on where the last epoch ended, as in
   * Keras 3; a random order begins anew.
   */
  get #firstBatch(): number {
    return this.#shuffles ? 0 : ((this.#epochs.number - 1) * this.#batches) % this.#allBatches;
  }

  /** Orders the rows of the next epochs. */
  #order(epochs: number): void {
    if (this.#shuffles) this.#session.window.shuffle(this.#engine.progress.epoch, epochs);
  }

  #takeUnreported(): number {
    const work = this.#unreported;
    this.#unreported = 0;
    return work;
  }

  /** Trains several epochs in one run, between which nothing happens. @returns why the fit ends, if it does. */
  *#several(count: number): Slices<Stopped | undefined> {
    const session = this.#session;
    this.#order(count);
    if (!session.window.holds(0)) yield* session.load(0);
    if (this.#settings.signal?.aborted) return "aborted";
    const steps = count * session.window.period;
    const arrival = this.#update(0, steps);
    if (arrival) yield arrival;
    this.#epochs.advanceSeveral(session, count);
    yield steps * session.work;
    return undefined;
  }

  /** Trains an epoch, or the rest of one that was cut. @returns why the fit ends with it or within it, if it does. */
  *#one(): Slices<Stopped | undefined> {
    const { onEpochBegin, onBatchBegin, onBatch, measureBatch, signal } = this.#settings;
    const session = this.#session;
    const epochs = this.#epochs;
    const { rows, batch } = session.plan;
    if (!IS_BASIC && onEpochBegin) yield* epochs.announce(onEpochBegin);
    epochs.begin();
    this.#order(1);
    session.results.setSums(epochs.partial);
    const { host, stateRange } = this.#engine;
    const mode = this.#mode;
    const isSingle = measureBatch || (!mode && (onBatchBegin || onBatch));
    const slice = isSingle ? 1 : stepsPerSlice(session.work, host.fetchWork * stateRange[1]);
    // A worker is not asked after every batch, which would take half of its time: reports come together.
    const pace = isSingle
      ? undefined
      : mode && new mode.Pace(slice, stepsPerSlice(session.work, LONGEST_WORK));
    const windowBatches = Math.ceil(rows / batch);
    for (let done = epochs.partial.batches; done < this.#batches; ) {
      const next = (this.#firstBatch + done) % this.#allBatches;
      const slot = next % windowBatches;
      const first = (next - slot) * batch;
      if (!session.window.holds(first)) yield* session.load(first);
      if (signal?.aborted) return "aborted";
      const untilEnd = Math.min(windowBatches - slot, this.#allBatches - next);
      const steps = Math.min(pace?.steps ?? slice, untilEnd, this.#batches - done, epochs.remaining);
      const { step } = this.#engine.progress;
      const batchAt = (i: number): BatchBegin => ({
        epoch: epochs.number,
        epochs: this.#settings.epochs,
        batch: done + i + 1,
        batches: this.#batches,
        step: step + i,
        rows: session.window.rowsOf(slot + i),
      });
      if (!IS_BASIC && onBatchBegin)
        for (let i = 0; i < steps; i++) yield* answerOf(onBatchBegin(batchAt(i)));
      const measures = IS_BASIC ? undefined : measureBatch?.(epochs.partial);
      if (this.#updater) yield* this.#updateBy(this.#updater, slot, steps);
      else {
        // Clocks are slow on some hosts, and only a worker is measured.
        const start = pace ? Date.now() : 0;
        const arrival = this.#update(slot, steps);
        if (arrival) yield arrival;
        pace?.measure(steps, Date.now() - start);
      }
      epochs.advance(session, slot, steps);
      let isStopped = false;
      if (!IS_BASIC && onBatch) {
        // Copied, since the callback may use the memory that these are in.
        const losses = Array.from(session.results.losses(slot, steps));
        for (const [i, loss] of losses.entries()) {
          const report = { ...batchAt(i), step: step + i + 1, loss, ...measures?.() };
          isStopped = (yield* answerOf(onBatch(report))) === false;
          // In a worker, the batches that it was sent together are done.
          if (isStopped) break;
        }
      }
      done += steps;
      this.#unreported += steps * session.work;
      if (this.#unreported >= REPORTED_WORK) yield this.#takeUnreported();
      if (done < this.#batches) {
        if (epochs.isCheckpointDue) yield* epochs.checkpoint();
        if (isStopped) return "callback";
        if (epochs.budget === 0) return "budget";
      } else if (isStopped) {
        yield* epochs.end(this.#updater?.isDone);
        return "callback";
      }
    }
    return yield* epochs.end(this.#updater?.isDone);
  }

  /** True if the next epoch is a single run on this thread, of rows that are loaded, with nothing but onEpoch behind it. */
  get #isPlain(): boolean {
    const { partial, remaining } = this.#epochs;
    if (!this.#canBePlain || partial.batches > 0 || remaining < this.#batches) return false;
    return this.#session.window.holds(0);
  }

  /**
   * Trains an epoch that `#isPlain`, as `#one` does: a generator per epoch takes as long as a step of XOR.
   * @returns the reply of onEpoch.
   */
  #plain(): unknown {
    this.#epochs.begin();
    this.#order(1);
    this.#update(0, this.#batches);
    this.#epochs.advance(this.#session, 0, this.#batches);
    this.#unreported += this.#batches * this.#session.work;
    return this.#epochs.endPlainly();
  }

  /**
   * Makes the updates of some slots.
   * @returns a promise that resolves when their results and the new state are on this thread, or undefined if they are: a
   * generator per run would cost a small network too much.
   */
  #update(slot: number, steps: number): PromiseLike<undefined> | undefined {
    const { spec, progress, stateRange } = this.#begin();
    const session = this.#session;
    session.rates.set(spec, progress, slot, steps, progress.step);
    session.run(progress.step, slot, steps);
    return session.fetch(slot, steps, stateRange);
  }

  /** Makes the updates of some slots in the optimizer's own way. */
  *#updateBy(updater: Updater, slot: number, steps: number): Slices<void> {
    const { progress, stateRange, state } = this.#begin();
    const before = state.slice();
    try {
      yield* updater.update(progress.step, slot, steps);
      const arrival = this.#session.fetch(slot, steps, stateRange);
      if (arrival) yield arrival;
    } catch (error) {
      // The parameters may be those of a trial.
      if (error === CUT) this.#engine.state.set(before);
      throw error;
    }
  }

  /** @throws StateError if a callback has disposed of the network. */
  #begin(): Engine {
    this.#engine.checkAlive("fit");
    return this.#engine;
  }
}

/** Trains in slices. After an error everything is as it was. */
export function* fit(engine: Engine, given: FitSettings): Slices<History> {
  const settings = { ...given, training: yield* prepare(given.training, given.epochs) };
  const { training, validation, batch } = settings;
  if (validation) yield* checkDataset(validation);
  return yield* restoring(engine, settings, function* (mode) {
    const session = openSession(engine, settings);
    let epochs: Epochs | undefined;
    try {
      epochs = new Epochs(engine, settings, training.x.rows, batch);
      yield OPENING_WORK;
      return yield* new Fit(engine, settings, session, epochs, mode as WorkerMode | undefined).run();
    } finally {
      epochs?.close();
      engine.plans.close(session);
    }
  });
}
