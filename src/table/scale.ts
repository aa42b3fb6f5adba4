import { DataError } from "../errors.js";
import { show } from "../model/check.js";
import { exp, ln } from "../model/real.js";
import type { Column } from "./columns/column.js";
import { numberAt } from "./columns/number.js";
import { deviation, mean, quantile } from "./statistics.js";

/** How a number that is to be predicted becomes a target of the network and back, as plain data. */
export interface TargetScale {
  readonly name: string;
  /** Transformation before mean and deviation. */
  readonly transform: "none" | "log";
  readonly mean: number;
  readonly deviation: number;
  /** The range in training rows, which predictions do not leave. */
  readonly range: readonly [least: number, most: number] | null;
  /** Mean of the training rows: the prediction to beat. */
  readonly center: number;
  /** True if all are positive and so skewed that the logarithm would be nearer to a bell. */
  readonly isSkewed: boolean;
}

/** The numbers of a target. @throws DataError for missing ones. */
export function targetsOf(column: Column): Float64Array {
  return Float64Array.from({ length: column.rows }, (_, row) => {
    const value = numberAt(column, row);
    if (value !== undefined) return value;
    throw column.wrong(row, "it is the target, so give a number in each row, or leave such rows out");
  });
}

/** The skewness is above 1 if the long tail is on the side of large numbers. */
function skewness(values: Float64Array): number {
  const [center, width] = [mean(values), deviation(values)];
  return mean(
    values.map(
      (value) => ((value - center) / width) * ((value - center) / width) * ((value - center) / width),
    ),
  );
}

/** Decides how a target is scaled. @throws DataError for a constant one, and for logarithms of numbers that are not positive. */
export function scaleOf(
  column: Column,
  values: Float64Array,
  { transform, clamp }: { transform: "none" | "log"; clamp: boolean },
): TargetScale {
  const { name } = column;
  const sorted = values.slice().sort();
  const [least, most] = [sorted[0], sorted[sorted.length - 1]];
  if (least === most) {
    throw new DataError(`The target ${show(name)} is ${least} in every row: there is nothing to predict.`);
  }
  if (transform === "log" && !(least > 0)) {
    throw column.wrong(values.indexOf(least), 'transform: "log" needs a target above 0 in each row');
  }
  const transformed = transform === "log" ? values.map(ln) : values;
  const width = deviation(transformed);
  if (!(width > 0)) {
    throw new DataError(
      `The target ${show(name)} is from ${least} to ${most}, which is too little to be told apart: multiply it by a large number.`,
    );
  }
  return {
    name,
    transform,
    mean: mean(transformed),
    deviation: width,
    range: clamp ? [least, most] : null,
    center: mean(values),
    isSkewed: least > 0 && quantile(sorted, 0.5) > 0 && skewness(values) > 1,
  };
}

/** Targets of the network: mean 0 and deviation 1 over the training rows. */
export function scaleTargets(scale: TargetScale, values: Float64Array): Float32Array {
  return Float32Array.from(values, (value) => {
    const y = scale.transform === "log" ? ln(Math.max(value, Number.MIN_VALUE)) : value;
    return (y - scale.mean) / scale.deviation;
  });
}

/** The number that an output of the network stands for. */
export function unscaled({ transform, mean, deviation, range }: TargetScale, output: number): number {
  const y = output * deviation + mean;
  const value = transform === "log" ? exp(y) : y;
  return range ? Math.min(Math.max(value, range[0]), range[1]) : value;
}
