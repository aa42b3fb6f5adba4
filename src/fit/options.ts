import type { Bytes } from "../data/bytes.js";
import { type Dataset, splitDataset, tabulateDataset } from "../data/dataset.js";
import { type ClassWeight, tabulateWeighted, weighClasses, withWeights } from "../data/sample-weights.js";
import type { Numbers, Samples } from "../data/table.js";
import type { EngineSource } from "../engine/source.js";
import { SpecError } from "../errors.js";
import { checkMeasurable } from "../evaluation/measurable.js";
import { checkMetrics, type MetricInput } from "../evaluation/metrics.js";
import { checkBoolean, checkKeys, checkWhole, show } from "../model/check.js";
import { optimizerKindOf } from "../model/optimizers.js";
import { plateauOf } from "../model/rates.js";
import type { NetworkSpec } from "../model/spec.js";
import type { BatchBegin, BatchReport, EpochBegin, History } from "../record/history.js";
import { checkpoint } from "../storage/checkpoint.js";
import { type BasicFitOptions, checkBatchSize, checkFunction, checkSignal } from "./basic-options.js";
import { batchMeasures } from "./batch-measures.js";
import type { FitSettings, LoopSettings } from "./settings.js";
import { checkMonitor, checkStoppingOptions, type EarlyStopping } from "./stopping.js";
import { isSource } from "./stream.js";
import { updaterOf } from "./updaters.js";
import { rateAdapter, stoppingOf } from "./watching.js";
import { checkWorker } from "./worker-option.js";

/** Validation rows: inputs, targets and, if they do not all count the same, sample weights. */
export type ValidationData = readonly [x: Samples, y: Samples, sampleWeight?: Numbers];

/** How to train. */
export interface FitOptions extends BasicFitOptions {
  /** Epochs that count as done, in reports and against `epochs`. If it is given, even as 0, a new fit begins. Default 0. */
  initialEpoch?: number | undefined;
  /**
   * true: finishes the fit that was stopped by `signal`, by a callback's false or by leaving epochs(), with the bits of one
   * that never was; where there is none, a new fit begins. false: a new fit begins. By default a fit that `maxSteps` has cut,
   * or that was under way in a checkpoint, is resumed, and one that was stopped is discarded. A fit is resumed with the same
   * rows and the same batchSize only. Whatever else trains the network or sets its parameters discards a fit that was
   * stopped.
   */
  resume?: boolean | undefined;
  /** Batches after which an epoch ends; with `shuffle: false` the next one goes on there. Default: all. */
  stepsPerEpoch?: number | undefined;
  /** [x, y] or [x, y, sampleWeight] for validation, instead of validationSplit. */
  validationData?: ValidationData | undefined;
  /** Weight of each row in loss and metrics: one finite number of at least 0 per row. Default: all the same. */
  sampleWeight?: Numbers | undefined;
  /**
   * true: weights of training rows may be negative, such as the advantages of actions, and the loss is Σw·L / rows, not
   * Σw·L / Σw. Not together with `metrics`. Default false.
   */
  allowNegative?: boolean | undefined;
  /** Weight of the rows of each class, or "balanced" for classes of the same weight in all. Default: all the same. */
  classWeight?: ClassWeight | undefined;
  /** Measured besides the loss. Default: nothing. */
  metrics?: readonly MetricInput[] | undefined;
  /** When to end before all epochs. Default: never. */
  earlyStopping?: EarlyStopping | undefined;
  /**
   * Maximum number of updates in this call. It may end within an epoch; the next `fit` with the same data and batchSize
   * resumes there (see `resume`). Default: no maximum.
   */
  maxSteps?: number | undefined;
  /**
   * Called with the bytes of network.checkpoint() after every epoch, or after every `checkpointEvery` updates. A promise that
   * it returns is awaited.
   */
  onCheckpoint?: ((bytes: Bytes) => unknown) | undefined;
  /** Updates from one checkpoint to the next. Default: those of an epoch. */
  checkpointEvery?: number | undefined;
  /** Called before the first epoch. A promise that it returns is awaited. */
  onTrainBegin?: (() => unknown) | undefined;
  /** Called before every epoch. A promise that it returns is awaited. */
  onEpochBegin?: ((epoch: EpochBegin) => unknown) | undefined;
  /** Called before every batch. A promise that it returns is awaited. */
  onBatchBegin?: ((batch: BatchBegin) => unknown) | undefined;
  /** Called after every batch, with its loss and metrics. Return false, or a promise of it, to stop. */
  onBatch?: ((report: BatchReport) => unknown) | undefined;
  /** Called at the end with the history that fit returns. A promise that it returns is awaited. */
  onTrainEnd?: ((history: History) => unknown) | undefined;
  /**
   * true: trains in a worker, to the same bits and with the same callbacks, so that this thread stays free. Or the URL of
   * the file "densely/worker", where a Content-Security-Policy forbids workers made of text. Default false.
   */
  worker?: boolean | string | URL | undefined;
}

const LOOP_KEYS: readonly (keyof FitOptions)[] = [
  "epochs",
  "initialEpoch",
  "resume",
  "stepsPerEpoch",
  "validationData",
  "metrics",
  "earlyStopping",
  "maxSteps",
  "onCheckpoint",
  "checkpointEvery",
  "onTrainBegin",
  "onEpochBegin",
  "onEpoch",
  "onBatchBegin",
  "onBatch",
  "onTrainEnd",
  "worker",
  "signal",
  "allowNegative",
];

/** The names of all options of fit on rows. */
export const FIT_KEYS: readonly (keyof FitOptions)[] = [
  ...LOOP_KEYS,
  "batchSize",
  "shuffle",
  "validationSplit",
  "sampleWeight",
  "classWeight",
];

/** The options that are functions. */
const CALLBACKS = LOOP_KEYS.filter((name) => name.startsWith("on"));

/** A whole number of at least 1, or Infinity where it is left out. */
function checkMaximum(value: unknown, what: string): number {
  return value === undefined ? Infinity : checkWhole(value, 1, what);
}

/** @throws SpecError for what fitSync cannot wait for: a worker, or an async source of batches. */
export function checkSyncOptions(x: unknown, options: unknown): void {
  if ((options as FitOptions | null | undefined)?.worker) {
    throw new SpecError("worker was given to fitSync, which cannot wait for one: use fit.");
  }
  if (isSource(x) && Symbol.asyncIterator in x) {
    throw new SpecError("fitSync was given an async source of batches: use fit, which can wait for them.");
  }
}

function tabulateValidation(spec: NetworkSpec, given: unknown): Dataset | undefined {
  return given === undefined ? undefined : tabulateWeighted(spec, given, "validationData");
}

/** @throws SpecError unless `resume` is true, false or left out, and goes with initialEpoch. */
function checkResume({ resume, initialEpoch }: FitOptions): boolean | undefined {
  if (resume === undefined) return undefined;
  if (checkBoolean(resume, "resume") && initialEpoch !== undefined) {
    throw new SpecError(
      "resume: true and initialEpoch were both given, but initialEpoch begins a new fit: choose one of them.",
    );
  }
  return resume;
}

function checkLoopOptions(
  source: EngineSource,
  options: FitOptions,
  validation: Dataset | undefined,
): LoopSettings {
  const { epochs = 1, initialEpoch, onCheckpoint } = options;
  for (const name of CALLBACKS) checkFunction(options[name], name);
  const { onTrainBegin, onEpochBegin, onEpoch, onBatchBegin, onBatch, onTrainEnd } = options;
  const { spec } = source;
  const metrics = checkMetrics(options.metrics, spec);
  const isSigned = checkSigned(options);
  if (isSigned && metrics.length > 0) {
    throw new SpecError(
      "metrics were given with allowNegative, but a share of rows of negative weight says nothing: leave them out, and use evaluate.",
    );
  }
  if (validation) checkMeasurable(validation, metrics, "all validation rows");
  const hasValidation = validation !== undefined;
  const plateau = plateauOf(spec.optimizer.learningRate);
  if (plateau) checkMonitor(plateau, metrics, hasValidation);
  return {
    epochs: checkWhole(epochs, 0, "epochs"),
    initialEpoch: initialEpoch === undefined ? undefined : checkWhole(initialEpoch, 0, "initialEpoch"),
    resume: checkResume(options),
    stepsPerEpoch: checkMaximum(options.stepsPerEpoch, "stepsPerEpoch"),
    maxSteps: checkMaximum(options.maxSteps, "maxSteps"),
    checkpointEvery: checkMaximum(options.checkpointEvery, "checkpointEvery"),
    onCheckpoint: onCheckpoint && (() => onCheckpoint(checkpoint(source.engine))),
    ...checkWorker(options.worker, source),
    metrics,
    stopping: stoppingOf(checkStoppingOptions(options.earlyStopping, metrics, hasValidation)),
    adaptRate: rateAdapter(metrics),
    validation,
    signal: checkSignal(options.signal),
    isSigned,
    measureBatch: onBatch && metrics.length > 0 ? batchMeasures(metrics, spec) : undefined,
    ...{ onTrainBegin, onEpochBegin, onEpoch, onBatchBegin, onBatch, onTrainEnd },
  };
}

/** True if weights of training rows may be negative. @throws SpecError */
function checkSigned({ allowNegative = false }: FitOptions): boolean {
  return checkBoolean(allowNegative, "allowNegative");
}

/** Training rows and validation rows. Class weights are for training only. */
function split(spec: NetworkSpec, data: Dataset, options: FitOptions): [Dataset, Dataset | undefined] {
  const { validationSplit = 0, validationData, sampleWeight, classWeight } = options;
  const weighted = withWeights(data, sampleWeight, checkSigned(options));
  const [training, validation] = splitDataset(weighted, validationSplit);
  if (validation && validationData !== undefined) {
    throw new SpecError("validationSplit and validationData were both given: choose one of them.");
  }
  return [weighClasses(spec, training, classWeight), validation ?? tabulateValidation(spec, validationData)];
}

/** Rows per update of an optimizer that compares losses, which have to be of the same rows. @throws SpecError */
function checkFullBatch(batchSize: unknown, rows: number, optimizer: string): number {
  const batch = checkBatchSize(batchSize ?? "full", rows);
  if (batch === rows) return rows;
  throw new SpecError(
    `batchSize is ${batch} of ${rows} rows, but ${optimizer} compares losses of all rows: leave it out, or choose adam.`,
  );
}

/**
 * Checks everything about a fit that can be checked without reading all values.
 * @throws SpecError for a wrong option, ShapeError and DataError for wrong data.
 */
export function checkFitOptions(source: EngineSource, x: Samples, y: Samples, given: unknown): FitSettings {
  const options = checkKeys<FitOptions>(given, FIT_KEYS, "fit");
  const { spec } = source;
  const shuffle = checkBoolean(options.shuffle ?? true, "shuffle");
  const [training, validation] = split(spec, tabulateDataset(spec, x, y), options);
  const { rows } = training.x;
  const { type } = spec.optimizer;
  const makeUpdater = updaterOf(spec);
  const settings = checkLoopOptions(source, options, validation);
  checkMeasurable(training, settings.metrics, "all training rows");
  return {
    ...settings,
    batch: makeUpdater
      ? checkFullBatch(options.batchSize, rows, type)
      : checkBatchSize(options.batchSize, rows),
    shuffle,
    training,
    makeUpdater,
  };
}

/**
 * The options of a call that takes (x, y, options) or (source, options).
 * @throws SpecError for options of a source in both places.
 */
export function optionsOf(x: unknown, y: unknown, options: unknown, call: string): unknown {
  const isSecond = isSource(x) && y !== undefined;
  if (!isSecond) return options === undefined ? {} : options;
  if (options === undefined) return y;
  throw new SpecError(
    `${call} of a source of batches was given ${show(y)} and ${show(options)}: give the source and one object of options.`,
  );
}

/** Checks the options of a fit on a source of batches. @throws SpecError */
export function checkSourceOptions(source: EngineSource, given: unknown): LoopSettings {
  const options = checkKeys<FitOptions>(given, LOOP_KEYS, "fit on a source of batches");
  const { spec } = source;
  if (optimizerKindOf(spec.optimizer).comparesLosses) {
    throw new SpecError(
      `${spec.optimizer.type} was given a source of batches, but it compares losses of all rows: choose adam.`,
    );
  }
  return checkLoopOptions(source, options, tabulateValidation(spec, options.validationData));
}
