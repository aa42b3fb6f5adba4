import { DivergenceError } from "../errors.js";
import type { Table } from "./data.js";
import type { Engine } from "./engine.js";
import { Evaluation, type Measures, predictionsPerRow } from "./evaluation.js";
import { emptyHistory, finish, type History, makeRoom, record, reportOf, type Stopped } from "./history.js";
import type { FitPlan } from "./options.js";
import { type Stretches, stretchOf } from "./pace.js";
import { rowBytes, Session, workOf } from "./session.js";
import { Sums } from "./sums.js";
import type { Dataset } from "./targets.js";

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

/** The training session: all rows in linear memory where they fit, else a window on them. */
function openSession(engine: Engine, plan: FitPlan, epochs: number): Session {
  const { training, batch, accuracy } = plan;
  const { x, y, targets } = training;
  const windowBytes = fits(training) ? RESIDENT_BYTES : WINDOW_BYTES;
  const options = { purpose: "train", x, y, targets, batch, windowBytes, accuracy, epochs } as const;
  const session = new Session(engine, options);
  session.setRate(engine.spec.optimizer.learningRate);
  return session;
}

function fits({ x, y }: Dataset): boolean {
  return x.rows * rowBytes(x, y) <= RESIDENT_BYTES;
}

/** Epochs that run in one go: one, if anything happens between them; else as many as a stretch has time for. */
function epochsAtOnce({ spec }: Engine, plan: FitPlan): number {
  const { training, validation, batch, epochs, onEpoch, onBatch } = plan;
  if (validation || onEpoch || onBatch || !fits(training)) return 1;
  const steps = Math.ceil(training.x.rows / batch);
  const work = steps * workOf(spec, batch, "train");
  return Math.max(1, Math.min(epochs, stretchOf(work), Math.floor(ORDERS / (steps * batch))));
}

/** One training of a network, from checked options to its history. */
class Fit {
  readonly #engine: Engine;
  readonly #plan: FitPlan;
  readonly #session: Session;
  readonly #validation: Evaluation | undefined;
  readonly #history = emptyHistory();
  #isLoaded = false;

  constructor(engine: Engine, plan: FitPlan) {
    this.#engine = engine;
    this.#plan = plan;
    this.#session = openSession(engine, plan, epochsAtOnce(engine, plan));
    this.#validation = plan.validation && new Evaluation(engine, plan.validation, plan.accuracy);
    if (!this.#shuffles || !this.#session.isResident) this.#session.orderInSequence();
  }

  /** All epochs. @throws DivergenceError however it ends, if a parameter left the finite numbers. */
  *run(): Stretches<History> {
    const stopped = yield* this.#epochs();
    this.#checkFinite(this.#engine.state, `after ${this.#engine.step} steps`, "a parameter");
    return finish(this.#history, stopped);
  }

  *#epochs(): Stretches<Stopped> {
    const { epochs, training, onEpoch } = this.#plan;
    const { learningRate } = this.#engine.spec.optimizer;
    const { rows } = training.x;
    let epoch = 0;
    while (epoch < epochs) {
      const started = onEpoch ? performance.now() : 0;
      const passes = Math.min(this.#session.plan.epochs, epochs - epoch);
      const sums = yield* this.#pass(epoch + 1, passes);
      if (!sums) return "aborted";
      const validation = this.#validation && (yield* this.#validation.measure());
      this.#record(sums, validation);
      epoch += passes;
      if (!onEpoch) continue;
      const measures = this.#measures(sums, 0);
      const reply = onEpoch(reportOf({ epoch, epochs, learningRate }, measures, validation, rows, started));
      const verdict = isPromise(reply) ? yield reply : reply;
      if (verdict === false) return "callback";
    }
    return "completed";
  }

  /** Whether the order changes: it makes no difference to a step over all rows. */
  get #shuffles(): boolean {
    return this.#plan.shuffle && !this.#session.isFullBatch;
  }

  /** Appends the passes to the history, in a loop of its own: inside a generator it takes twice the time. */
  #record(sums: Sums, validation: Measures | undefined): void {
    const { learningRate } = this.#engine.spec.optimizer;
    makeRoom(this.#history, sums.passes, this.#plan.epochs);
    for (let pass = 0; pass < sums.passes; pass++) {
      record(this.#history, learningRate, this.#measures(sums, pass), validation);
    }
  }

  #measures({ loss, hits }: Sums, pass: number): Measures {
    const { rows } = this.#plan.training.x;
    if (!hits) return { loss: loss[pass] / rows };
    const predictions = rows * predictionsPerRow(this.#engine.spec);
    return { loss: loss[pass] / rows, accuracy: hits[pass] / predictions };
  }

  /** `passes` passes over the training rows; nothing if it was aborted. Several only where all rows are resident. */
  *#pass(epoch: number, passes: number): Stretches<Sums | undefined> {
    const session = this.#session;
    const { rows } = this.#plan.training.x;
    const permutation = this.#shuffles ? session.orderAtRandom(this.#engine.epoch, passes) : undefined;
    this.#engine.epoch += passes;
    const sums = new Sums(passes, this.#plan.accuracy);
    for (let first = 0; first < rows; first += session.plan.rows) {
      if (!this.#isLoaded) yield* session.load(first, Math.min(session.plan.rows, rows - first), permutation);
      const isDone = yield* this.#steps(epoch, first, sums);
      if (!isDone) return undefined;
    }
    this.#isLoaded = session.isResident;
    return sums;
  }

  /** The steps of one window, which begins at row `first`, pass after pass; false if aborted. */
  *#steps(epoch: number, first: number, sums: Sums): Stretches<boolean> {
    const { training, accuracy, onBatch, signal } = this.#plan;
    const session = this.#session;
    const engine = this.#engine;
    const { period } = session;
    const slots = period * sums.passes;
    const stretch = onBatch ? 1 : stretchOf(session.work);
    for (let slot = 0; slot < slots; slot += stretch) {
      if (signal?.aborted) return false;
      engine.checkAlive("fit");
      const steps = Math.min(stretch, slots - slot);
      session.run(engine.step, slot, steps);
      engine.step += steps;
      const losses = session.losses(slot, steps);
      const hits = accuracy ? session.hits(slot, steps) : undefined;
      const at = { slot, period, batch: session.plan.batch, rows: session.rows };
      if (!sums.add(at, losses, hits))
        this.#checkFinite(losses, `from epoch ${epoch}, step ${engine.step - steps + 1} on`, "the loss");
      if (onBatch) {
        const { batch } = session.plan;
        const at = { batch: first / batch + slot + 1, batches: Math.ceil(training.x.rows / batch) };
        const reply = onBatch({ epoch, ...at, step: engine.step, loss: losses[0] });
        if (isPromise(reply)) yield reply;
      }
      yield steps * session.work;
    }
    return true;
  }

  #checkFinite(values: Float32Array | Float64Array, when: string, what: string): void {
    for (let i = 0; i < values.length; i++) {
      if (Number.isFinite(values[i])) continue;
      const { type, learningRate } = this.#engine.spec.optimizer;
      throw new DivergenceError(
        `Training diverged: ${what} became ${values[i]} ${when}; the parameters are as they were before fit, so lower the learningRate of ${type} (${learningRate}) or scale the inputs to about -1 to 1.`,
      );
    }
  }
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | undefined)?.then === "function";
}

/** Trains in stretches. After an error parameters, optimizer state and counters are as they were. */
export function* fit(engine: Engine, plan: FitPlan): Stretches<History> {
  yield* checkDataset(plan.training);
  if (plan.validation) yield* checkDataset(plan.validation);
  const { step, epoch } = engine;
  const state = engine.state.slice();
  const { arena } = engine.core;
  const mark = arena.top;
  try {
    const training = new Fit(engine, plan);
    yield OPENING_WORK;
    return yield* training.run();
  } catch (error) {
    engine.state.set(state);
    engine.step = step;
    engine.epoch = epoch;
    throw error;
  } finally {
    arena.release(mark);
  }
}
