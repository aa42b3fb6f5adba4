import type { Engine } from "../engine/engine.js";
import { type Slices, stepsPerSlice } from "../engine/scheduler.js";
import type { Session } from "../engine/session.js";
import type { Arrival } from "../machine/host.js";
import { plateauOf } from "../model/rates.js";
import type { Stopped } from "../record/history.js";
import { emptySums } from "../record/tally.js";
import type { Epochs } from "./epochs.js";
import type { FitSettings } from "./settings.js";

/** Bytes of states that one message asks for, about. */
const MESSAGE_BYTES = 2 ** 20;

/** The results of an epoch that was sent to a worker: of its updates, and of the validation after it. */
interface Sent {
  trained: Arrival | undefined;
  validated: Arrival | undefined;
}

/**
 * Whole epochs that are sent to a worker in one message, though something happens after each: a message per epoch would take
 * longer than the epoch of a small network. The state after each epoch comes back, so that the fit can end with any of them.
 */
export class Ahead {
  readonly #engine: Engine;
  readonly #settings: FitSettings;
  readonly #epochs: Epochs;
  readonly #session: Session;
  readonly #shuffles: boolean;
  /** Batches of an epoch. */
  readonly #batches: number;

  constructor(engine: Engine, settings: FitSettings, epochs: Epochs, session: Session, shuffles: boolean) {
    this.#engine = engine;
    this.#settings = settings;
    this.#epochs = epochs;
    this.#session = session;
    this.#shuffles = shuffles;
    this.#batches = Math.ceil(settings.training.x.rows / settings.batch);
  }

  /** Epochs that may be sent together. 0 where an epoch is cut or may change the next one. */
  get count(): number {
    const { spec, stateRange } = this.#engine;
    const { onEpochBegin, onBatchBegin, onBatch, makeUpdater, stepsPerEpoch } = this.#settings;
    const isReported = onEpochBegin || onBatchBegin || onBatch;
    if (isReported || makeUpdater || stepsPerEpoch < this.#batches) return 0;
    const { learningRate } = spec.optimizer;
    if (typeof learningRate === "function" || plateauOf(learningRate)) return 0;
    const { validation, left, remaining } = this.#epochs;
    if (!this.#session.window.isResident || validation?.isResident === false) return 0;
    const work = this.#batches * this.#session.work + (validation?.work ?? 0);
    const budget = Math.floor(remaining / this.#batches);
    return Math.min(left, budget, stepsPerSlice(work), Math.ceil(MESSAGE_BYTES / stateRange[1]));
  }

  /** Sends `count` epochs, then takes note of each. @returns why the fit ends with one of them, if it does. */
  *train(count: number): Slices<Stopped | undefined> {
    this.#engine.checkAlive("fit");
    const { host, spec } = this.#engine;
    const epochs = this.#epochs;
    const session = this.#session;
    if (!session.window.holds(0)) yield* session.load(0);
    if (epochs.validation) yield* epochs.validation.load();
    const { learningRate } = spec.optimizer;
    const started = epochs.now;
    const sent = Array.from({ length: count }, (_, ahead) => this.#send(ahead));
    const { writes } = host;
    let share: number | undefined;
    for (const { trained, validated } of sent) {
      if (this.#settings.signal?.aborted) return "aborted";
      if (trained && !trained.receive()) yield trained;
      share ??= (epochs.now - started) / count;
      epochs.begin(share);
      epochs.advance(session, 0, this.#batches);
      const stopped = yield* epochs.end(false, validated);
      if (stopped) return stopped;
      if (epochs.endEarly) return undefined;
      if (host.writes !== writes || spec.optimizer.learningRate !== learningRate) {
        // A callback has changed something: the next epoch is another one than was sent.
        host.write(this.#engine.state, () => {});
        return undefined;
      }
    }
    yield count * this.#batches * session.work;
    return undefined;
  }

  /** Sends the epoch that comes `ahead` epochs after the one under way, and asks for its results. */
  #send(ahead: number): Sent {
    const { spec, progress, stateRange } = this.#engine;
    const session = this.#session;
    const step = progress.step + ahead * this.#batches;
    if (this.#shuffles) session.window.shuffle(progress.epoch + ahead, 1);
    session.results.setSums(emptySums());
    session.rates.set(spec, progress, 0, this.#batches, step);
    session.run(step, 0, this.#batches);
    const trained = session.fetch(0, this.#batches, stateRange);
    return { trained, validated: this.#epochs.validation?.begin() };
  }
}
