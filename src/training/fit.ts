import { Op } from "../../assembly/isa.js";
import { DivergenceError } from "../errors.js";
import type { Table } from "./data.js";
import type { Engine } from "./engine.js";
import { Evaluation, predictionsPerRow } from "./evaluation.js";
import { emptyHistory, type History, record, reportOf, type Stopped } from "./history.js";
import type { FitPlan } from "./options.js";
import { type Stretches, stretchOf } from "./pace.js";
import { Session } from "./session.js";
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

/** The training session: all rows in linear memory where they fit, else a window on them. */
function openSession(engine: Engine, { training, batch, accuracy }: FitPlan): Session {
  const { x, y, targets } = training;
  const bytes = x.rows * (x.cols * (x.bytes ? 1 : 4) + y.cols * 4);
  const windowBytes = bytes <= RESIDENT_BYTES ? RESIDENT_BYTES : WINDOW_BYTES;
  const session = new Session(engine, { purpose: "train", x, y, targets, batch, windowBytes, accuracy });
  session.setRate(engine.spec.optimizer.learningRate);
  return session;
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
    this.#session = openSession(engine, plan);
    this.#validation = plan.validation && new Evaluation(engine, plan.validation, plan.accuracy);
  }

  /** All epochs. @throws DivergenceError however it ends, if a parameter left the finite numbers. */
  *run(): Stretches<History> {
    const stopped = yield* this.#epochs();
    this.#checkFinite(this.#engine.state, `after ${this.#engine.step} steps`, "a parameter");
    return { ...this.#history, stopped };
  }

  *#epochs(): Stretches<Stopped> {
    const { epochs, training, onEpoch } = this.#plan;
    const { learningRate } = this.#engine.spec.optimizer;
    for (let epoch = 1; epoch <= epochs; epoch++) {
      const started = performance.now();
      const sums = yield* this.#pass(epoch);
      if (!sums) return "aborted";
      const validation = this.#validation && (yield* this.#validation.measure());
      const report = reportOf({ epoch, epochs, learningRate }, sums, validation, training.x.rows, started);
      record(this.#history, report);
      const reply = onEpoch?.(report);
      const verdict = isPromise(reply) ? yield reply : reply;
      if (verdict === false) return "callback";
    }
    return "completed";
  }

  /** One pass over the training rows; nothing if it was aborted. */
  *#pass(epoch: number): Stretches<{ loss: number; accuracy?: number } | undefined> {
    const { training, accuracy } = this.#plan;
    const { rows } = training.x;
    const { rows: windowRows } = this.#session.plan;
    const permutation = this.#shuffle();
    const sums = { loss: 0, hits: 0 };
    for (let first = 0; first < rows; first += windowRows) {
      const count = Math.min(windowRows, rows - first);
      if (!this.#isLoaded) yield* this.#session.load(first, count, permutation);
      const isDone = yield* this.#steps(epoch, first, count, sums);
      if (!isDone) return undefined;
    }
    this.#isLoaded = this.#session.isResident;
    const predictions = rows * predictionsPerRow(this.#engine.spec);
    return { loss: sums.loss / rows, ...(accuracy && { accuracy: sums.hits / predictions }) };
  }

  /**
   * The order of the next epoch. Resident rows are gathered in that order; rows that pass through the window are
   * copied to it in that order, which is returned.
   */
  #shuffle(): Int32Array | undefined {
    const { shuffle, training } = this.#plan;
    const { plan, isResident } = this.#session;
    const engine = this.#engine;
    const epoch = engine.epoch++;
    if (!isResident || !shuffle) this.#session.orderInSequence();
    if (!shuffle) return undefined;
    const { rows } = training.x;
    const result = isResident ? plan.order : plan.permutation;
    const p = [epoch, engine.spec.seed];
    engine.execute([
      { equation: "order = shuffle(epoch)", result, op: Op.shuffle, rows, c: result.address, p },
    ]);
    return isResident ? undefined : engine.core.arena.integersAt(result.address, rows).slice();
  }

  /** The steps of one window of `count` rows; false if aborted. */
  *#steps(
    epoch: number,
    first: number,
    count: number,
    sums: { loss: number; hits: number },
  ): Stretches<boolean> {
    const { training, accuracy, onBatch, signal } = this.#plan;
    const session = this.#session;
    const engine = this.#engine;
    const { batch } = session.plan;
    const slots = Math.ceil(count / batch);
    const batches = Math.ceil(training.x.rows / batch);
    const stretch = onBatch ? 1 : stretchOf(session.work);
    for (let slot = 0; slot < slots; slot += stretch) {
      if (signal?.aborted) return false;
      engine.checkAlive("fit");
      const steps = Math.min(stretch, slots - slot);
      session.run(engine.step, slot, steps);
      engine.step += steps;
      const losses = session.losses(slots).subarray(slot, slot + steps);
      const at = first / batch + slot + 1;
      this.#checkFinite(losses, `in epoch ${epoch}, from batch ${at} on`, "the loss");
      if (accuracy) for (const hits of session.hits(slots).subarray(slot, slot + steps)) sums.hits += hits;
      for (let i = 0; i < steps; i++) sums.loss += losses[i] * Math.min(batch, count - (slot + i) * batch);
      if (onBatch) {
        const reply = onBatch({ epoch, batch: at, batches, step: engine.step, loss: losses[0] });
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
    return yield* new Fit(engine, plan).run();
  } catch (error) {
    engine.state.set(state);
    engine.step = step;
    engine.epoch = epoch;
    throw error;
  } finally {
    arena.release(mark);
  }
}
