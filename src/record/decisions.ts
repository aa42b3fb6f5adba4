import { type NetworkSpec, outputsOf, picksLargest } from "../model/spec.js";
import type { Sums } from "./tally.js";

/**
 * Tables of counted rows, [true class][predicted class]: one of outputs x outputs if the outputs compete for one class,
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
}

/** The outcomes of each class: of every class if the outputs compete for one, else of class 1 of each output. */
export function outcomesOf(sums: Pick<Sums, "confusion">, spec: NetworkSpec): Outcomes[] {
  return confusionOf(sums, spec).flatMap((table) => {
    const classes = picksLargest(spec) ? table.map((_, c) => c) : [1];
    return classes.map((c) => {
      const truePositives = table[c][c];
      const actual = table[c].reduce((sum, count) => sum + count, 0);
      const predicted = table.reduce((sum, row) => sum + row[c], 0);
      return {
        truePositives,
        falsePositives: predicted - truePositives,
        falseNegatives: actual - truePositives,
      };
    });
  });
}

/**
 * The area under the ROC curve: the share of pairs of a positive and a negative row whose scores are in order. Equal
 * scores count half. Computed by ranks (Mann and Whitney, 1947); NaN if one side is empty.
 */
export function areaUnderCurve(scores: readonly number[], isPositive: (row: number) => boolean): number {
  const rows = Uint32Array.from(scores, (_, r) => r).sort((a, b) => scores[a] - scores[b]);
  let positives = 0;
  let rankSum = 0;
  for (let first = 0; first < rows.length; ) {
    let last = first;
    while (last < rows.length && scores[rows[last]] === scores[rows[first]]) last++;
    // Equal scores share the mean of their ranks, which count from 1.
    const rank = (first + 1 + last) / 2;
    for (; first < last; first++) {
      if (!isPositive(rows[first])) continue;
      positives++;
      rankSum += rank;
    }
  }
  const pairs = positives * (rows.length - positives);
  return pairs > 0 ? (rankSum - (positives * (positives + 1)) / 2) / pairs : Number.NaN;
}
