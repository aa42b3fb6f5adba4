import type { MetricName } from "./metrics.js";

/** Measures of training or of an evaluation. */
export interface Measures extends Partial<Record<MetricName, number>> {
  /** Mean loss. */
  loss: number;
  /** Metrics of one's own, by name. */
  custom?: Record<string, number>;
  /** evaluate only: rows of true classes, columns of predicted ones; for several decisions one such table each. */
  confusionMatrix?: number[][] | number[][][];
}
