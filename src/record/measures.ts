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

/** The names that metrics in this form have in measures. */
type NamesOf<M> = M extends string ? M : M extends { type: infer T extends string } ? T : "custom";

/** Measures of an evaluation: where the metrics are a list that is written out, each of them is there. */
export type MeasuresOf<M> = M extends readonly unknown[]
  ? number extends M["length"]
    ? Measures
    : Measures & { [N in NamesOf<M[number]> & keyof Measures]-?: NonNullable<Measures[N]> }
  : Measures;
