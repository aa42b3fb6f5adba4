import { tabulateDataset } from "../data/dataset.js";
import { withWeights } from "../data/sample-weights.js";
import type { Numbers, Samples } from "../data/table.js";
import { checkKeys } from "../model/check.js";
import type { NetworkSpec } from "../model/spec.js";
import { confusionOf } from "../record/decisions.js";
import type { Sums } from "../record/tally.js";
import type { EvaluateSettings } from "./evaluation.js";
import { checkClassifier } from "./meaning.js";
import { checkMeasurable } from "./measurable.js";
import { checkMetrics, type MetricInput } from "./metrics.js";

/** How to evaluate. */
export interface EvaluateOptions<M = readonly (MetricInput | "confusionMatrix")[] | undefined> {
  /** Measured besides the loss. Default: nothing. */
  metrics?: M | undefined;
  /** Weight of each row in loss and metrics: one finite number of at least 0 per row. Default: all the same. */
  sampleWeight?: Numbers | undefined;
}

/** Checks rows and options of an evaluation. @throws SpecError, ShapeError, DataError */
export function checkEvaluateOptions(
  spec: NetworkSpec,
  x: Samples,
  y: Samples,
  options: EvaluateOptions,
): EvaluateSettings {
  const { metrics, sampleWeight } = checkKeys<EvaluateOptions>(
    options,
    ["metrics", "sampleWeight"],
    "evaluate",
  );
  const isMatrix = (metric: unknown) => metric === "confusionMatrix";
  const hasMatrix = Array.isArray(metrics) && metrics.some(isMatrix);
  const measure = (sums: Sums) => {
    const tables = confusionOf(sums, spec);
    return { confusionMatrix: tables.length === 1 ? tables[0] : tables };
  };
  if (hasMatrix) checkClassifier(spec, 'The metric "confusionMatrix"');
  const settings = {
    data: withWeights(tabulateDataset(spec, x, y), sampleWeight),
    metrics: checkMetrics(hasMatrix ? metrics.filter((metric) => !isMatrix(metric)) : metrics, spec),
    also: hasMatrix ? { counts: { confusion: true }, measure } : undefined,
  };
  checkMeasurable(settings.data, settings.metrics, "all rows");
  return settings;
}
