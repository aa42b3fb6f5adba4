import { DataError } from "../errors.js";
import { type Metric, measure } from "../evaluation/measure.js";
import type { NetworkSpec } from "../model/spec.js";
import type { BatchMeasures } from "../record/history.js";
import type { Sums } from "../record/tally.js";

/** Numbers per output in Sums.deviations: rows, Σ|e|, Σe², the mean of y, Σ(y - mean)². */
const DEVIATIONS = 5;

/** The deviations of the rows that were added. The mean and the variation by the reverse of Chan's formula for two sets. */
function deviationsBetween(before: readonly number[], after: readonly number[]): number[] {
  return Array.from({ length: after.length / DEVIATIONS }, (_, j) => {
    const [rows0, absolute0, square0, mean0, variation0] = before.slice(DEVIATIONS * j);
    const [rows, absolute, square, mean, variation] = after.slice(DEVIATIONS * j);
    if (!rows0) return [rows, absolute, square, mean, variation];
    const added = rows - rows0;
    const meanOfAdded = added > 0 ? (rows * mean - rows0 * mean0) / added : 0;
    const between = ((meanOfAdded - mean0) ** 2 * rows0 * added) / rows;
    const variationOfAdded = Math.max(0, variation - variation0 - between);
    return [added, absolute - absolute0, square - square0, meanOfAdded, variationOfAdded];
  }).flat();
}

/** The sums of the rows that were added. */
function sumsBetween(before: Sums, after: Sums): Sums {
  const rows = after.rows - before.rows;
  /** The entries of the last rows of a list with as many entries for each row. */
  const lastOf = (list: readonly number[]) => list.slice(list.length - (list.length / after.rows) * rows);
  return {
    batches: after.batches - before.batches,
    rows,
    loss: after.loss - before.loss,
    mass: after.mass - before.mass,
    hits: after.hits - before.hits,
    topHits: after.topHits - before.topHits,
    confusion: after.confusion.map((count, i) => count - (before.confusion[i] ?? 0)),
    deviations: deviationsBetween(before.deviations, after.deviations),
    outputs: lastOf(after.outputs),
    targets: lastOf(after.targets),
    weights: lastOf(after.weights),
  };
}

/** Metrics of batches, from what the core has counted in an epoch before and after each. */
export function batchMeasures(metrics: readonly Metric[], spec: NetworkSpec) {
  return (sums: Sums): (() => BatchMeasures) => {
    // Confusion and deviations are other arrays after the batch; the other lists only grow.
    const before = { ...sums };
    return () => {
      const added = sumsBetween(before, sums);
      const measures: BatchMeasures = {};
      for (const metric of metrics) {
        try {
          const { loss, custom, ...named } = measure([metric], added, spec);
          Object.assign(measures, named);
          if (custom) measures.custom = { ...measures.custom, ...custom };
        } catch (error) {
          // Rows of one class have no auc, and rows that weigh nothing no measure.
          if (!(error instanceof DataError)) throw error;
        }
      }
      return measures;
    };
  };
}
