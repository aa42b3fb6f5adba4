/** Every metric: one entry in METRICS says all about it. docs/vocabulary.md has a row for it, with its tested value. */

import { DataError } from "../errors.js";
import { logSoftmax } from "../formulas/log-softmax.js";
import { type Rule, whole } from "../model/check.js";
import { isOverClasses, lossKindOf } from "../model/losses.js";
import { givesProbabilities, type NetworkSpec, outputsOf } from "../model/spec.js";
import { areaUnderCurve, type Outcomes, outcomesOf } from "./decisions.js";
import { ACCURACY, type MetricKind } from "./metric-kind.js";
import { ratio, type Sums } from "./tally.js";

/** The mean; 0 of no values. */
const mean = (values: readonly number[]): number =>
  ratio(
    values.reduce((sum, value) => sum + value, 0),
    values.length,
  );

/** The outputs in the order of the probabilities that they stand for: logits of one choice become logarithms of softmax. */
function scoresOf({ outputs }: Sums, spec: NetworkSpec): number[] {
  const takesLogits = lossKindOf(spec.loss).links !== undefined;
  if (!takesLogits || !isOverClasses(spec.loss) || givesProbabilities(spec)) return outputs;
  const width = outputsOf(spec);
  return Array.from({ length: outputs.length / width }, (_, r) =>
    logSoftmax(outputs.slice(r * width, (r + 1) * width)),
  ).flat();
}

/**
 * The mean area under the ROC curve, over the outputs that have positive and negative rows.
 * @throws DataError if none has.
 */
function auc(sums: Sums, spec: NetworkSpec): number {
  const { targets, weights } = sums;
  const scores = scoresOf(sums, spec);
  const width = outputsOf(spec);
  const rows = scores.length / width;
  const areas = Array.from({ length: width }, (_, c) =>
    areaUnderCurve(
      Array.from({ length: rows }, (_, r) => scores[r * width + c]),
      (r) => targets[r * width + c] > 0.5,
      (r) => weights[r] ?? 1,
    ),
  ).filter((area) => !Number.isNaN(area));
  if (areas.length > 0) return mean(areas);
  throw new DataError(
    "auc was asked for, but all rows of an epoch have one class: give rows of both, or leave out auc.",
  );
}

/** Sums over the rows for one output, with e = a - y, each row times its weight. */
interface Deviations {
  /** Σ1. */
  rows: number;
  /** Σ|e|. */
  absolute: number;
  /** Σe². */
  square: number;
  /** Σ(y - mean)². */
  variation: number;
}

/** The sums of each output, which the core stores as five numbers in a row; the fourth is the mean of y. */
function deviationsOf({ deviations }: Sums): Deviations[] {
  return Array.from({ length: deviations.length / 5 }, (_, j) => {
    const [rows, absolute, square, , variation] = deviations.slice(5 * j, 5 * j + 5);
    return { rows, absolute, square, variation };
  });
}

/** R² = 1 - Σe² / Σ(y - mean)². For constant targets, 1 if all are met and else 0, as in scikit-learn. */
function determination({ square, variation }: Deviations): number {
  return variation > 0 ? 1 - square / variation : Number(square === 0);
}

/** A metric that is the mean over the classes of a share of their outcomes. */
const meanOfClasses = (shareOf: (outcomes: Outcomes) => number) =>
  ({
    options: {},
    direction: "max",
    isFor: "classifiers",
    counts: () => ({ confusion: true }),
    measure: (sums, spec) => mean(outcomesOf(sums, spec).map(shareOf)),
  }) satisfies MetricKind;

/** Every metric. */
export const METRICS = {
  accuracy: ACCURACY,
  // TP / (TP + FP)
  precision: meanOfClasses(({ truePositives, falsePositives }) =>
    ratio(truePositives, truePositives + falsePositives),
  ),
  // TP / (TP + FN)
  recall: meanOfClasses(({ truePositives, falseNegatives }) =>
    ratio(truePositives, truePositives + falseNegatives),
  ),
  // 2·TP / (2·TP + FN + FP)
  f1: meanOfClasses(({ truePositives, falsePositives, falseNegatives }) =>
    ratio(2 * truePositives, 2 * truePositives + falseNegatives + falsePositives),
  ),
  auc: {
    options: {},
    direction: "max",
    isFor: "classifiers",
    counts: () => ({ outputs: true }),
    needsTwoClasses: true,
    measure: auc,
  },
  meanAbsoluteError: {
    options: {},
    direction: "min",
    isFor: "all",
    counts: () => ({ deviations: true }),
    measure: (sums) => mean(deviationsOf(sums).map(({ absolute, rows }) => ratio(absolute, rows))),
  },
  rootMeanSquaredError: {
    options: {},
    direction: "min",
    isFor: "all",
    counts: () => ({ deviations: true }),
    measure: (sums) => Math.sqrt(mean(deviationsOf(sums).map(({ square, rows }) => ratio(square, rows)))),
  },
  r2: {
    options: {},
    direction: "max",
    isFor: "all",
    counts: () => ({ deviations: true }),
    measure: (sums) => mean(deviationsOf(sums).map(determination)),
  },
  topKAccuracy: {
    options: { k: whole(5) },
    direction: "max",
    isFor: "choices",
    counts: ({ k }: { k: number }) => ({ top: k }),
    measure: ({ topHits, mass }) => ratio(topHits, mass),
  },
} satisfies Record<string, MetricKind>;

/** The name of a metric of the library. */
export type MetricName = keyof typeof METRICS;

type OptionsOf<R> = { [K in keyof R]?: (R[K] extends Rule<infer T> ? T : never) | undefined };

/** A metric with its options, such as { type: "topKAccuracy", k: 3 }. */
export type MetricOptions = {
  [N in MetricName]: { type: N } & OptionsOf<(typeof METRICS)[N]["options"]>;
}[MetricName];
