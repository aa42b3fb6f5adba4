import type {
  CallbackList,
  FitLoopArguments,
  History,
  Logs,
  Model,
  ModelMethods,
  Tensor,
  TensorFlow,
} from "./types.js";

/** Thrown in the place of a fit of which only the list of callbacks was wanted. */
const STOPPED = new Error("The list of callbacks is complete.");

/**
 * The list of callbacks of a fit as TensorFlow.js makes it: with those that are registered for all fits, and with their
 * parameters. Its own fitLoop begins for that, and is stopped as soon as it has the list.
 * @returns undefined if it throws before.
 */
function listOf(
  tf: TensorFlow,
  fitLoop: ModelMethods["fitLoop"],
  model: Model,
  given: FitLoopArguments,
): CallbackList | undefined {
  const prototype = tf.CallbackList.prototype as CallbackList;
  const { setParams } = prototype;
  let list: CallbackList | undefined;
  prototype.setParams = function (this: CallbackList, params) {
    setParams.call(this, params);
    list = this;
    throw STOPPED;
  };
  try {
    // It runs as far as that without a pause.
    fitLoop.apply(model, given).catch(() => {});
  } finally {
    prototype.setParams = setParams;
  }
  return list;
}

/** Members by which callbacks are told apart. */
interface Callback {
  onBatchBegin: unknown;
  onBatchEnd(batch: number, logs: Logs): Promise<void>;
  /** Members of tf.CustomCallback, which is made of an object of functions. */
  nextFrameFunc?: () => Promise<void>;
  yieldEvery?: unknown;
  trainBegin?: unknown;
  trainEnd?: unknown;
  epochBegin?: unknown;
  epochEnd?: unknown;
  batchBegin?: unknown;
  batchEnd?: unknown;
  yield?: unknown;
}

/** True for a callback that is made of an object of functions. */
const isCustom = (callback: Callback): boolean => "nextFrameFunc" in callback;

/** True for a callback that does something between batches besides pausing. `base` is one that does nothing. */
function observesBatches(callback: Callback, base: Callback): boolean {
  const { batchBegin, batchEnd, yield: onYield, yieldEvery, onBatchBegin, onBatchEnd } = callback;
  if (isCustom(callback)) return Boolean(batchBegin || batchEnd || onYield || yieldEvery === "batch");
  return onBatchBegin !== base.onBatchBegin || onBatchEnd !== base.onBatchEnd;
}

/** True for a callback that does something besides pausing every few milliseconds. */
function acts(callback: Callback): boolean {
  const { trainBegin, trainEnd, epochBegin, epochEnd, batchBegin, batchEnd, yield: onYield } = callback;
  if (callback.yieldEvery === "epoch" || callback.yieldEvery === "batch") return true;
  const functions = [trainBegin, trainEnd, epochBegin, epochEnd, batchBegin, batchEnd, onYield];
  return !isCustom(callback) || functions.some(Boolean);
}

/** The callbacks of one fit: the real ones, in their order. */
export class Callbacks {
  readonly list: CallbackList;
  readonly history: History;
  /** True if something happens between batches. */
  readonly observeBatches: boolean;
  /** True if something besides a pause happens in any of them. */
  readonly act: boolean;
  readonly #own: readonly Callback[];
  /** True if a callback is of a class of its own, which may expect tensors. */
  readonly #expectTensors: boolean;
  readonly #tf: TensorFlow;

  private constructor(tf: TensorFlow, list: CallbackList) {
    // The first one computes the means of an epoch, the last one is the history.
    const own = list.callbacks.slice(1, -1) as Callback[];
    const history = list.callbacks[list.callbacks.length - 1];
    const base = Object.getPrototypeOf(Object.getPrototypeOf(history));
    this.#tf = tf;
    this.list = list;
    this.history = history as History;
    this.#own = own;
    this.act = own.some(acts);
    this.observeBatches = own.some((callback) => observesBatches(callback, base));
    this.#expectTensors = !own.every(isCustom);
  }

  /** @returns undefined where TensorFlow.js throws before it has made them. */
  static of(
    tf: TensorFlow,
    fitLoop: ModelMethods["fitLoop"],
    model: Model,
    given: FitLoopArguments,
  ): Callbacks | undefined {
    const list = listOf(tf, fitLoop, model, given);
    return list && new Callbacks(tf, list);
  }

  /** Appends the values of an epoch to the history. */
  record(epoch: number, logs: Logs): void {
    const { epoch: epochs, history } = this.history;
    epochs.push(epoch);
    for (const [name, value] of Object.entries(logs)) {
      history[name] ??= [];
      history[name].push(value as number);
    }
  }

  /** Lets callbacks pause that only pause, if it is time for that. */
  async pause(batch: number, logs: Logs): Promise<void> {
    for (const callback of this.#own) await callback.onBatchEnd(batch, logs);
  }

  /** Calls a function before each pause of callbacks that only pause, in which other code of the program may run. */
  beforePauses(act: () => void): void {
    for (const callback of this.#own) {
      const { nextFrameFunc } = callback;
      if (!nextFrameFunc) continue;
      callback.nextFrameFunc = () => {
        act();
        return nextFrameFunc();
      };
    }
  }

  /** Adds values to logs: tensors as they are, numbers as numbers, which is what functions receive, or as tensors. */
  log(logs: Logs, labels: readonly string[], values: readonly (number | Tensor)[]): void {
    labels.forEach((label, i) => {
      const value = values[i];
      if (typeof value !== "number") logs[label] = value;
      else {
        logs[label] = this.#expectTensors
          ? (this.#tf.tensor(Float32Array.of(value), [], "float32") as Tensor)
          : Math.fround(value);
      }
    });
  }
}

/** Disposes of the tensors that are left in logs. */
export function disposeLogs(logs: Logs): void {
  for (const value of Object.values(logs)) if (typeof value !== "number") value.dispose();
}
