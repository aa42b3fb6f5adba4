/** Every metric: one entry in METRICS says all about it. docs/vocabulary.md has a row for it, with its tested value. */

import { DataError } from "../errors.js";
import { logSoftmax } from "../formulas/log-softmax.js";
import { oneOf, type Rule, whole } from "../model/check.js";
import { isOverClasses, lossKindOf } from "../model/losses.js";
import { givesProbabilities, type NetworkSpec, outputsOf, picksLargest } from "../model/spec.js";
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

/** How a metric of several classes becomes one number. */
type Average = "macro" | "micro" | "weighted";

/** The rows of a class. */
const rowsOf = ({ truePositives, falseNegatives }: Outcomes): number => truePositives + falseNegatives;

/** The outcomes of all classes together. */
const together = (classes: readonly Outcomes[]): Outcomes =>
  classes.reduce((a, b) => ({
    truePositives: a.truePositives + b.truePositives,
    falsePositives: a.falsePositives + b.falsePositives,
    falseNegatives: a.falseNegatives + b.falseNegatives,
    trueNegatives: a.trueNegatives + b.trueNegatives,
  }));

/** A share of the outcomes of each class as one number, as the `average` of scikit-learn. */
function averaged(
  classes: readonly Outcomes[],
  shareOf: (outcomes: Outcomes) => number,
  by: Average,
): number {
  switch (by) {
    case "macro":
      return mean(classes.map(shareOf));
    case "micro":
      return shareOf(together(classes));
    case "weighted":
      return ratio(
        classes.reduce((sum, one) => sum + rowsOf(one) * shareOf(one), 0),
        rowsOf(together(classes)),
      );
  }
}

/** A metric that is a mean over the classes of a share of their outcomes. */
const meanOfClasses = (shareOf: (outcomes: Outcomes) => number) =>
  ({
    options: { average: oneOf<Average>("macro", ["macro", "micro", "weighted"]) },
    direction: "max",
    isFor: "classifiers",
    counts: () => ({ confusion: true }),
    measure: (sums, spec, { average }) => averaged(outcomesOf(sums, spec), shareOf, average),
  }) satisfies MetricKind<{ average: Average }>;

// TP / (TP + FN)
const recall = ({ truePositives, falseNegatives }: Outcomes): number =>
  ratio(truePositives, truePositives + falseNegatives);

// TN / (TN + FP)
const specificity = ({ trueNegatives, falsePositives }: Outcomes): number =>
  ratio(trueNegatives, trueNegatives + falsePositives);

/** The mean recall of the classes that have rows; of an output by itself, of its two sides. */
function balancedAccuracy(sums: Sums, spec: NetworkSpec): number {
  const classes = outcomesOf(sums, spec);
  if (picksLargest(spec)) return mean(classes.filter((one) => rowsOf(one) > 0).map(recall));
  return mean(
    classes.map((one) => {
      const [yes, no] = [rowsOf(one), one.trueNegatives + one.falsePositives];
      if (yes === 0 || no === 0) return yes > 0 ? recall(one) : specificity(one);
      return (recall(one) + specificity(one)) / 2;
    }),
  );
}

/** The least probability of which the logarithm is taken: the epsilon of float32, as in scikit-learn. */
const LEAST = 2 ** -23;

/** -Σ y·ln p of a row whose outputs compete, with p divided by their sum; else the mean of -ln p of the side of y. */
function rowLogLoss(
  scores: readonly number[],
  targets: readonly number[],
  kind: "logs" | "shares" | "sides",
): number {
  const bounded = (p: number) => Math.min(Math.max(p, LEAST), 1 - LEAST);
  const total = scores.reduce((sum, p) => sum + p, 0);
  const losses = scores.map((p, j) => {
    const y = targets[j];
    if (kind === "logs") return -y * Math.max(p, Math.log(LEAST));
    if (kind === "shares") return -y * Math.log(bounded(p / total));
    return -y * Math.log(bounded(p)) - (1 - y) * Math.log(bounded(1 - p));
  });
  const sum = losses.reduce((a, b) => a + b, 0);
  return kind === "sides" ? sum / losses.length : sum;
}

/** The mean log loss of the rows, each times its weight, as scikit-learn's log_loss. */
function logLoss(sums: Sums, spec: NetworkSpec): number {
  const width = outputsOf(spec);
  const areProbabilities = givesProbabilities(spec);
  const isChoice = picksLargest(spec);
  const kind = isChoice ? (areProbabilities ? "shares" : "logs") : "sides";
  const scores = scoresOf(sums, spec).map((score) =>
    kind === "sides" && !areProbabilities ? 1 / (1 + Math.exp(-score)) : score,
  );
  let [loss, mass] = [0, 0];
  for (let r = 0; r < scores.length / width; r++) {
    const weight = sums.weights[r] ?? 1;
    const row = [r * width, (r + 1) * width] as const;
    loss += weight * rowLogLoss(scores.slice(...row), sums.targets.slice(...row), kind);
    mass += weight;
  }
  return ratio(loss, mass);
}

/** Every metric. */
export const METRICS = {
  accuracy: ACCURACY,
  // TP / (TP + FP)
  precision: meanOfClasses(({ truePositives, falsePositives }) =>
    ratio(truePositives, truePositives + falsePositives),
  ),
  recall: meanOfClasses(recall),
  // 2·TP / (2·TP + FN + FP)
  f1: meanOfClasses(({ truePositives, falsePositives, falseNegatives }) =>
    ratio(2 * truePositives, 2 * truePositives + falseNegatives + falsePositives),
  ),
  specificity: meanOfClasses(specificity),
  balancedAccuracy: {
    options: {},
    direction: "max",
    isFor: "classifiers",
    counts: () => ({ confusion: true }),
    measure: balancedAccuracy,
  },
  logLoss: {
    options: {},
    direction: "min",
    isFor: "classifiers",
    counts: () => ({ outputs: true }),
    measure: logLoss,
  },
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
  meanSquaredError: {
    options: {},
    direction: "min",
    isFor: "all",
    counts: () => ({ deviations: true }),
    measure: (sums) => mean(deviationsOf(sums).map(({ square, rows }) => ratio(square, rows))),
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
