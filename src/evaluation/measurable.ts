import type { Dataset } from "../data/dataset.js";
import { DataError } from "../errors.js";
import { type Metric, weightless } from "./measure.js";

/** The weight of each row, or undefined if all count the same. */
function weightsOf({ x, weights }: Dataset): Float32Array | undefined {
  if (!weights) return undefined;
  const values = new Float32Array(x.rows);
  weights.copy(0, x.rows, values, 0);
  return values;
}

/** True if two rows that weigh something have different classes. */
function hasTwoClasses({ x, y, targets }: Dataset, weights: Float32Array | undefined): boolean {
  const row = targets === "classes" ? new Int32Array(1) : new Float32Array(y.cols);
  const sideOf = (value: number): number => (targets === "classes" ? value : Number(value > 0.5));
  let first: number[] | undefined;
  for (let r = 0; r < x.rows; r++) {
    if (weights?.[r] === 0) continue;
    y.copy(r, 1, row, 0);
    const sides = Array.from(row, sideOf);
    first ??= sides;
    for (let j = 0; j < sides.length; j++) if (sides[j] !== first[j]) return true;
  }
  return false;
}

/**
 * Checks that the loss and the metrics say something about these rows.
 * @param what the rows, as messages name them.
 * @throws DataError if all rows weigh 0, or if all have one class and a metric compares two.
 */
export function checkMeasurable(data: Dataset, metrics: readonly Metric[], what: string): void {
  const weights = weightsOf(data);
  if (weights?.every((weight) => weight === 0)) throw weightless(what);
  const metric = metrics.find(({ needsTwoClasses }) => needsTwoClasses);
  if (!metric) return;
  data.y.check(0, data.y.rows);
  if (hasTwoClasses(data, weights)) return;
  throw new DataError(
    `${metric.name} was asked for, but ${what} have one class: give rows of both, or leave out ${metric.name}.`,
  );
}
