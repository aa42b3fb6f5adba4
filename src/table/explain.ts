import { gatherInputs } from "./columns/index.js";
import type { Frame } from "./frame.js";
import { outputGradients, plainCopy } from "./gradient.js";
import { type Head, type Model, outputsOf } from "./model.js";
import { inputsFor, medianInputs, medianRow, usedColumns } from "./preparation.js";
import type { Task } from "./recipes.js";
import type { TaskKind } from "./task.js";

/** The share of one column in a prediction. */
export interface Contribution {
  column: string;
  /** The value in the row; undefined if it is missing. */
  value: unknown;
  /** The value in the median row. */
  median: unknown;
  /** Part of the difference between the prediction and that of the median row. */
  adds: number;
}

/** A prediction as the sum of that of the median row and of the contributions of all columns. */
export interface Explanation<V> {
  prediction: V;
  /** The probability of the predicted class, or the predicted number. */
  value: number;
  /** The same of the median row. */
  base: number;
  /** The columns, the largest contribution first. They sum to value - base within 1 %. */
  contributions: Contribution[];
}

/** Points between the median row and the row, at first and at most. */
const FEWEST = 64;
const MOST = 4096;

/** The relative error that is small enough, and the difference below which it does not count. */
const CLOSE = 0.01;
const NOTHING = 1e-6;

/** Rows from `from` to `to`, at the middles of `count` equal steps. */
function path(from: Float32Array, to: Float32Array, count: number): Float32Array {
  const width = from.length;
  const points = new Float32Array(count * width);
  for (let i = 0; i < count; i++) {
    const share = (i + 0.5) / count;
    for (let c = 0; c < width; c++) points[i * width + c] = from[c] + share * (to[c] - from[c]);
  }
  return points;
}

/**
 * Integrated gradients (Sundararajan et al., "Axiomatic Attribution for Deep Networks", 2017) of the mean output of all
 * networks: for each input (x - x₀) times the mean gradient between them. Steps are added until the sum is within 1 % of the
 * difference of the outputs.
 */
function attributions<C>(
  { networks }: Head<C>,
  task: Task,
  {
    from,
    to,
    output,
    difference,
  }: { from: Float32Array; to: Float32Array; output: number; difference: number },
): Float64Array {
  const copies = networks.map((network) => plainCopy(network, task));
  try {
    for (let count = FEWEST; ; count *= 2) {
      const points = path(from, to, count);
      const parts = new Float64Array(from.length);
      for (const copy of copies) {
        outputGradients(copy, task, points, output).forEach((gradient, i) => {
          const c = i % from.length;
          parts[c] += (gradient * (to[c] - from[c])) / (count * copies.length);
        });
      }
      const sum = parts.reduce((a, b) => a + b, 0);
      const isClose = Math.abs(sum - difference) <= CLOSE * Math.abs(difference) + NOTHING;
      if (isClose || count >= MOST) return parts;
    }
  } finally {
    for (const copy of copies) copy.dispose();
  }
}

/**
 * Explains the prediction of one head for one row.
 * @param row a frame of one row.
 */
function explainHead<C, V, M>(
  kind: TaskKind<C, V, M>,
  { preparation }: Model<C>,
  head: Head<C>,
  row: Frame,
): Explanation<V> {
  const [inputs, medians] = [inputsFor(preparation, row), medianInputs(preparation)];
  const [outputs, base] = [outputsOf(head, inputs), outputsOf(head, medians)];
  const output = kind.focus(head.coding, outputs);
  const difference = outputs[output] - base[output];
  const [from, to] = [medians, inputs].map(({ values }) => Float32Array.from(values));
  const parts = attributions(head, kind.task, { from, to, output, difference });
  const [value, ofBase] = [outputs, base].map((of) => kind.value(head.coding, of[output]));
  // From outputs to the units of the target, through the logarithm and the range if there are any.
  const unit = difference === 0 ? 0 : (value - ofBase) / difference;
  const plans = usedColumns(preparation);
  const median = medianRow(preparation);
  const contributions = gatherInputs(plans, parts).map((sum, i) => {
    const { name } = plans[i];
    return { column: name, value: row.columns.get(name)?.at(0), median: median[name], adds: unit * sum };
  });
  return {
    prediction: kind.decide(head.coding, outputs)[0],
    value,
    base: ofBase,
    contributions: contributions.sort((a, b) => Math.abs(b.adds) - Math.abs(a.adds)),
  };
}

/** Explains the predictions of all heads for one row. @param row a frame of one row. */
export function explainRow<C, V, M>(kind: TaskKind<C, V, M>, model: Model<C>, row: Frame): Explanation<V>[] {
  return model.heads.map((head) => explainHead(kind, model, head, row));
}
