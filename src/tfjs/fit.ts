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
    const { model, callbacks } = this.#settings;
    const { list, history } = callbacks;
    try {
      list.setModel(model);
      model.history = history;
      await list.onTrainBegin();
      model.stopTraining_ = false;
      callbacks.beforePauses(() => this.#give());
      const { batches, batchesPerSlice } = this.#passes.training;
      if (!callbacks.act && batches <= batchesPerSlice) await this.#epochsWithoutCalls();
      else await this.#epochs();
      this.#give();
      await list.onTrainEnd();
      await history.syncData();
      return history;
    } finally {
      this.#give();
      this.#passes.dispose();
    }
  }

  /** Short epochs that nobody observes: the history of each, and a call of the callbacks that pause every few milliseconds. */
  async #epochsWithoutCalls(): Promise<void> {
    const { model, callbacks, initialEpoch, epochs } = this.#settings;
    const { batches, batchesPerSlice } = this.#passes.training;
    let left = 0;
    for (let epoch = initialEpoch; epoch < epochs && !model.stopTraining_; epoch++) {
      this.#order();
      const logs: Logs = {};
      const epochLogs: Logs = {};
      // Between two pauses nobody can change the model.
      if (left <= 0) {
        this.#take();
        left = batchesPerSlice;
      }
      this.#update(0, batches, logs, epochLogs);
      callbacks.record(epoch, { ...epochLogs, ...logs });
      left -= batches;
      if (left <= 0) await callbacks.pause(batches - 1, logs);
    }
  }

  async #epochs(): Promise<void> {
    const { model, initialEpoch, epochs } = this.#settings;
    for (let epoch = initialEpoch; epoch < epochs && !model.stopTraining_; epoch++) await this.#epoch(epoch);
  }

  async #epoch(epoch: number): Promise<void> {
    const { model, callbacks } = this.#settings;
    const { list } = callbacks;
    await list.onEpochBegin(epoch);
    const logs: Logs = {};
    this.#order();
    const { batches, batchesPerSlice } = this.#passes.training;
    const group = callbacks.observeBatches ? 1 : batchesPerSlice;
    for (let batch = 0; batch < batches && !(batch > 0 && model.stopTraining_); batch += group) {
      await this.#group(batch, Math.min(group, batches - batch), logs);
    }
    await list.onEpochEnd(epoch, logs);
  }

  /** Sets the order of the rows for an epoch. */
  #order(): void {
    if (this.#settings.shuffle) shuffleRows(this.#rows);
    this.#passes.training.order(this.#rows);
  }

  /**
   * Updates of some batches between which nobody looks: their callbacks are called as for one batch that has all their rows.
   * @param epochLogs receive the measures of validation after the last batch of the epoch.
   */
  async #group(first: number, count: number, epochLogs: Logs): Promise<void> {
    const { act, list } = this.#settings.callbacks;
    const last = first + count - 1;
    const logs: Logs = {};
    await list.onBatchBegin(last, logs);
    this.#take();
    Object.assign(logs, { batch: last, size: this.#passes.training.rowsOf(first, count) });
    this.#update(first, count, logs, epochLogs);
    if (act) this.#give();
    await list.onBatchEnd(last, logs);
    disposeLogs(logs);
  }

  /** Updates of some batches, and validation after the last one of an epoch. */
  #update(first: number, count: number, logs: Logs, epochLogs: Logs): void {
    const { callbacks, labels } = this.#settings;
    const { training, validation } = this.#passes;
    callbacks.log(logs, labels, training.run(first, count));
    this.#isBehind = true;
    if (!validation || first + count < training.batches) return;
    const names = labels.map((label) => `val_${label}`);
    callbacks.log(epochLogs, names, validation.run(0, validation.batches));
  }

  /** Reads what others have changed: values, or the model, such as by freezing a layer. */
  #take(): void {
    const twin = this.#settings.twin();
    if (twin !== this.#passes.twin) {
      this.#give();
      this.#passes.dispose();
      this.#passes = new Passes(twin, this.#settings);
      this.#passes.training.order(this.#rows);
    }
    twin.take();
  }

  /** Brings the variables up to date. */
  #give(): void {
    if (this.#isBehind) this.#passes.twin.give();
    this.#isBehind = false;
  }
}
