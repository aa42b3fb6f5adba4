import { splitDataset, tabulateDataset } from "../data/dataset.js";
import type { Samples } from "../data/table.js";
import { SpecError } from "../errors.js";
import type { EvaluateSettings } from "../evaluation/evaluation.js";
import { checkMeaning } from "../evaluation/meaning.js";
import { type Metric, metricOf } from "../evaluation/measure.js";
import { checkBoolean, checkKeys, checkWhole, show } from "../model/check.js";
import { optimizerKindOf } from "../model/optimizers.js";
import { plateauOf } from "../model/rates.js";
import type { NetworkSpec } from "../model/spec.js";
import { ACCURACY } from "../record/metric-kind.js";
import { type BasicFitOptions, checkBatchSize, checkFunction, checkSignal } from "./basic-options.js";
import type { FitSettings } from "./settings.js";

/** How to evaluate with the Network of densely/core. */
export interface LeanEvaluateOptions {
  /** Measured besides the loss. Default: nothing. */
  metrics?: readonly "accuracy"[] | undefined;
}

/** How to train the Network of densely/core. */
export interface LeanFitOptions extends BasicFitOptions, LeanEvaluateOptions {}

/** The end of messages about what only densely has. */
const REMEDY = 'the Network of "densely" has it, that of "densely/core" does not';

const FIT_KEYS: readonly (keyof LeanFitOptions)[] = [
  "epochs",
  "batchSize",
  "shuffle",
  "validationSplit",
  "metrics",
  "onEpoch",
  "signal",
];

/** @throws SpecError for any metric except accuracy, and for accuracy where it has no meaning. */
function checkMetrics(given: unknown, spec: NetworkSpec): Metric[] {
  if (given === undefined) return [];
  if (!Array.isArray(given) || given.some((name) => name !== "accuracy")) {
    throw new SpecError(`metrics is ${show(given)}: give ["accuracy"]; for any other metric, ${REMEDY}.`);
  }
  checkMeaning("accuracy", ACCURACY, spec);
  return given.length > 0 ? [metricOf("accuracy", ACCURACY, {})] : [];
}

/** @throws SpecError for an optimizer or a schedule that needs more than this fit has. */
function checkOptimizer({ optimizer }: NetworkSpec): void {
  const { comparesLosses } = optimizerKindOf(optimizer);
  const absent = comparesLosses ? optimizer.type : plateauOf(optimizer.learningRate)?.type;
  if (absent) throw new SpecError(`${absent} was given: ${REMEDY}, so take that of "densely".`);
}

/**
 * Checks everything about a fit that can be checked without reading all values.
 * @throws SpecError for a wrong option, or one that only densely has; ShapeError and DataError for wrong data.
 */
export function checkLeanFitOptions(
  spec: NetworkSpec,
  x: Samples,
  y: Samples,
  given: LeanFitOptions,
): FitSettings {
  const options = checkKeys<LeanFitOptions>(given, FIT_KEYS, `fit (if ${REMEDY})`);
  checkOptimizer(spec);
  checkFunction(options.onEpoch, "onEpoch");
  const [training, validation] = splitDataset(tabulateDataset(spec, x, y), options.validationSplit ?? 0);
  return {
    epochs: checkWhole(options.epochs ?? 1, 0, "epochs"),
    batch: checkBatchSize(options.batchSize, training.x.rows),
    shuffle: checkBoolean(options.shuffle ?? true, "shuffle"),
    metrics: checkMetrics(options.metrics, spec),
    onEpoch: options.onEpoch,
    signal: checkSignal(options.signal),
    initialEpoch: 0,
    resume: false,
    stepsPerEpoch: Infinity,
    maxSteps: Infinity,
    checkpointEvery: Infinity,
    training,
    validation,
  };
}

/** Checks rows and options of an evaluation. @throws SpecError, ShapeError, DataError */
export function checkLeanEvaluateOptions(
  spec: NetworkSpec,
  x: Samples,
  y: Samples,
  options: LeanEvaluateOptions,
): EvaluateSettings {
  const given = checkKeys<LeanEvaluateOptions>(options, ["metrics"], "evaluate");
  const metrics = checkMetrics(given.metrics, spec);
  return { data: tabulateDataset(spec, x, y), metrics };
}
