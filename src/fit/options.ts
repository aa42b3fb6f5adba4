import { type Dataset, sliceDataset, tabulateDataset } from "../data/dataset.js";
import { type ClassWeight, tabulateWeighted, weighClasses, withWeights } from "../data/sample-weights.js";
import type { Numbers, Samples } from "../data/table.js";
import { ShapeError, SpecError } from "../errors.js";
import type { Metric } from "../evaluation/measure.js";
import { checkMetrics, type MetricInput } from "../evaluation/metrics.js";
import { checkBoolean, checkKeys, checkNumber, checkWhole, show, tagOf } from "../model/check.js";
import { plateauOf } from "../model/rates.js";
import type { NetworkSpec } from "../model/spec.js";
import type { BatchReport, EpochReport, History } from "../record/history.js";
import { checkMonitor, checkStoppingOptions, type EarlyStopping, type StoppingSettings } from "./stopping.js";

/** Validation rows: inputs, targets and, if they do not all count the same, sample weights. */
export type ValidationData = readonly [x: Samples, y: Samples, sampleWeight?: Numbers];

/** How to train. */
export interface FitOptions {
  /** Passes over the training rows. Default 1. */
  epochs?: number;
  /**
   * Epochs that count as done, in reports and against `epochs`. If it is left out, a fit that `maxSteps` has cut is resumed;
   * without one, training begins at epoch 0. If it is given, be it 0, a fit that was cut is discarded.
   */
  initialEpoch?: number;
  /** Rows per update, or "full" for one update per epoch, which lbfgs always makes. Default 32. */
  batchSize?: number | "full";
  /** Batches after which an epoch ends. Default: all. */
  stepsPerEpoch?: number;
  /** true: each epoch takes the rows in a new random order, except in "full" batches. Default true. */
  shuffle?: boolean;
  /** Share of the rows, from 0 to below 1, kept for validation: the last ones, before shuffling. Default 0. */
  validationSplit?: number;
  /** [x, y] or [x, y, sampleWeight] for validation, instead of validationSplit. */
  validationData?: ValidationData;
  /** Weight of each row in the mean loss: one finite number of at least 0 per row. Default: all the same. */
  sampleWeight?: Numbers;
  /** Weight of the rows of each class, or "balanced" for classes of the same weight in all. Default: all the same. */
  classWeight?: ClassWeight;
  /** Measured besides the loss. Default: nothing. */
  metrics?: readonly MetricInput[];
  /** When to end before all epochs. Default: never. */
  earlyStopping?: EarlyStopping;
  /**
   * Maximum number of updates in this call. It may end within an epoch; the next `fit` with the same data and no
   * `initialEpoch` resumes there. Default: no maximum.
   */
  maxSteps?: number;
  /**
   * Called with the bytes of network.checkpoint() after every epoch, or after every `checkpointEvery` updates. A promise that
   * it returns is awaited.
   */
  onCheckpoint?: (bytes: Uint8Array<ArrayBuffer>) => unknown;
  /** Updates from one checkpoint to the next. Default: those of an epoch. */
  checkpointEvery?: number;
  /** Called before the first epoch. A promise that it returns is awaited. */
  onTrainBegin?: () => unknown;
  /** Called after every epoch. Return false, or a promise of it, to stop. */
  onEpoch?: (report: EpochReport) => unknown;
  /** Called after every batch. A promise that it returns is awaited. */
  onBatch?: (report: BatchReport) => unknown;
  /** Called at the end with the history that fit returns. A promise that it returns is awaited. */
  onTrainEnd?: (history: History) => unknown;
  /**
   * true: trains in a worker, to the same bits and with the same callbacks, so that this thread stays free. Or the URL of
   * the file "densely/worker", where a Content-Security-Policy forbids workers made of text. Default false.
   */
  worker?: boolean | string | URL;
  /** Aborting it ends fit after the current slice, with the history so far. */
  signal?: AbortSignal;
}

/** How to evaluate. */
export interface EvaluateOptions {
  /** Measured besides the loss. Default: nothing. */
  metrics?: readonly (MetricInput | "confusionMatrix")[];
  /** Weight of each row in the mean loss: one finite number of at least 0 per row. Default: all the same. */
  sampleWeight?: Numbers;
}

/** Callbacks and signal of a fit. */
type Callbacks = Pick<
  FitOptions,
  "onTrainBegin" | "onEpoch" | "onBatch" | "onTrainEnd" | "onCheckpoint" | "signal"
>;

/** Checked options of a fit, except those that choose rows. */
export interface LoopSettings extends Callbacks {
  epochs: number;
  /** Undefined where a fit that was cut is resumed. */
  initialEpoch: number | undefined;
  stepsPerEpoch: number;
  maxSteps: number;
  checkpointEvery: number;
  /** Undefined for this thread, true for a worker of the text in the library, or the worker's script. */
  worker: string | URL | true | undefined;
  metrics: Metric[];
  stopping: StoppingSettings | undefined;
  validation: Dataset | undefined;
}

/** Checked options of a fit on rows in memory. */
export interface FitSettings extends LoopSettings {
  batch: number;
  shuffle: boolean;
  training: Dataset;
}

/** Checked options of an evaluation. */
export interface EvaluateSettings {
  data: Dataset;
  metrics: Metric[];
  /** True if the confusion matrix is asked for. */
  confusion: boolean;
}

const LOOP_KEYS: readonly (keyof FitOptions)[] = [
  "epochs",
  "initialEpoch",
  "stepsPerEpoch",
  "validationData",
  "metrics",
  "earlyStopping",
  "maxSteps",
  "onCheckpoint",
  "checkpointEvery",
  "onTrainBegin",
  "onEpoch",
  "onBatch",
  "onTrainEnd",
  "worker",
  "signal",
];

const DATA_KEYS: readonly (keyof FitOptions)[] = [
  "batchSize",
  "shuffle",
  "validationSplit",
  "sampleWeight",
  "classWeight",
];

function checkFunction(value: unknown, what: string): void {
  if (value !== undefined && typeof value !== "function")
    throw new SpecError(`${what} is ${show(value)}: give a function.`);
}

/** A whole number of at least 1, or Infinity where it is left out. */
function checkMaximum(value: unknown, what: string): number {
  return value === undefined ? Infinity : checkWhole(value, 1, what);
}

function checkWorker(value: unknown): string | URL | true | undefined {
  if (value === undefined || value === false) return undefined;
  if (value === true || (typeof value === "string" && value !== "")) return value;
  if (tagOf(Object(value)) === "URL") return value as URL;
  throw new SpecError(`worker is ${show(value)}: give true, or the URL of the file "densely/worker".`);
}

/** @throws SpecError for the option `worker`, which fitSync cannot wait for. */
export function checkNoWorker(options: FitOptions | undefined): void {
  if (!options?.worker) return;
  throw new SpecError("worker was given to fitSync, which cannot wait for one: use fit.");
}

function tabulateValidation(spec: NetworkSpec, given: unknown): Dataset | undefined {
  return given === undefined ? undefined : tabulateWeighted(spec, given, "validationData");
}

function checkLoopOptions(
  spec: NetworkSpec,
  options: FitOptions,
  validation: Dataset | undefined,
): LoopSettings {
  const { epochs = 1, initialEpoch, signal } = options;
  for (const name of ["onTrainBegin", "onEpoch", "onBatch", "onTrainEnd", "onCheckpoint"] as const) {
    checkFunction(options[name], name);
  }
  if (signal !== undefined && typeof signal?.aborted !== "boolean") {
    throw new SpecError(`signal is ${show(signal)}: give the signal of an AbortController.`);
  }
  const { onTrainBegin, onEpoch, onBatch, onTrainEnd, onCheckpoint } = options;
  const metrics = checkMetrics(options.metrics, spec);
  const hasValidation = validation !== undefined;
  const plateau = plateauOf(spec.optimizer.learningRate);
  if (plateau) checkMonitor(plateau, metrics, hasValidation);
  return {
    epochs: checkWhole(epochs, 0, "epochs"),
    initialEpoch: initialEpoch === undefined ? undefined : checkWhole(initialEpoch, 0, "initialEpoch"),
    stepsPerEpoch: checkMaximum(options.stepsPerEpoch, "stepsPerEpoch"),
    maxSteps: checkMaximum(options.maxSteps, "maxSteps"),
    checkpointEvery: checkMaximum(options.checkpointEvery, "checkpointEvery"),
    worker: checkWorker(options.worker),
    metrics,
    stopping: checkStoppingOptions(options.earlyStopping, metrics, hasValidation),
    validation,
    ...{ onTrainBegin, onEpoch, onBatch, onTrainEnd, onCheckpoint, signal },
  };
}

/** More than the rounding error of a share of rows, far less than a row. */
const ROUNDING = 1e-6;

/** Training rows and validation rows. Class weights are for training only. */
function split(spec: NetworkSpec, data: Dataset, options: FitOptions): [Dataset, Dataset | undefined] {
  const { validationSplit = 0, validationData, sampleWeight, classWeight } = options;
  checkNumber(validationSplit, 0, 1, "validationSplit");
  const weighted = withWeights(data, sampleWeight);
  if (validationData !== undefined) {
    if (validationSplit > 0)
      throw new SpecError("validationSplit and validationData were both given: choose one of them.");
    return [weighClasses(spec, weighted, classWeight), tabulateValidation(spec, validationData)];
  }
  if (validationSplit === 0) return [weighClasses(spec, weighted, classWeight), undefined];
  const { rows } = data.x;
  // 10 · (1 - 0.9) is less than 1 by a rounding error.
  const kept = Math.floor(rows * (1 - validationSplit) + ROUNDING);
  if (kept === 0 || kept === rows) {
    throw new ShapeError(
      `validationSplit ${validationSplit} of ${rows} rows leaves ${kept} for training and ${rows - kept} for validation: give more rows or another share.`,
    );
  }
  const training = sliceDataset(weighted, 0, kept);
  return [weighClasses(spec, training, classWeight), sliceDataset(weighted, kept, rows - kept)];
}

/** Rows per update. @throws SpecError for a wrong batchSize, or one that lbfgs cannot use. */
function batchOf(spec: NetworkSpec, batchSize: unknown, rows: number): number {
  const isLbfgs = spec.optimizer.type === "lbfgs";
  const given = batchSize ?? (isLbfgs ? "full" : 32);
  if (given === "full") return rows;
  const batch = Math.min(checkWhole(given, 1, "batchSize", ', or "full"'), rows);
  if (!isLbfgs || batch === rows) return batch;
  throw new SpecError(
    `batchSize is ${batch} of ${rows} rows, but lbfgs compares losses of all rows: leave it out, or choose adam.`,
  );
}

/**
 * Checks everything about a fit that can be checked without reading all values.
 * @throws SpecError for a wrong option, ShapeError and DataError for wrong data.
 */
export function checkFitOptions(spec: NetworkSpec, x: Samples, y: Samples, options: FitOptions): FitSettings {
  checkKeys(options, [...LOOP_KEYS, ...DATA_KEYS], "fit");
  const shuffle = checkBoolean(options.shuffle ?? true, "shuffle");
  const data = tabulateDataset(spec, x, y);
  const [training, validation] = split(spec, data, options);
  const batch = batchOf(spec, options.batchSize, training.x.rows);
  return { ...checkLoopOptions(spec, options, validation), batch, shuffle, training };
}

/** Checks the options of a fit on a source of batches. @throws SpecError */
export function checkSourceOptions(spec: NetworkSpec, options: FitOptions): LoopSettings {
  checkKeys(options, LOOP_KEYS, "fit on a source of batches");
  if (spec.optimizer.type === "lbfgs") {
    throw new SpecError(
      "lbfgs was given a source of batches, but it compares losses of all rows: choose adam.",
    );
  }
  return checkLoopOptions(spec, options, tabulateValidation(spec, options.validationData));
}

/** Checks rows and options of an evaluation. @throws SpecError, ShapeError, DataError */
export function checkEvaluateOptions(
  spec: NetworkSpec,
  x: Samples,
  y: Samples,
  options: EvaluateOptions,
): EvaluateSettings {
  checkKeys(options, ["metrics", "sampleWeight"], "evaluate");
  const { metrics, sampleWeight } = options;
  const isMatrix = (metric: unknown) => metric === "confusionMatrix";
  const rest = Array.isArray(metrics) ? metrics.filter((metric) => !isMatrix(metric)) : metrics;
  return {
    data: withWeights(tabulateDataset(spec, x, y), sampleWeight),
    metrics: checkMetrics(rest, spec),
    confusion: Array.isArray(metrics) && metrics.some(isMatrix),
  };
}
