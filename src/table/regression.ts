import type { WrongRow } from "./class-measures.js";
import type { Column } from "./columns/column.js";
import { scaleOf, scaleTargets, type TargetScale, targetsOf, unscaled } from "./scale.js";
import { deviation, mean } from "./statistics.js";
import type { TaskKind } from "./task.js";

/** How well numbers are predicted. */
export interface Regression {
  rows: number;
  /** Share of the variance that is explained: 1 - Σ(y - ŷ)² / Σ(y - mean)²; 0 if all targets are equal. */
  r2: number;
  /** Root of the mean squared error, in the units of the target. */
  rootMeanSquaredError: number;
  /** 95 % interval of the root mean squared error, by the deviation of the squared errors. */
  rootMeanSquaredErrorInterval: [low: number, high: number];
  meanAbsoluteError: number;
  /** Errors of the mean of the training rows. */
  baseline: { rootMeanSquaredError: number; meanAbsoluteError: number };
  /** The rows that the model is most wrong about. */
  worst: WrongRow<number>[];
}

const WORST = 10;

/** Root of the mean square, and mean of the absolute values. */
function sizesOf(errors: Float64Array) {
  return {
    rootMeanSquaredError: Math.sqrt(mean(errors.map((error) => error * error))),
    meanAbsoluteError: mean(errors.map(Math.abs)),
  };
}

/** The quantile of the normal distribution with 97.5 % below it. */
const Z = 1.959964;

/** √(mean(e²) ± z·σ(e²)/√n), and 0 instead of the root of a negative number. */
function intervalOf(errors: Float64Array): [number, number] {
  const squares = errors.map((error) => error * error);
  const [middle, half] = [mean(squares), (Z * deviation(squares)) / Math.sqrt(squares.length)];
  return [Math.sqrt(Math.max(middle - half, 0)), Math.sqrt(middle + half)];
}

/** Measures predictions of numbers. */
export function measureNumbers(
  center: number,
  actual: Float64Array,
  predicted: ArrayLike<number>,
  rows?: ArrayLike<number>,
): Regression {
  const errors = actual.map((y, row) => y - predicted[row]);
  const middle = mean(actual);
  const [unexplained, total] = [errors, actual.map((y) => y - middle)].map((values) =>
    mean(values.map((value) => value * value)),
  );
  const worst = Array.from(errors.keys())
    .sort((a, b) => Math.abs(errors[b]) - Math.abs(errors[a]) || a - b)
    .slice(0, WORST);
  return {
    rows: actual.length,
    r2: total > 0 ? 1 - unexplained / total : 0,
    ...sizesOf(errors),
    rootMeanSquaredErrorInterval: intervalOf(errors),
    baseline: sizesOf(actual.map((y) => y - center)),
    worst: worst.map((row) => ({
      row: rows ? rows[row] : row,
      actual: actual[row],
      predicted: predicted[row],
    })),
  };
}

const digits = (value: number): string => String(Number(value.toPrecision(4)));

/** Regression. @param options of the target. */
export function regression(options: {
  transform: "none" | "log";
  clamp: boolean;
}): TaskKind<TargetScale, number, Regression> {
  const decide = (coding: TargetScale, outputs: Float64Array): number[] =>
    Array.from(outputs, (output) => unscaled(coding, output));
  return {
    task: "regression",
    learn(column: Column) {
      const values = targetsOf(column);
      const coding = scaleOf(column, values, options);
      return { coding, targets: scaleTargets(coding, values), keys: values };
    },
    targetsOf: (coding, column) => scaleTargets(coding, targetsOf(column)),
    outputs: () => 1,
    decide,
    measure: (coding, column, outputs, rows) =>
      measureNumbers(coding.center, targetsOf(column), decide(coding, outputs), rows),
    only(whole, column) {
      const [first, ...others] = targetsOf(column);
      return others.some((value) => value !== first)
        ? undefined
        : Float64Array.from(scaleTargets(whole, Float64Array.of(first)));
    },
    // Mean and deviation of the part, brought to those of the whole.
    place(whole, part, outputs, rows, to) {
      const scaled = scaleTargets(whole, Float64Array.from(decide(part, outputs)));
      for (let i = 0; i < rows.length; i++) to[rows[i]] = scaled[i];
    },
    focus: () => 0,
    value: unscaled,
    score: ({ r2 }) => r2,
    describe: ({ r2, rootMeanSquaredError, meanAbsoluteError, baseline }) => [
      `error ${digits(rootMeanSquaredError)} (root mean square), against ${digits(baseline.rootMeanSquaredError)} of the mean; R² ${r2.toFixed(3)}`,
      `mean absolute error ${digits(meanAbsoluteError)}, against ${digits(baseline.meanAbsoluteError)}`,
    ],
    notes: ({ name, isSkewed, transform }) =>
      isSkewed && transform === "none"
        ? [`${name} is positive and skewed: try the transform log, which makes errors relative`]
        : [],
  };
}
