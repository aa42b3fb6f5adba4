import type { Dataset } from "../data/dataset.js";
import type { Table } from "../data/table.js";
import { rowBytes, workOf } from "../engine/cost.js";
import type { Engine } from "../engine/engine.js";
import { type Slices, stepsPerSlice } from "../engine/scheduler.js";
import { Session } from "../engine/session.js";
import { countsOf } from "../evaluation/metrics.js";
import { plateauOf } from "../model/schedules.js";
import type { History, Stopped } from "../record/history.js";
import { answerOf, checkCursor, Epochs, guarded } from "./epochs.js";
import { Lbfgs } from "./lbfgs.js";
import type { FitSettings } from "./options.js";

/** Rows that take no more than this stay in linear memory for the whole fit. */
const RESIDENT_BYTES = 48 * 2 ** 20;

/** Larger data sets pass through a window of this size. */
const WINDOW_BYTES = 16 * 2 ** 20;

/** Values checked in one go, in about the time of so many multiply-adds. */
const CHECKED = 2 ** 20;
const CHECK_WORK = 16;

/** Reads every value once, before anything is changed. @throws DataError */
export function* check(table: Table): Generator<number, void> {
  const portion = Math.max(1, Math.floor(CHECKED / table.cols));
  for (let first = 0; first < table.rows; first += portion) {
    const count = Math.min(portion, table.rows - first);
    table.check(first, count);
    if (!table.bytes) yield count * table.cols * CHECK_WORK;
  }
}

/** Reads every value of inputs and targets once. @throws DataError */
export function* checkDataset({ x, y }: Dataset): Generator<number, void> {
  yield* check(x);
  yield* check(y);
}

/** Memory grows when a fit begins, which may take as long as so many multiply-adds. */
const OPENING_WORK = 1e8;

/** Work that is told of at a time, a small part of a stretch: to tell of each epoch takes a small network a twentieth of its time. */
const TOLD = 1e6;

/** Entries of the order table at most, where it holds several epochs. */
const ORDERS = 2 ** 18;

function fits(data: Dataset): boolean {
  return data.x.rows * rowBytes(data) <= RESIDENT_BYTES;
}

/** Epochs that run in one go: one, if anything happens between them; else as many as a stretch has time for. */
function epochsAtOnce({ spec }: Engine, plan: FitSettings): number {
  const { training, batch, epochs } = plan;
  const { confusion, deviations, outputs } = countsOf(plan.metrics);
  const happens = plan.validation || plan.onEpoch || plan.onBatch || plan.stopping || plan.onCheckpoint;
  const isCut = plan.stepsPerEpoch < Infinity || plan.maxSteps < Infinity;
  const { type, learningRate } = spec.optimizer;
  const sums = confusion || deviations || outputs;
  if (happens || isCut || plateauOf(learningRate) || sums || type === "lbfgs" || !fits(training)) return 1;
  const steps = Math.ceil(training.x.rows / batch);
  const work = steps * workOf(spec, batch, "train");
  return Math.max(1, Math.min(epochs, stepsPerSlice(work), Math.floor(ORDERS / (steps * batch))));
}

/** One training of a network on rows in memory, from checked options to its history. */
class Fit {
  readonly #engine: Engine;
  readonly #plan: FitSettings;
  readonly #epochs: Epochs;
  readonly #session: Session;
  /** What makes updates: the program itself, or a search along lines that runs it. */
  readonly #stepper: Session | Lbfgs;
  /** Batches of an epoch. */
  readonly #batches: number;
  #isLoaded = false;
  /** Work done that was not told of yet. */
  #untold = 0;

  constructor(engine: Engine, plan: FitSettings) {
    const { training, batch } = plan;
    this.#engine = engine;
    this.#plan = plan;
    this.#session = new Session(engine, {
      purpose: "train",
      ...training,
      batch,
      windowBytes: fits(training) ? RESIDENT_BYTES : WINDOW_BYTES,
      counts: countsOf(plan.metrics),
      epochs: epochsAtOnce(engine, plan),
      mirror: engine.mirror,
    });
    this.#stepper = engine.spec.optimizer.type === "lbfgs" ? new Lbfgs(engine, this.#session) : this.#session;
    this.#epochs = new Epochs(engine, plan);
    this.#batches = Math.min(Math.ceil(training.x.rows / batch), plan.stepsPerEpoch);
    checkCursor(this.#epochs.partial, this.#batches);
    if (!this.#shuffles || !this.#session.isResident) this.#session.orderInSequence();
  }

  /** All epochs. */
  *run(): Slices<History> {
    return this.#epochs.finish(yield* this.#run());
  }

  *#run(): Slices<Stopped> {
    const epochs = this.#epochs;
    const atOnce = this.#session.plan.epochs;
    while (!epochs.areDone) {
      if (epochs.budget === 0) return "budget";
      const isWhole = epochs.partial.batches === 0;
      const stopped = yield* atOnce > 1 && isWhole
        ? this.#several(Math.min(atOnce, epochs.left))
        : this.#one();
      if (stopped) return stopped;
      if (this.#stepper instanceof Lbfgs && this.#stepper.isDone) return "early";
    }
    return "completed";
  }

  /** Whether the order changes: it makes no difference to a step over all rows. */
  get #shuffles(): boolean {
    return this.#plan.shuffle && !this.#session.isFullBatch;
  }

  /** The rows of each of so many epochs in their order; where they pass through the window, what load follows. */
  #order(epochs: number): Int32Array | undefined {
    return this.#shuffles ? this.#session.orderAtRandom(this.#engine.progress.epoch, epochs) : undefined;
  }

  /** Several epochs in one go, between which nothing happens. */
  *#several(count: number): Slices<Stopped | undefined> {
    const session = this.#session;
    this.#order(count);
    if (!this.#isLoaded) yield* session.load(0, session.plan.rows);
    this.#isLoaded = true;
    const steps = count * session.period;
    if (this.#plan.signal?.aborted) return "aborted";
    const rest = this.#update(0, steps);
    if (rest) yield* rest;
    this.#epochs.advanceSeveral(session, count);
    yield steps * session.work;
    return undefined;
  }

  /** One epoch, or what is left of it; why the fit ends with it or within it, if it does. */
  *#one(): Slices<Stopped | undefined> {
    const { onBatch, signal, epochs: total, training } = this.#plan;
    const session = this.#session;
    const epochs = this.#epochs;
    const { rows, batch } = session.plan;
    epochs.begin();
    const permutation = this.#order(1);
    session.setSums(epochs.partial);
    const stretch = onBatch ? 1 : stepsPerSlice(session.work, this.#engine.fetching);
    const windowBatches = Math.ceil(rows / batch);
    let window = this.#isLoaded ? 0 : -1;
    for (let done = epochs.partial.batches; done < this.#batches; ) {
      const slot = done % windowBatches;
      const first = done - slot;
      if (first !== window) {
        const row = first * batch;
        yield* session.load(row, Math.min(rows, training.x.rows - row), permutation);
        this.#isLoaded = session.isResident;
        window = first;
      }
      if (signal?.aborted) return "aborted";
      const steps = Math.min(stretch, windowBatches - slot, this.#batches - done, epochs.room);
      const rest = this.#update(slot, steps);
      if (rest) yield* rest;
      epochs.advance(session, slot, steps);
      done += steps;
      if (onBatch) {
        const at = { epoch: epochs.number, epochs: total, batch: done, batches: this.#batches };
        const [loss] = session.losses(slot, 1);
        yield* answerOf(onBatch({ ...at, step: this.#engine.progress.step, loss }));
      }
      this.#untold += steps * session.work;
      if (this.#untold >= TOLD) yield this.#tell();
      const isInside = done < this.#batches;
      if (isInside && epochs.isCheckpointDue) yield* epochs.checkpoint();
      if (isInside && epochs.budget === 0) return "budget";
    }
    return yield* epochs.end();
  }

  /** The work to tell of. */
  #tell(): number {
    const work = this.#untold;
    this.#untold = 0;
    return work;
  }

  /**
   * Makes the updates of some slots.
   * @returns what is to be done until their results and the state that they lead to are here, if anything is.
   */
  #update(slot: number, steps: number): Slices<void> | undefined {
    this.#engine.checkAlive("fit");
    const { step } = this.#engine.progress;
    this.#session.setRates(slot, steps, step);
    if (this.#stepper !== this.#session || this.#engine.mirror) return this.#wait(step, slot, steps);
    this.#session.run(step, slot, steps);
    return undefined;
  }

  *#wait(step: number, slot: number, steps: number): Slices<void> {
    yield* this.#stepper.compute(step, slot, steps);
    yield* this.#engine.fetch();
  }
}

/** Trains in slices. After an error everything is as it was. */
export function* fit(engine: Engine, plan: FitSettings): Slices<History> {
  yield* checkDataset(plan.training);
  if (plan.validation) yield* checkDataset(plan.validation);
  return yield* guarded(engine, plan, function* () {
    const training = new Fit(engine, plan);
    yield OPENING_WORK;
    return yield* training.run();
  });
}
