import { plateauOf } from "../spec/schedules.js";
import type { Table } from "./data.js";
import type { Engine } from "./engine.js";
import type { History, Stopped } from "./history.js";
import { Lbfgs } from "./lbfgs.js";
import { countsOf } from "./metrics.js";
import type { FitPlan } from "./options.js";
import { type Stretches, stretchOf } from "./pace.js";
import { answerOf, checkCursor, Epochs, guarded } from "./run.js";
import { Session } from "./session.js";
import type { Tally } from "./tally.js";
import type { Dataset } from "./targets.js";
import { rowBytes, workOf } from "./work.js";

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

/** Entries of the order table at most, where it holds several epochs. */
const ORDERS = 2 ** 18;

function fits({ x, y }: Dataset): boolean {
  return x.rows * rowBytes(x, y) <= RESIDENT_BYTES;
}

/** Epochs that run in one go: one, if anything happens between them; else as many as a stretch has time for. */
function epochsAtOnce({ spec }: Engine, plan: FitPlan): number {
  const { training, batch, epochs } = plan;
  const { confusion, deviations, outputs } = countsOf(plan.metrics);
  const happens = plan.validation || plan.onEpoch || plan.onBatch || plan.stopping || plan.onCheckpoint;
  const isCut = plan.stepsPerEpoch < Infinity || plan.maxSteps < Infinity;
  const { type, learningRate } = spec.optimizer;
  const sums = confusion || deviations || outputs;
  if (happens || isCut || plateauOf(learningRate) || sums || type === "lbfgs" || !fits(training)) return 1;
  const steps = Math.ceil(training.x.rows / batch);
  const work = steps * workOf(spec, batch, "train");
  return Math.max(1, Math.min(epochs, stretchOf(work), Math.floor(ORDERS / (steps * batch))));
}

/** One training of a network on rows in memory, from checked options to its history. */
class Fit {
  readonly #engine: Engine;
  readonly #plan: FitPlan;
  readonly #epochs: Epochs;
  readonly #session: Session;
  /** What makes updates: the program itself, or a search along lines that runs it. */
  readonly #stepper: Session | Lbfgs;
  /** Batches of an epoch. */
  readonly #batches: number;
  #isLoaded = false;

  constructor(engine: Engine, plan: FitPlan) {
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
  *run(): Stretches<History> {
    return this.#epochs.finish(yield* this.#run());
  }

  *#run(): Stretches<Stopped> {
    const epochs = this.#epochs;
    while (!epochs.areDone) {
      if (epochs.budget === 0) return "budget";
      epochs.begin();
      const tally = epochs.tally(Math.min(this.#session.plan.epochs, epochs.left));
      const cut = yield* this.#pass(tally);
      if (cut) return cut;
      if (this.#session.plan.epochs > 1) {
        epochs.endAll(tally, this.#batches);
        yield tally.passes * this.#batches * this.#session.work;
      } else {
        const stopped = yield* epochs.end(tally);
        if (stopped) return stopped;
      }
      if (this.#stepper instanceof Lbfgs && this.#stepper.isDone) return "early";
    }
    return "completed";
  }

  /** Whether the order changes: it makes no difference to a step over all rows. */
  get #shuffles(): boolean {
    return this.#plan.shuffle && !this.#session.isFullBatch;
  }

  /** The passes of a tally over the training rows, or the rest of one; why it was cut, if it was. */
  *#pass(tally: Tally): Stretches<Stopped | undefined> {
    const session = this.#session;
    const { rows: windowRows, batch } = session.plan;
    const { rows } = this.#plan.training.x;
    const { epoch } = this.#engine.progress;
    const permutation = this.#shuffles ? session.orderAtRandom(epoch, tally.passes) : undefined;
    session.setSums(tally);
    const done = this.#epochs.partial.batches;
    const windowBatches = Math.ceil(windowRows / batch);
    for (let first = 0; first < this.#batches; first += windowBatches) {
      // A window that was done before the epoch was cut; of several passes only the first was.
      if (tally.passes === 1 && first + windowBatches <= done) continue;
      const from = first * batch;
      if (!this.#isLoaded) yield* session.load(from, Math.min(windowRows, rows - from), permutation);
      this.#isLoaded = session.isResident;
      const cut = yield* this.#steps(tally, first, Math.max(done - first, 0));
      if (cut) return cut;
    }
    return undefined;
  }

  /** The steps of one window, whose first batch is number `first` of the epoch, from slot `done` on. */
  *#steps(tally: Tally, first: number, done: number): Stretches<Stopped | undefined> {
    const { onBatch, signal, epochs: total } = this.#plan;
    const session = this.#session;
    const epochs = this.#epochs;
    const slots = Math.min(session.period, this.#batches - first) + session.period * (tally.passes - 1);
    const stretch = onBatch ? 1 : tally.passes > 1 ? slots : stretchOf(session.work, this.#engine.fetching);
    for (let slot = done; slot < slots; ) {
      if (signal?.aborted) return "aborted";
      this.#engine.checkAlive("fit");
      const steps = Math.min(stretch, slots - slot, epochs.room);
      const { step } = this.#engine.progress;
      session.setRates(slot, steps, step);
      yield* this.#stepper.compute(step, slot, steps);
      yield* this.#engine.fetch();
      epochs.advance(tally, session, slot, steps);
      slot += steps;
      if (tally.passes === 1) epochs.cut(first + slot, tally);
      if (onBatch) {
        const at = { epoch: epochs.number, epochs: total, batch: first + slot, batches: this.#batches };
        const loss = session.losses(slot - 1, 1)[0];
        yield* answerOf(onBatch({ ...at, step: this.#engine.progress.step, loss }));
      }
      // Of several passes progress tells when all are done, so there is no pause before.
      if (tally.passes === 1) yield steps * session.work;
      const isInside = first + slot < this.#batches;
      if (isInside && epochs.isCheckpointDue) yield* epochs.checkpoint();
      if (isInside && epochs.budget === 0) return "budget";
    }
    return undefined;
  }
}

/** Trains in stretches. After an error everything is as it was. */
export function* fit(engine: Engine, plan: FitPlan): Stretches<History> {
  yield* checkDataset(plan.training);
  if (plan.validation) yield* checkDataset(plan.validation);
  return yield* guarded(engine, plan, function* () {
    const training = new Fit(engine, plan);
    yield OPENING_WORK;
    return yield* training.run();
  });
}
