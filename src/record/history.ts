import { hasOwn } from "../model/check.js";
import type { Measures } from "./measures.js";
import type { MetricName } from "./metrics.js";

/** Why a fit ended. */
export type Stopped = "completed" | "early" | "aborted" | "callback" | "budget";

/** Names of measures of the validation rows: valLoss, valAccuracy, ... */
type Validation<N extends string> = `val${Capitalize<N>}`;

/** Report of an epoch, for onEpoch. */
export interface EpochReport extends Partial<Record<MetricName | Validation<MetricName>, number>> {
  /** Number of the epoch, from 1. */
  epoch: number;
  /** Epochs of this fit. */
  epochs: number;
  /** Mean loss over the epoch's rows, each under the parameters that its step started from. */
  loss: number;
  /** Mean loss over the validation rows after the epoch. Missing without validation rows. */
  valLoss?: number;
  /** Custom metrics by name; those of the validation rows under "val" and the capitalized name. */
  custom?: Record<string, number>;
  /** Learning rate of the epoch's last step. */
  learningRate: number;
  /** Wall time of the epoch and its validation, in seconds; 0 where the host's clock stands still. */
  seconds: number;
  /** Training rows per second; 0 where the host's clock stands still. */
  samplesPerSecond: number;
}

/** An epoch that begins, for onEpochBegin. */
export type EpochBegin = Pick<EpochReport, "epoch" | "epochs">;

/** A batch that begins, for onBatchBegin. */
export interface BatchBegin extends EpochBegin {
  /** Number of the batch within the epoch, from 1. */
  batch: number;
  /** Batches of an epoch; Infinity for a source of batches without stepsPerEpoch. */
  batches: number;
  /** Updates of the network so far, in all fits. */
  step: number;
  /** Rows of the batch. */
  rows: number;
}

/** Metrics of the rows of a batch, before its update. Those that say nothing about these rows are missing. */
export interface BatchMeasures extends Partial<Record<MetricName, number>> {
  /** Custom metrics by name. */
  custom?: Record<string, number>;
}

/** Report of a batch, for onBatch. */
export interface BatchReport extends BatchBegin, BatchMeasures {
  /** Mean loss over the batch, before its update. */
  loss: number;
}

/**
 * The course of a fit: lists of one number per epoch. A list is missing if its measure was not taken: valLoss without
 * validation rows, accuracy unless `metrics` asks for it.
 */
export interface History extends Partial<Record<MetricName | Validation<MetricName>, number[]>> {
  loss: number[];
  valLoss?: number[];
  learningRate: number[];
  /** Custom metrics by name; those of the validation rows under "val" and the capitalized name. */
  custom?: Record<string, number[]>;
  /** Epochs completed in this fit. */
  epochs: number;
  /** "completed", "early" (earlyStopping, or lbfgs converged), "aborted" (signal), "callback" (onEpoch) or "budget" (maxSteps). */
  stopped: Stopped;
}

export function emptyHistory(): History {
  return { loss: [], learningRate: [], epochs: 0, stopped: "completed" };
}

/** Measures of an epoch, named as in reports and histories. */
export type EpochMeasures = Omit<
  EpochReport,
  "epoch" | "epochs" | "learningRate" | "seconds" | "samplesPerSecond"
>;

/** The name of a measure of the validation rows: valLoss, valAccuracy and so on. */
export const validationName = (name: string): string => `val${name[0].toUpperCase()}${name.slice(1)}`;

function prefixed(values: object): Record<string, number> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [validationName(name), value]));
}

/** The measures of the training rows and, prefixed, those of the validation rows. */
export function nameMeasures(training: Measures, validation?: Measures): EpochMeasures {
  if (!validation && !training.custom) return training as EpochMeasures;
  const { custom, ...measures } = training;
  const { custom: valCustom, ...valMeasures } = validation ?? { custom: undefined };
  const named = { ...measures, ...prefixed(valMeasures) } as EpochMeasures;
  return custom ? { ...named, custom: { ...custom, ...prefixed(valCustom ?? {}) } } : named;
}

/** Maximum of entries that lists are preallocated for. */
const PREALLOCATED = 2 ** 20;

/**
 * Preallocates the lists that every epoch extends, for the `next` epochs at least and at best for all that are `left`.
 * Growing them one by one would cost a network as small as XOR's more than its steps. `trim` or `trimmed` remove the entries that `record` has not filled.
 */
export function preallocate({ loss, learningRate, epochs }: History, next: number, left: number): void {
  if (loss.length >= epochs + next) return;
  loss.length = epochs + Math.max(next, Math.min(left, PREALLOCATED));
  learningRate.length = loss.length;
}

/** Removes preallocated entries that are not filled. */
export function trim({ loss, learningRate, epochs }: History): void {
  loss.length = epochs;
  learningRate.length = epochs;
}

/** A history without preallocated entries, of a fit that goes on. */
export function trimmed(history: History): History {
  const { loss, learningRate, epochs } = history;
  return { ...history, loss: loss.slice(0, epochs), learningRate: learningRate.slice(0, epochs) };
}

/** Writes the value of an epoch to the list of its name. */
function put(lists: Record<string, number[]>, name: string, epoch: number, value: number): void {
  // A metric may have a name of Object.prototype.
  if (!hasOwn(lists, name)) {
    Object.defineProperty(lists, name, { value: [], writable: true, enumerable: true, configurable: true });
  }
  lists[name][epoch] = value;
}

/** Records an epoch. @param measures everything measured; default: the loss alone. */
export function record(history: History, learningRate: number, loss: number, measures?: EpochMeasures): void {
  const epoch = history.epochs++;
  history.learningRate[epoch] = learningRate;
  history.loss[epoch] = loss;
  if (!measures) return;
  // Loops over names: entries and copies of measures would cost more than an epoch of XOR.
  for (const name in measures) {
    // The loss is written already.
    if (name === "loss" || name === "custom") continue;
    put(history as object as Record<string, number[]>, name, epoch, measures[name as MetricName] as number);
  }
  if (!measures.custom) return;
  history.custom ??= {};
  for (const name in measures.custom) put(history.custom, name, epoch, measures.custom[name]);
}
