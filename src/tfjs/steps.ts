import { completeSync, stepsPerSlice } from "../engine/scheduler.js";
import type { Session } from "../engine/session.js";
import { outputsOf } from "../model/spec.js";
import type { Counts } from "../program/request.js";
import { gatherRows, type Rows } from "./data.js";
import type { BatchMetric } from "./metrics.js";
import { Penalties } from "./penalties.js";
import type { LossBatch } from "./tensor-loss.js";
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
  /** Passes that `runEpochs` runs at once, at most. Default 1. */
  epochs?: number;
}

/** Results that metrics are computed from: hits, outputs, both or none. */
const COUNTS = [undefined, { hits: true }, { outputs: true }, { hits: true, outputs: true }] as const;

function countsFor(metrics: readonly BatchMetric[]): Counts | undefined {
  const countsHits = metrics.includes("hits");
  const needsOutputs = metrics.some((metric) => metric !== "hits");
  return COUNTS[Number(countsHits) + 2 * Number(needsOutputs)];
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
  /** Passes that can run at once: 1 where something is to be done after each batch. */
  readonly epochs: number;
  readonly #twin: Twin;
  readonly #data: Rows;
  readonly #options: StepsOptions;
  readonly #session: Session;
  readonly #batch: number;
  readonly #penalties: Penalties;
  readonly #counts: Counts | undefined;
  /** The rows of the batches, one after the other. */
  #order: Int32Array;

  constructor(twin: Twin, data: Rows, options: StepsOptions) {
    const { rows } = data.x;
    const { batchSize, metrics, isTraining, isRepeated, epochs = 1 } = options;
    const { tensorLoss, spec } = twin.translation;
    this.#twin = twin;
    this.#data = data;
    this.#options = options;
    this.#penalties = new Penalties(twin.engine);
    this.#batch = Math.min(batchSize, rows);
    this.#counts = countsFor(metrics);
    const isWatched = this.#penalties.exist || tensorLoss || this.#counts?.outputs;
    this.epochs = isWatched ? 1 : epochs;
    this.#session = attempt(
      () =>
        twin.engine.plans.open(data, {
          purpose: isTraining ? "train" : "evaluate",
          batch: batchSize,
          windowBytes: Infinity,
          counts: this.#counts,
          epochs: this.epochs,
          isSequential: !isRepeated,
          isRepeated,
        }),
      "data beyond memory",
    );
    this.#order = Int32Array.from({ length: rows }, (_, r) => r);
    if (isTraining) tensorLoss?.probe(this.#lossBatch(0), outputsOf(spec));
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

  /** Sets the rows of the batches of one of the passes that `runEpochs` runs. */
  orderEpoch(rows: Int32Array, epoch: number): void {
    if (!this.#session.isFullBatch) this.#session.window.orderEpochAs(rows, epoch);
  }

  /**
   * Runs passes over all rows, each in the order that `orderEpoch` has set.
   * @returns for each pass what `run` returns.
   */
  runEpochs(epochs: number): number[][] {
    const { batches } = this;
    this.#step(0, epochs * batches);
    const losses = this.#session.results.losses(0, epochs * batches);
    return Array.from({ length: epochs }, (_, epoch) => {
      const sums = new Array<number>(1 + this.#options.metrics.length).fill(0);
      for (let b = 0; b < batches; b++) sums[0] += losses[epoch * batches + b] * this.countRows(b, 1);
      if (this.#counts?.hits) this.#addHits(sums, epoch * batches, batches);
      return sums.map((sum) => sum / this.#data.x.rows);
    });
  }

  /** Rows of `count` batches from number `first` on. */
  countRows(first: number, count: number): number {
    return Math.min(count * this.#batch, this.#data.x.rows - first * this.#batch);
  }

  /**
   * Runs `count` batches from number `first` on.
   * @returns the loss and each metric, as means over rows of the values of each batch.
   */
  run(first: number, count: number): number[] {
    const { isTraining, metrics } = this.#options;
    const isPenalized = isTraining && this.#penalties.exist;
    const { tensorLoss } = this.#twin.translation;
    const together = isPenalized || tensorLoss ? 1 : count;
    const sums = new Array<number>(1 + metrics.length).fill(0);
    for (let batch = first; batch < first + count; batch += together) {
      const penalty = isPenalized ? this.#penalties.sum() : 0;
      tensorLoss?.begin(this.#lossBatch(batch));
      this.#step(batch, together);
      const losses = this.#session.results.losses(batch, together);
      for (let b = 0; b < together; b++) {
        const rows = this.countRows(batch + b, 1);
        sums[0] += (losses[b] + penalty) * rows;
        if (this.#counts?.outputs) this.#addMetrics(sums, batch + b, rows);
      }
      if (this.#counts?.hits) this.#addHits(sums, batch, together);
    }
    const rows = this.countRows(first, count);
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

  /** Adds the hits of batches that have run, behind the loss. */
  #addHits(sums: number[], first: number, batches: number): void {
    const { address } = this.#session.plan.tables.hits;
    const hits = this.#twin.engine.core.arena.doublesAt(address + 8 * first, batches);
    this.#options.metrics.forEach((metric, i) => {
      if (metric === "hits") for (const count of hits) sums[1 + i] += count;
    });
  }

  /** Adds the metrics of a batch that has run, times its rows, behind the loss. */
  #addMetrics(sums: number[], batch: number, rows: number): void {
    const { address, rows: width } = this.#session.plan.rowTables.predictions;
    // A view: only the functions of TensorFlow.js keep what they get.
    const from = address + 4 * batch * this.#batch * width;
    const outputs = this.#twin.engine.core.arena.floatsAt(from, rows * width);
    const [, column] = this.#data.columns;
    const targets = gatherRows(column, this.#rowsOf(batch));
    this.#options.metrics.forEach((metric, i) => {
      if (metric === "hits") return;
      sums[1 + i] += metric({ outputs, targets, dtype: column.dtype, rows, width }) * rows;
    });
  }

  /** The rows of a batch as a loss takes them that TensorFlow.js computes. */
  #lossBatch(batch: number): LossBatch {
    const rows = this.#rowsOf(batch);
    const [, targets, factors] = this.#data.columns;
    return {
      rows: rows.length,
      targets: gatherRows(targets, rows),
      dtype: targets.dtype,
      weights: factors && gatherRows(factors, rows),
      isTraining: this.#options.isTraining,
    };
  }

  /** The rows of one batch. */
  #rowsOf(batch: number): Int32Array {
    return this.#order.subarray(batch * this.#batch, (batch + 1) * this.#batch);
  }

  /** Releases its memory. */
  dispose(): void {
    this.#twin.engine.plans.close(this.#session);
  }
}
