import type { Slices } from "../engine/scheduler.js";
import { Epochs } from "./epochs.js";
import { type Layers, workOf } from "./layers.js";
import type { Activation, Pattern, TrainingStatus } from "./types.js";

/** Data as training reads it, with the state of the training and the time at which it ends. */
export interface PreparedTraining {
  preparedData: Pattern[];
  status: TrainingStatus;
  endTime: number;
}

/** A network that trains. */
export interface Trainable extends Layers {
  errorCheckInterval: number;
  trainingTick(data: Pattern[], status: TrainingStatus, endTime: number): boolean;
}

/** Multiply-adds from which the core is faster than the copies of weights to it and back. */
const LEAST_WORK = 4000;

/** Multiply-adds of one call of the core, between which the clock is looked at: some milliseconds. */
const SLICE_WORK = 2e7;

/** Trains whole epochs of some data on the core. */
export class Bulk {
  readonly #data: readonly Pattern[];
  readonly #activation: Activation;
  readonly #epochs: Epochs;
  /** Multiply-adds of one epoch: forward, backward and update. */
  readonly work: number;

  constructor(network: Layers, data: readonly Pattern[], activation: Activation) {
    this.#data = data;
    this.#activation = activation;
    this.#epochs = new Epochs(network.sizes, data);
    this.work = 3 * data.length * workOf(network.sizes);
  }

  /** True for the training of these data with this activation. */
  isOf(data: readonly Pattern[], activation: Activation | undefined): boolean {
    return this.#data === data && this.#activation === activation;
  }

  /** One epoch. @returns its error; undefined where plain JavaScript is faster or there is no core. */
  one(network: Trainable): number | undefined {
    if (this.work < LEAST_WORK) return undefined;
    const options = { activation: this.#activation, most: 1, iterations: 0, interval: 0 };
    return this.#epochs.run(network, options)?.lastError;
  }

  /**
   * As many calls of trainingTick as nobody looks between.
   * @returns the epochs that were trained; 0 where one call of trainingTick is faster.
   */
  ticks(network: Trainable, status: TrainingStatus): number {
    const { callback, callbackPeriod, iterations, log, logPeriod } = network.trainOpts;
    const interval = network.errorCheckInterval;
    const periods = [interval, ...(log ? [logPeriod] : []), ...(callback ? [callbackPeriod] : [])];
    if (!periods.every(Number.isInteger)) return 0;
    const most = Math.min(
      Math.ceil(iterations - status.iterations),
      Math.max(1, Math.floor(SLICE_WORK / this.work)),
      ...periods.slice(1).map((period) => period - (status.iterations % period)),
    );
    if (most * this.work < LEAST_WORK) return 0;
    const options = { activation: this.#activation, most, iterations: status.iterations, interval };
    const result = this.#epochs.run(network, options);
    if (!result) return 0;
    status.iterations += result.epochs;
    if (result.checkedError !== undefined) status.error = result.checkedError;
    if (typeof log === "function" && status.iterations % logPeriod === 0) {
      status.error = result.lastError;
      log(status);
    }
    if (callback && status.iterations % callbackPeriod === 0) {
      callback({ iterations: status.iterations, error: status.error });
    }
    return result.epochs;
  }

  /** Ends the training. */
  dispose(): void {
    this.#epochs.dispose();
  }
}

/**
 * Trains until the iterations, the error or the time say so.
 * @param bulk gives the training on the core, as long as no method that it stands for is overridden.
 */
export function* training(
  network: Trainable,
  { preparedData, status, endTime }: PreparedTraining,
  bulk: () => Bulk | undefined,
): Slices<TrainingStatus> {
  const { iterations, errorThresh } = network.trainOpts;
  const work = 3 * preparedData.length * workOf(network.sizes);
  for (;;) {
    const isDone = status.iterations >= iterations || status.error <= errorThresh || Date.now() >= endTime;
    const epochs = isDone ? 0 : (bulk()?.ticks(network, status) ?? 0);
    if (epochs === 0 && !network.trainingTick(preparedData, status, endTime)) return status;
    yield work * Math.max(1, epochs);
  }
}
