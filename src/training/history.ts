import type { Measures } from "./evaluation.js";

/** Why a fit ended. */
export type Stopped = "completed" | "early" | "aborted" | "callback";

/** What onEpoch is told. */
export interface EpochReport {
  /** From 1. */
  epoch: number;
  /** Epochs of this fit. */
  epochs: number;
  /** Mean over the epoch, each step under the parameters it started from. */
  loss: number;
  /** Share from 0 to 1, if metrics has it. */
  accuracy?: number;
  /** After the epoch, on the validation rows, if there are any. */
  valLoss?: number;
  valAccuracy?: number;
  learningRate: number;
  /** Wall time of the epoch, validation included; 0 where the host's clock stands still. */
  seconds: number;
  /** Training rows per second; 0 where the host's clock stands still. */
  samplesPerSecond: number;
}

/** What onBatch is told. */
export interface BatchReport {
  /** From 1. */
  epoch: number;
  /** From 1, within the epoch. */
  batch: number;
  /** Batches of an epoch. */
  batches: number;
  /** Updates of the network so far, in all its fits. */
  step: number;
  /** Mean over the batch, before its update. */
  loss: number;
}

/** What a fit went through: one number an epoch; the arrays of what was not measured are empty. */
export interface History {
  loss: number[];
  valLoss: number[];
  accuracy: number[];
  valAccuracy: number[];
  learningRate: number[];
  /** Epochs completed. */
  epochs: number;
  stopped: Stopped;
}

/** Places reserved at most: arrays that grow are copied again and again, a third of the time of XOR's epochs. */
const RESERVED = 2 ** 18;

/** A history with room for so many epochs. */
export function emptyHistory(epochs: number): History {
  const room = Math.min(epochs, RESERVED);
  return {
    loss: new Array<number>(room),
    valLoss: [],
    accuracy: [],
    valAccuracy: [],
    learningRate: new Array<number>(room),
    epochs: 0,
    stopped: "completed",
  };
}

/** Appends an epoch. */
export function record(
  history: History,
  learningRate: number,
  training: Measures,
  validation?: Measures,
): void {
  history.loss[history.epochs] = training.loss;
  history.learningRate[history.epochs] = learningRate;
  if (training.accuracy !== undefined) history.accuracy.push(training.accuracy);
  if (validation) history.valLoss.push(validation.loss);
  if (validation?.accuracy !== undefined) history.valAccuracy.push(validation.accuracy);
  history.epochs++;
}

/** The history as it is handed out: without the room that was not needed. */
export function finish(history: History, stopped: Stopped): History {
  history.loss.length = history.epochs;
  history.learningRate.length = history.epochs;
  return { ...history, stopped };
}

/** The report of an epoch of `rows` rows that began at `started`. */
export function reportOf(
  at: { epoch: number; epochs: number; learningRate: number },
  training: Measures,
  validation: Measures | undefined,
  rows: number,
  started: number,
): EpochReport {
  const seconds = (performance.now() - started) / 1000;
  return {
    ...at,
    ...training,
    ...(validation && { valLoss: validation.loss }),
    ...(validation?.accuracy !== undefined && { valAccuracy: validation.accuracy }),
    seconds,
    samplesPerSecond: seconds > 0 ? rows / seconds : 0,
  };
}
