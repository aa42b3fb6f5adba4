import { completeSync, stepsPerSlice } from "../engine/scheduler.js";
import type { Session } from "../engine/session.js";
import type { Rows } from "./data.js";
import type { BatchMetric } from "./metrics.js";
import { Penalties } from "./penalties.js";
import { attempt } from "./translation.js";
import type { Twin } from "./twin.js";

/** Options of Steps. */
export interface StepsOptions {
  /** Rows of a batch. */
  batchSize: number;
  metrics: readonly BatchMetric[];
  /** True for updates, false for measurements. */
  isTraining: boolean;
  /** True for several passes over the rows, which `order` may order. */
  isRepeated: boolean;
}

/** Results that metrics are computed from. */
const OUTPUTS = { outputs: true };

/**
 * Batches of a model's rows in densely's memory: updates or measurements, one after the other. The memory is a stack, so they
 * are disposed of in reverse order.
 */
export class Steps {
  /** Batches of one pass over the rows. */
  readonly batches: number;
  /** Batches that take about as long as the event loop may wait. */
  readonly batchesPerSlice: number;
  readonly #twin: Twin;
  readonly #data: Rows;
  readonly #options: StepsOptions;
  readonly #session: Session;
  readonly #batch: number;
  readonly #penalties: Penalties;
  /** The rows of the batches, one after the other. */
  #order: Int32Array;

  constructor(twin: Twin, data: Rows, options: StepsOptions) {
    const { rows } = data.x;
    const { batchSize, metrics, isTraining, isRepeated } = options;
    this.#twin = twin;
    this.#data = data;
    this.#options = options;
    this.#penalties = new Penalties(twin.engine);
    this.#batch = Math.min(batchSize, rows);
    this.#session = attempt(
      () =>
        twin.engine.plans.open(data, {
          purpose: isTraining ? "train" : "evaluate",
          batch: batchSize,
          windowBytes: Infinity,
          counts: metrics.length > 0 ? OUTPUTS : undefined,
          isSequential: !isRepeated,
          isRepeated,
        }),
      "data beyond memory",
    );
    this.#order = Int32Array.from({ length: rows }, (_, r) => r);
    const { window, work } = this.#session;
    if (isRepeated) window.orderInSequence();
    completeSync(this.#session.load(0));
    this.batches = window.period;
    this.batchesPerSlice = stepsPerSlice(work);
  }

  /** Sets the rows of the batches, one after the other. */
  order(rows: Int32Array): void {
    // One batch of all rows is gathered once.
    if (this.#session.isFullBatch) return;
    this.#order = rows;
    this.#session.window.orderAs(rows);
  }

  /** Rows of `count` batches from number `first` on. */
  rowsOf(first: number, count: number): number {
    return Math.min(count * this.#batch, this.#data.x.rows - first * this.#batch);
  }

  /**
   * Runs `count` batches from number `first` on.
   * @returns the loss and each metric, as means over rows of the values of each batch.
   */
  run(first: number, count: number): number[] {
    const { isTraining, metrics } = this.#options;
    const isPenalized = isTraining && this.#penalties.exist;
    const together = isPenalized ? 1 : count;
    const sums = new Array<number>(1 + metrics.length).fill(0);
    for (let batch = first; batch < first + count; batch += together) {
      const penalty = isPenalized ? this.#penalties.sum() : 0;
      this.#step(batch, together);
      const losses = this.#session.results.losses(batch, together);
      for (let b = 0; b < together; b++) {
        const rows = this.rowsOf(batch + b, 1);
        sums[0] += (losses[b] + penalty) * rows;
        if (metrics.length > 0) this.#addMetrics(sums, batch + b, rows);
      }
    }
    const rows = this.rowsOf(first, count);
    return sums.map((sum) => sum / rows);
  }

  /** Runs batches without looking at what they leave. */
  #step(first: number, count: number): void {
    const { spec, progress } = this.#twin.engine;
    const session = this.#session;
    if (this.#options.isTraining) session.rates.set(spec, progress, first, count, progress.step);
    session.run(progress.step, first, count);
    if (this.#options.isTraining) progress.step += count;
  }

  /** Adds the metrics of a batch that has run, times its rows, behind the loss. */
  #addMetrics(sums: number[], batch: number, rows: number): void {
    const { address, rows: width } = this.#session.plan.rowTables.predictions;
    const first = batch * this.#batch;
    // A view: only the functions of TensorFlow.js keep what they get.
    const outputs = this.#twin.engine.core.arena.floatsAt(address + 4 * first * width, rows * width);
    const { values, width: numbers, dtype } = this.#data;
    const targets = new Float32Array(rows * numbers);
    for (let r = 0; r < rows; r++) {
      const from = this.#order[first + r] * numbers;
      for (let i = 0; i < numbers; i++) targets[r * numbers + i] = values[from + i];
    }
    this.#options.metrics.forEach((metric, i) => {
      sums[1 + i] += metric({ outputs, targets, dtype, rows, width }) * rows;
    });
  }

  /** Releases its memory. */
  dispose(): void {
    this.#twin.engine.plans.close(this.#session);
  }
}
