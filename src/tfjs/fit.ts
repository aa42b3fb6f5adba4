import { type Callbacks, disposeLogs } from "./callbacks.js";
import type { Rows } from "./data.js";
import type { BatchMetric } from "./metrics.js";
import { Steps } from "./steps.js";
import type { Twin } from "./twin.js";
import type { History, Logs, Model } from "./types.js";

/** Everything of a fit, checked by TensorFlow.js. */
export interface FitSettings {
  model: Model;
  callbacks: Callbacks;
  training: Rows;
  validation: Rows | undefined;
  batchSize: number;
  epochs: number;
  initialEpoch: number;
  shuffle: boolean;
  /** The names of the loss and the metrics. */
  labels: readonly string[];
  metrics: readonly BatchMetric[];
  /** The model in densely's memory as the model is now. */
  twin(): Twin;
}

/** Shuffles as tf.util.shuffle does, with the same random numbers (Fisher and Yates). */
function shuffleRows(rows: Int32Array): void {
  for (let left = rows.length; left > 0; left--) {
    const other = Math.floor(Math.random() * left);
    const last = rows[left - 1];
    rows[left - 1] = rows[other];
    rows[other] = last;
  }
}

/** Training and validation in densely's memory, for as long as the model stays the same. */
class Passes {
  readonly twin: Twin;
  readonly training: Steps;
  readonly validation: Steps | undefined;

  constructor(twin: Twin, { training, validation, batchSize, metrics }: FitSettings) {
    const options = { batchSize, metrics, isRepeated: true };
    this.twin = twin;
    this.training = new Steps(twin, training, { ...options, isTraining: true });
    this.validation = validation && new Steps(twin, validation, { ...options, isTraining: false });
  }

  dispose(): void {
    this.validation?.dispose();
    this.training.dispose();
  }
}

/** One fit, as fitLoop of TensorFlow.js goes. */
export class Fit {
  readonly #settings: FitSettings;
  readonly #rows: Int32Array;
  #passes: Passes;
  /** True if the variables do not have the values of the last updates yet. */
  #isBehind = false;

  constructor(settings: FitSettings) {
    this.#settings = settings;
    this.#rows = Int32Array.from({ length: settings.training.x.rows }, (_, r) => r);
    this.#passes = new Passes(settings.twin(), settings);
  }

  async run(): Promise<History> {
    const { model, callbacks, initialEpoch, epochs } = this.#settings;
    const { list, history } = callbacks;
    try {
      list.setModel(model);
      model.history = history;
      await list.onTrainBegin();
      model.stopTraining_ = false;
      callbacks.beforePauses(() => this.#give());
      for (let epoch = initialEpoch; epoch < epochs && !model.stopTraining_; epoch++)
        await this.#epoch(epoch);
      this.#give();
      await list.onTrainEnd();
      await history.syncData();
      return history;
    } finally {
      this.#give();
      this.#passes.dispose();
    }
  }

  async #epoch(epoch: number): Promise<void> {
    const { model, callbacks, shuffle } = this.#settings;
    const { list } = callbacks;
    await list.onEpochBegin(epoch);
    const logs: Logs = {};
    if (shuffle) shuffleRows(this.#rows);
    this.#passes.training.order(this.#rows);
    const { batches, batchesPerSlice } = this.#passes.training;
    const group = callbacks.observeBatches ? 1 : batchesPerSlice;
    for (let batch = 0; batch < batches && !(batch > 0 && model.stopTraining_); batch += group) {
      await this.#group(batch, Math.min(group, batches - batch), logs);
    }
    await list.onEpochEnd(epoch, logs);
  }

  /**
   * Updates of some batches between which nobody looks: their callbacks are called as for one batch that has all their rows.
   * @param epochLogs receive the measures of validation after the last batch of the epoch.
   */
  async #group(first: number, count: number, epochLogs: Logs): Promise<void> {
    const { callbacks, labels } = this.#settings;
    const { list } = callbacks;
    const last = first + count - 1;
    const logs: Logs = {};
    await list.onBatchBegin(last, logs);
    this.#follow();
    const { twin, training, validation } = this.#passes;
    twin.take();
    const { values, rows } = training.run(first, count);
    logs.batch = last;
    logs.size = rows;
    callbacks.log(logs, labels, values);
    if (validation && last === training.batches - 1) {
      const measured = validation.run(0, validation.batches);
      callbacks.log(
        epochLogs,
        labels.map((label) => `val_${label}`),
        measured.values,
      );
    }
    this.#isBehind = true;
    if (callbacks.act) this.#give();
    await list.onBatchEnd(last, logs);
    disposeLogs(logs);
  }

  /** Brings the variables up to date. */
  #give(): void {
    if (this.#isBehind) this.#passes.twin.give();
    this.#isBehind = false;
  }

  /** Plans anew if a callback has changed the model, such as by freezing a layer. */
  #follow(): void {
    const twin = this.#settings.twin();
    if (twin === this.#passes.twin) return;
    this.#give();
    this.#passes.dispose();
    this.#passes = new Passes(twin, this.#settings);
    this.#passes.training.order(this.#rows);
  }
}
