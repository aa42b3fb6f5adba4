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

export function emptyHistory(): History {
  return {
    loss: [],
    valLoss: [],
    accuracy: [],
    valAccuracy: [],
    learningRate: [],
    epochs: 0,
    stopped: "completed",
  };
}

function enlarged(values: readonly number[], room: number): number[] {
  const all = new Array<number>(room);
  for (let i = 0; i < values.length; i++) all[i] = values[i];
  return all;
}

/**
 * Makes room for the next `count` of `epochs` epochs, and for four times as many as there are: arrays that grow by
 * themselves are copied so often that it takes an eighth of the time of XOR's epochs.
 */
export function makeRoom(history: History, count: number, epochs: number): void {
  const needed = history.epochs + count;
  if (needed <= history.loss.length) return;
  const room = Math.min(epochs, 4 * needed);
  history.loss = enlarged(history.loss, room);
  history.learningRate = enlarged(history.learningRate, room);
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
