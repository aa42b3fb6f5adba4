import { type NetworkSpec, outputsOf, picksLargest } from "../model/spec.js";
import type { Sums } from "./tally.js";

/**
 * Tables of counted rows, or of their weights, [true class][predicted class]: one of outputs x outputs if the outputs compete for one class,
 * or one of 2 x 2 per output if each is a decision of its own.
 */
export function confusionOf({ confusion }: Pick<Sums, "confusion">, spec: NetworkSpec): number[][][] {
  const outputs = outputsOf(spec);
  const [size, tables] = picksLargest(spec) ? [outputs, 1] : [2, outputs];
  return Array.from({ length: tables }, (_, t) =>
    Array.from({ length: size }, (_, row) =>
      confusion.slice(t * size * size + row * size, t * size * size + (row + 1) * size),
    ),
  );
}

/** The outcomes of the decisions about one class. */
export interface Outcomes {
  truePositives: number;
  falsePositives: number;
  falseNegatives: number;
  trueNegatives: number;
}

/**
 * The outcomes of each class: of class 1 of each output, or, if the outputs compete for one class, of every class that
 * occurs in the targets or the predictions, as in scikit-learn.
 */
export function outcomesOf(sums: Pick<Sums, "confusion">, spec: NetworkSpec): Outcomes[] {
  const isChoice = picksLargest(spec);
  const outcomes = confusionOf(sums, spec).flatMap((table) => {
    const classes = isChoice ? table.map((_, c) => c) : [1];
    return classes.map((c) => {
      const truePositives = table[c][c];
      const actual = table[c].reduce((sum, count) => sum + count, 0);
      const predicted = table.reduce((sum, row) => sum + row[c], 0);
      const all = table.flat().reduce((sum, count) => sum + count, 0);
      return {
        truePositives,
        falsePositives: predicted - truePositives,
        falseNegatives: actual - truePositives,
        trueNegatives: all - actual - predicted + truePositives,
      };
    });
  });
  if (!isChoice) return outcomes;
  return outcomes.filter(
    ({ truePositives, falsePositives, falseNegatives }) =>
      truePositives + falsePositives + falseNegatives > 0,
  );
}

/**
 * The area under the ROC curve: the share of pairs of a positive and a negative row whose scores are in order. Equal
 * scores count half, and a pair counts as the product of its weights. NaN if one side weighs nothing.
 */
export function areaUnderCurve(
  scores: readonly number[],
  isPositive: (row: number) => boolean,
  weightOf: (row: number) => number,
): number {
  const rows = Array.from(scores.keys())
    .filter((row) => weightOf(row) > 0)
    .sort((a, b) => scores[a] - scores[b]);
  let [area, positives, negatives] = [0, 0, 0];
  for (let first = 0; first < rows.length; ) {
    let [positive, negative] = [0, 0];
    const score = scores[rows[first]];
    for (; first < rows.length && scores[rows[first]] === score; first++) {
      if (isPositive(rows[first])) positive += weightOf(rows[first]);
      else negative += weightOf(rows[first]);
    }
    area += positive * (negatives + negative / 2);
    positives += positive;
    negatives += negative;
  }
  return area / (positives * negatives);
}
