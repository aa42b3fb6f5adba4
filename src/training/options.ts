import { ShapeError, SpecError } from "../errors.js";
import { checkKeys, checkName, checkNumber, checkWhole, show } from "../spec/check.js";
import { endsInLogits, type NetworkSpec, outputLayer, picksLargest } from "../spec/spec.js";
import type { Samples } from "./data.js";
import type { BatchReport, EpochReport } from "./history.js";
import { type Dataset, tabulateDataset } from "./targets.js";

/** A number measured beside the loss. */
export type MetricName = "accuracy";

/** How to train. */
export interface FitOptions {
  /** Passes over the training rows. Default 1. */
  epochs?: number;
  /** Rows of one update, or "full" for one update an epoch. Default 32. */
  batchSize?: number | "full";
  /** Whether each epoch takes the rows in a new random order; a "full" batch needs none. Default true. */
  shuffle?: boolean;
  /** Share of the rows, from 0 to below 1, kept for validation: the last ones, before shuffling. Default 0. */
  validationSplit?: number;
  /** [x, y] for validation, instead of validationSplit. */
  validationData?: readonly [Samples, Samples];
  /** Measured beside the loss: "accuracy". Default none. */
  metrics?: readonly MetricName[];
  /** Called after every epoch; return false to stop. */
  onEpoch?: (report: EpochReport) => unknown;
  /** Called after every batch. */
  onBatch?: (report: BatchReport) => unknown;
  /** Aborting it ends fit after the current stretch, with the history so far. */
  signal?: AbortSignal;
}

/** How to evaluate. */
export interface EvaluateOptions {
  /** Measured beside the loss: "accuracy". Default none. */
  metrics?: readonly MetricName[];
}

/** Checked options, with the rows they choose. */
export interface FitPlan {
  epochs: number;
  batch: number;
  shuffle: boolean;
  accuracy: boolean;
  training: Dataset;
  validation: Dataset | undefined;
  onEpoch: FitOptions["onEpoch"];
  onBatch: FitOptions["onBatch"];
  signal: AbortSignal | undefined;
}

const FIT_KEYS: readonly (keyof FitOptions)[] = [
  "epochs",
  "batchSize",
  "shuffle",
  "validationSplit",
  "validationData",
  "metrics",
  "onEpoch",
  "onBatch",
  "signal",
];

/** Whether accuracy is among the metrics. @throws SpecError where it means nothing, or for an unknown metric. */
export function countsHits(spec: NetworkSpec, metrics: readonly unknown[] = []): boolean {
  if (!Array.isArray(metrics))
    throw new SpecError(`metrics is ${show(metrics)}: give an array, such as ["accuracy"].`);
  for (const metric of metrics) checkName(metric, ["accuracy"], "metric");
  if (metrics.length === 0) return false;
  const { activation } = outputLayer(spec);
  if (picksLargest(spec) || endsInLogits(spec) || activation === "sigmoid") return true;
  throw new SpecError(
    `The metric "accuracy" has no meaning for ${spec.loss} on ${activation} outputs: end the network in "softmax" or "sigmoid" to classify.`,
  );
}

function checkFunction(value: unknown, what: string): void {
  if (value !== undefined && typeof value !== "function")
    throw new SpecError(`${what} is ${show(value)}: give a function.`);
}

function checkBoolean(value: unknown, what: string): boolean {
  if (typeof value === "boolean") return value;
  throw new SpecError(`${what} is ${show(value)}: give true or false.`);
}

function slice({ x, y, targets }: Dataset, first: number, count: number): Dataset {
  return { x: x.slice(first, count), y: y.slice(first, count), targets };
}

/** Training rows and validation rows. */
function split(spec: NetworkSpec, data: Dataset, options: FitOptions): [Dataset, Dataset | undefined] {
  const { validationSplit = 0, validationData } = options;
  checkNumber(validationSplit, 0, 1, "validationSplit");
  if (validationData !== undefined) {
    if (validationSplit > 0)
      throw new SpecError("validationSplit and validationData were both given: choose one of them.");
    if (!Array.isArray(validationData) || validationData.length !== 2) {
      throw new SpecError(`validationData is ${show(validationData)}: give [x, y].`);
    }
    return [data, tabulateDataset(spec, validationData[0], validationData[1])];
  }
  if (validationSplit === 0) return [data, undefined];
  const { rows } = data.x;
  const kept = Math.floor(rows * (1 - validationSplit));
  if (kept === 0 || kept === rows) {
    throw new ShapeError(
      `validationSplit ${validationSplit} of ${rows} rows leaves ${kept} for training and ${rows - kept} for validation: give more rows or another share.`,
    );
  }
  return [slice(data, 0, kept), slice(data, kept, rows - kept)];
}

/**
 * Checks everything about a fit that can be checked without reading the values.
 * @throws SpecError for a wrong option, ShapeError and DataError for data that does not fit.
 */
export function planFit(spec: NetworkSpec, x: Samples, y: Samples, options: FitOptions): FitPlan {
  checkKeys(options, FIT_KEYS, "fit");
  const { epochs = 1, batchSize = 32, shuffle = true, metrics, onEpoch, onBatch, signal } = options;
  checkWhole(epochs, 0, "epochs");
  if (batchSize !== "full") checkWhole(batchSize, 1, "batchSize", ', or "full"');
  checkBoolean(shuffle, "shuffle");
  checkFunction(onEpoch, "onEpoch");
  checkFunction(onBatch, "onBatch");
  if (signal !== undefined && typeof signal?.aborted !== "boolean") {
    throw new SpecError(`signal is ${show(signal)}: give the signal of an AbortController.`);
  }
  const accuracy = countsHits(spec, metrics);
  const [training, validation] = split(spec, tabulateDataset(spec, x, y), options);
  const batch = batchSize === "full" ? training.x.rows : Math.min(batchSize, training.x.rows);
  return { epochs, batch, shuffle, accuracy, training, validation, onEpoch, onBatch, signal };
}

/** @throws SpecError for a wrong option. */
export function checkEvaluate(spec: NetworkSpec, options: EvaluateOptions): boolean {
  checkKeys(options, ["metrics"], "evaluate");
  return countsHits(spec, options.metrics);
}
