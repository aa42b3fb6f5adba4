import { tabulateDataset } from "../data/dataset.js";
import { withWeights } from "../data/sample-weights.js";
import type { Samples } from "../data/table.js";
import { completeSync } from "../engine/scheduler.js";
import type { EngineSource } from "../engine/source.js";
import { checkMeasurable } from "../evaluation/measurable.js";
import { checkBatchSize } from "../fit/basic-options.js";
import { fit } from "../fit/fit.js";
import { checkFitOptions, type FitOptions } from "../fit/options.js";
import { checkBoolean } from "../model/check.js";
import { optimizerKindOf } from "../model/optimizers.js";
import { plateauOf } from "../model/rates.js";
import type { NetworkSpec } from "../model/spec.js";
import { trainOnBatch } from "./gradients.js";

/** Options of partialFit. */
export type PartialFitOptions = Pick<FitOptions, "batchSize" | "sampleWeight" | "allowNegative">;

/** True if an epoch of one batch is an update and nothing else. */
function isPlain({ optimizer }: NetworkSpec): boolean {
  return !optimizerKindOf(optimizer).comparesLosses && plateauOf(optimizer.learningRate) === undefined;
}

/**
 * Learns from rows as a fit of one epoch in their own order. Rows that are one batch need no fit, which takes several times as long
 * as an update of a small network.
 * @returns the mean loss, of each batch before its update.
 */
export function partialFit(source: EngineSource, x: Samples, y: Samples, options: PartialFitOptions): number {
  const { engine, spec } = source;
  const { sampleWeight, allowNegative = false, batchSize } = options;
  const isSigned = checkBoolean(allowNegative, "allowNegative");
  const data = withWeights(tabulateDataset(spec, x, y), sampleWeight, isSigned);
  const { rows } = data.x;
  if (checkBatchSize(batchSize, rows) < rows || !isPlain(spec)) {
    const settings = checkFitOptions(source, x, y, { ...options, shuffle: false, initialEpoch: 0 });
    return completeSync(fit(engine, settings)).loss[0];
  }
  checkMeasurable(data, [], "all training rows");
  const loss = trainOnBatch(engine, data);
  engine.discardFit();
  engine.progress.epoch++;
  return loss;
}
