import type { Measures, MetricName } from "./measures.js";
import { meanLoss, type Results } from "./tally.js";

/** Why a fit ended. */
export type Stopped = "completed" | "early" | "aborted" | "callback" | "budget";

/** The names of validation measures: valLoss, valAccuracy and so on. */
type Validation<N extends string> = `val${Capitalize<N>}`;

/** What onEpoch is told. */
export interface EpochReport extends Partial<Record<MetricName | Validation<MetricName>, number>> {
  /** From 1. */
  epoch: number;
  /** Epochs of this fit. */
  epochs: number;
  /** Mean over the epoch, each step under the parameters it started from. */
  loss: number;
  /** After the epoch, on the validation rows, if there are any. */
  valLoss?: number;
  /** Metrics of one's own by name, those of the validation rows as "valName". */
  custom?: Record<string, number>;
  /** Of the epoch's last step. */
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
  /** Epochs of this fit. */
  epochs: number;
  /** From 1, within the epoch. */
  batch: number;
  /** Batches of an epoch; of a source without stepsPerEpoch it is Infinity. */
  batches: number;
  /** Updates of the network so far, in all its fits. */
  step: number;
  /** Mean over the batch, before its update. */
  loss: number;
}

/** What a fit went through: one number an epoch; the arrays of what was not measured are empty or missing. */
export interface History extends Partial<Record<MetricName | Validation<MetricName>, number[]>> {
  loss: number[];
  valLoss: number[];
  accuracy: number[];
  valAccuracy: number[];
  learningRate: number[];
  /** Metrics of one's own by name, those of the validation rows as "valName". */
  custom?: Record<string, number[]>;
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

/** The measures of an epoch under the names of reports: those of the validation rows with "val" before them. */
export type EpochMeasures = Omit<
  EpochReport,
  "epoch" | "epochs" | "learningRate" | "seconds" | "samplesPerSecond"
>;

const capitalized = (name: string): string => name[0].toUpperCase() + name.slice(1);

function prefixed(values: object): Record<string, number> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`val${capitalized(name)}`, value]),
  );
}

export function nameMeasures(training: Measures, validation?: Measures): EpochMeasures {
  if (!validation && !training.custom) return training as EpochMeasures;
  const { custom, ...measures } = training;
  const { custom: valCustom, ...valMeasures } = validation ?? { custom: undefined };
  const named = { ...measures, ...prefixed(valMeasures) } as EpochMeasures;
  return custom ? { ...named, custom: { ...custom, ...prefixed(valCustom ?? {}) } } : named;
}

/** Appends a value to the list of its name. */
function append(lists: object, name: string, value: number): void {
  const all = lists as Record<string, number[]>;
  all[name] ??= [];
  all[name].push(value);
}

/** Entries that lists get room for at once. */
const ROOM = 2 ** 20;

/**
 * Appends epochs of which only the loss was measured. Lists that grow one by one would cost more than the steps of XOR, so
 * they get room for `left` epochs, these and those to come: `trim` takes back what was not needed.
 * @returns whether the losses are finite.
 */
export function recordLosses(
  history: History,
  results: Results,
  epochs: number,
  left: number,
  rateOf: (epoch: number) => number,
): boolean {
  const { loss, learningRate, epochs: first } = history;
  const { period } = results;
  history.epochs += epochs;
  if (loss.length < history.epochs) {
    loss.length = first + Math.max(epochs, Math.min(left, ROOM));
    learningRate.length = loss.length;
  }
  let sum = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    const mean = meanLoss(results, epoch * period, (epoch + 1) * period);
    loss[first + epoch] = mean;
    learningRate[first + epoch] = rateOf(epoch);
    sum += mean;
  }
  return Number.isFinite(sum);
}

/** Ends the lists that recordLosses made with the last epoch. */
export function trim({ loss, learningRate, epochs }: History): void {
  loss.length = epochs;
  learningRate.length = epochs;
}

/** Appends an epoch. */
export function record(history: History, learningRate: number, measures: EpochMeasures): void {
  for (const name in measures) {
    if (name !== "custom") append(history, name, measures[name as "loss"]);
  }
  if (measures.custom) {
    history.custom ??= {};
    for (const name in measures.custom) append(history.custom, name, measures.custom[name]);
  }
  history.learningRate.push(learningRate);
  history.epochs++;
}
