import { completeSync, stepsPerSlice } from "../engine/scheduler.js";
import type { Session } from "../engine/session.js";
import type { Rows } from "./data.js";
import { Extras } from "./extras.js";
import type { BatchMetric } from "./metrics.js";
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

/** The loss, the metrics and the number of rows of some batches together. */
export interface Measured {
  /** The loss and each metric, as means over rows of what each batch has. */
  values: number[];
  rows: number;
}

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
  readonly #extras: Extras;
  /** The rows of the batches, one after the other. */
  #order: Int32Array;

  constructor(twin: Twin, data: Rows, options: StepsOptions) {
    const { rows } = data.x;
    const { batchSize, metrics, isTraining, isRepeated } = options;
    this.#twin = twin;
    this.#data = data;
    this.#options = options;
    this.#extras = new Extras(twin.engine);
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

  /** Runs `count` batches from number `first` on. */
  run(first: number, count: number): Measured {
    const { isTraining } = this.#options;
    const sums: number[] = [];
    let rows = 0;
    const extras = isTraining && this.#extras.areNeeded ? this.#extras : undefined;
    const together = extras ? 1 : count;
    for (let batch = first; batch < first + count; batch += together) {
      const penalty = extras?.before() ?? 0;
      this.#step(batch, together);
      extras?.after(this.#sizeOf(batch));
      const losses = this.#session.results.losses(batch, together);
      for (let b = 0; b < together; b++) {
        const size = this.#sizeOf(batch + b);
        const values = [losses[b] + penalty, ...this.#metrics(batch + b, size)];
        values.forEach((value, i) => {
          sums[i] = (sums[i] ?? 0) + value * size;
        });
        rows += size;
      }
    }
    return { values: sums.map((sum) => sum / rows), rows };
  }

  /** Runs batches without looking at what they leave. */
  #step(first: number, count: number): void {
    const { spec, progress } = this.#twin.engine;
    const session = this.#session;
    if (this.#options.isTraining) session.rates.set(spec, progress, first, count, progress.step);
    session.run(progress.step, first, count);
    if (this.#options.isTraining) progress.step += count;
  }

  /** Rows of a batch. */
  #sizeOf(batch: number): number {
    return Math.min(this.#batch, this.#data.x.rows - batch * this.#batch);
  }

  /** The metrics of a batch that has run. */
  #metrics(batch: number, rows: number): number[] {
    const { metrics } = this.#options;
    if (metrics.length === 0) return [];
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
    return metrics.map((metric) => metric({ outputs, targets, dtype, rows, width }));
  }

  /** Releases its memory. */
  dispose(): void {
    this.#twin.engine.plans.close(this.#session);
  }
}
