import type { Dataset } from "../data/dataset.js";
import { rowBytes, workOf } from "../engine/cost.js";
import type { Engine } from "../engine/engine.js";
import { stepsPerSlice } from "../engine/scheduler.js";
import type { Session } from "../engine/session.js";
import { countsOf } from "../evaluation/measure.js";
import { plateauOf } from "../model/rates.js";
import type { FitSettings } from "./settings.js";

/** Rows of at most this many bytes stay in linear memory for the whole fit. */
const RESIDENT_BYTES = 48 * 2 ** 20;

/** Larger data sets pass through a window of this size. */
const WINDOW_BYTES = 16 * 2 ** 20;

/** Maximum of entries of the order table where it holds several epochs. */
const ORDER_ENTRIES = 2 ** 18;

/** True if all rows stay in linear memory for the whole fit. */
export function fits(data: Dataset): boolean {
  return data.x.rows * rowBytes(data) <= RESIDENT_BYTES;
}

/** Epochs in one run: 1 if anything happens between them, else as many as a slice has time for. */
function epochsPerRun({ spec }: Engine, settings: FitSettings): number {
  const { training, batch, epochs } = settings;
  const { validation, onEpochBegin, onEpoch, onBatchBegin, onBatch, stopping, onCheckpoint } = settings;
  const { confusion, deviations, outputs } = countsOf(settings.metrics);
  const adapts = plateauOf(spec.optimizer.learningRate) || settings.makeUpdater;
  const isReported = onEpochBegin || onEpoch || onBatchBegin || onBatch;
  const happens = validation || isReported || stopping || onCheckpoint || adapts;
  const isCut = settings.stepsPerEpoch < Infinity || settings.maxSteps < Infinity;
  const hasSums = confusion || deviations || outputs;
  if (happens || isCut || hasSums || !fits(training)) return 1;
  const steps = Math.ceil(training.x.rows / batch);
  const work = steps * workOf(spec, batch, "train");
  return Math.max(1, Math.min(epochs, stepsPerSlice(work), Math.floor(ORDER_ENTRIES / (steps * batch))));
}

/** Opens the session of a fit. */
export function openSession(engine: Engine, settings: FitSettings): Session {
  const { training, batch, metrics, shuffle } = settings;
  const epochs = epochsPerRun(engine, settings);
  return engine.plans.open(training, {
    purpose: "train",
    batch,
    windowBytes: fits(training) ? RESIDENT_BYTES : WINDOW_BYTES,
    counts: countsOf(metrics),
    epochs,
    isSequential: epochs === 1 && !shuffle,
    isRepeated: true,
    host: engine.host,
  });
}
