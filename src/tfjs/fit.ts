import { type Callbacks, disposeLogs } from "./callbacks.js";
import type { Rows } from "./data.js";
import type { BatchMetric } from "./metrics.js";
import { type Original, OriginalSteps } from "./original.js";
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
  /** The model in densely's memory as the model is now. @throws Refusal */
  twin(): Twin;
  /** The fit as TensorFlow.js goes on with it if the model is refused. */
  original: Original;
  /** Counts a refusal. */
  leave(error: unknown): void;
}

/** Shuffles as tf.util.shuffle does, with the same random numbers (Fisher and Yates). */
function shuffleRows(rows: Int32Array): void {
  for (let left = rows.length; left > 0; left--) {
    const other = (Math.random() * left) | 0;
    const last = rows[left - 1];
    rows[left - 1] = rows[other];
    rows[other] = last;
  }
}

/** Epochs that nobody observes run at once, at most: more of them save nothing. */
const EPOCHS_AT_ONCE = 16;

/** Training and validation in densely's memory, for as long as the model stays the same. */
class Passes {
  readonly twin: Twin;
  readonly training: Steps;
  readonly validation: Steps | undefined;

  constructor(twin: Twin, { training, validation, batchSize, metrics, callbacks }: FitSettings) {
    const epochs = callbacks.act || validation ? 1 : EPOCHS_AT_ONCE;
    const options = { batchSize, metrics, isRepeated: true };
    this.twin = twin;
    this.training = new Steps(twin, training, { ...options, isTraining: true, epochs });
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
  /** Steps in the place of the passes, once the model is one that densely does not have. */
  #original: OriginalSteps | undefined;
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
      const { batches, batchesPerSlice } = this.#passes.training;
      const isObserved = callbacks.act || this.#readsWeights;
      const done = isObserved || batches > batchesPerSlice ? initialEpoch : await this.#epochsWithoutCalls();
      for (let epoch = done; epoch < epochs && !model.stopTraining_; epoch++) await this.#epoch(epoch);
      this.#give();
      await list.onTrainEnd();
      await history.syncData();
      return history;
    } finally {
      this.#give();
      if (!this.#original) this.#passes.dispose();
    }
  }

  /** True if the loss is a function of the user, which may read the weights. */
  get #readsWeights(): boolean {
    return this.#passes.twin.translation.tensorLoss?.isOwn === true;
  }

  /**
   * Short epochs that nobody observes: the history of each, and a call of the callbacks that pause every few milliseconds.
   * @returns the first epoch that is left, where the model is changed in a pause.
   */
  async #epochsWithoutCalls(): Promise<number> {
    const { model, callbacks, initialEpoch, epochs } = this.#settings;
    const { batches, batchesPerSlice } = this.#passes.training;
    let left = 0;
    let epoch = initialEpoch;
    while (epoch < epochs && !model.stopTraining_) {
      // Between two pauses nobody can change the model.
      if (left <= 0) {
        this.#take();
        if (this.#original) break;
        left = batchesPerSlice;
      }
      // TensorFlow.js rounds a fraction of an epoch up.
      const most = Math.min(Math.ceil(epochs - epoch), Math.ceil(left / batches));
      const count = Math.min(this.#passes.training.epochs, most);
      const logs = count > 1 ? this.#several(epoch, count) : this.#one(epoch);
      epoch += count;
      left -= count * batches;
      if (left <= 0) await callbacks.pause(batches - 1, logs);
    }
    return epoch;
  }

  /** One epoch that nobody observes. @returns its measures */
  #one(epoch: number): Logs {
    const logs: Logs = {};
    const epochLogs: Logs = {};
    this.#order();
    this.#update(0, this.#passes.training.batches, logs, epochLogs);
    this.#settings.callbacks.record(epoch, { ...epochLogs, ...logs });
    return logs;
  }

  /** `count` epochs at once that nobody observes. @returns the measures of the last one */
  #several(first: number, count: number): Logs {
    const { callbacks, labels, shuffle } = this.#settings;
    const { training } = this.#passes;
    for (let i = 0; i < count; i++) {
      if (shuffle) shuffleRows(this.#rows);
      training.orderEpoch(this.#rows, i);
    }
    let logs: Logs = {};
    this.#isBehind = true;
    training.runEpochs(count).forEach((measures, i) => {
      logs = {};
      callbacks.log(logs, labels, measures);
      callbacks.record(first + i, logs);
    });
    return logs;
  }

  async #epoch(epoch: number): Promise<void> {
    const { model, callbacks } = this.#settings;
    const { list } = callbacks;
    await list.onEpochBegin(epoch);
    const logs: Logs = {};
    this.#order();
    const { batches, batchesPerSlice } = this.#passes.training;
    const isEachObserved = callbacks.observeBatches || this.#readsWeights;
    for (let batch = 0; batch < batches && !(batch > 0 && model.stopTraining_); ) {
      // Once a callback has stopped the training, one more batch is trained.
      const isEach = isEachObserved || this.#original || model.stopTraining_;
      const most = isEach ? 1 : batchesPerSlice;
      batch += await this.#group(batch, Math.min(most, batches - batch), logs);
    }
    await list.onEpochEnd(epoch, logs);
  }

  /** Sets the order of the rows for an epoch. */
  #order(): void {
    if (this.#settings.shuffle) shuffleRows(this.#rows);
    if (!this.#original) this.#passes.training.order(this.#rows);
  }

  /**
   * Updates of some batches between which nobody looks: their callbacks are called as for one batch that has all their rows.
   * @param most the number of batches, unless the model is left to TensorFlow.js before the first.
   * @param epochLogs receive the measures of validation after the last batch of the epoch.
   * @returns the number of batches.
   */
  async #group(first: number, most: number, epochLogs: Logs): Promise<number> {
    const { act, list } = this.#settings.callbacks;
    const { training } = this.#passes;
    const logs: Logs = {};
    await list.onBatchBegin(first + most - 1, logs);
    this.#take();
    const count = this.#original ? 1 : most;
    const last = first + count - 1;
    Object.assign(logs, { batch: last, size: training.countRows(first, count) });
    this.#update(first, count, logs, epochLogs);
    if (act || this.#readsWeights) this.#give();
    await list.onBatchEnd(last, logs);
    disposeLogs(logs);
    return count;
  }

  /** Updates of some batches, and validation after the last one of an epoch. */
  #update(first: number, count: number, logs: Logs, epochLogs: Logs): void {
    const { callbacks, labels } = this.#settings;
    const { training, validation } = this.#passes;
    const original = this.#original;
    callbacks.log(logs, labels, original?.run(first, this.#rows) ?? training.run(first, count));
    this.#isBehind = !original;
    if (!validation || first + count < training.batches) return;
    const names = labels.map((label) => `val_${label}`);
    callbacks.log(epochLogs, names, original?.validate() ?? validation.run(0, validation.batches));
  }

  /** Reads what others have changed: values, or the model, such as by freezing a layer. */
  #take(): void {
    if (this.#original) return;
    try {
      const twin = this.#settings.twin();
      if (twin !== this.#passes.twin) this.#change(twin);
      twin.take();
    } catch (error) {
      this.#leave(error);
    }
  }

  /** Goes on in other memory, after the model was changed. @throws Refusal */
  #change(twin: Twin): void {
    this.#give();
    const passes = new Passes(twin, this.#settings);
    this.#passes.dispose();
    this.#passes = passes;
    passes.training.order(this.#rows);
  }

  /** Leaves the rest to TensorFlow.js. @param error a refusal, or an error that TensorFlow.js throws too. */
  #leave(error: unknown): void {
    const { original, training, batchSize, leave } = this.#settings;
    leave(error);
    this.#give();
    this.#passes.dispose();
    this.#original = new OriginalSteps(original, training, batchSize);
  }

  /** Brings the variables up to date. */
  #give(): void {
    if (this.#isBehind) this.#passes.twin.give();
    this.#isBehind = false;
  }
}
