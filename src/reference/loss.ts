import { logSoftmax } from "../formulas/log-softmax.js";
import { lossValue } from "../model/custom-loss.js";
import { isMeanOverSamples, type NamedLossSpec, namedKindOf } from "../model/losses.js";
import type { LinkName } from "../model/names.js";
import { isFused, linkOf, type NetworkSpec } from "../model/spec.js";

/** A target with labelSmoothing: its share is spread over the outputs, or over the two sides of a single decision. */
function smoothed(loss: NamedLossSpec, y: number, outputs: number): number {
  if (!("labelSmoothing" in loss)) return y;
  const sides = loss.type === "binaryCrossentropy" ? 2 : outputs;
  return y * (1 - loss.labelSmoothing) + loss.labelSmoothing / sides;
}

/** The loss that is computed: the divergence of logits is their cross-entropy, except for a constant. */
function computedLoss(spec: NetworkSpec, loss: NamedLossSpec): NamedLossSpec {
  const isDivergence = loss.type === "klDivergence" && isFused(spec);
  return isDivergence ? { type: "categoricalCrossentropy", labelSmoothing: 0 } : loss;
}

/** The least probability that is told from 0. */
const LEAST = 1e-7;

const bounded = (p: number, most: number): number => Math.min(Math.max(p, LEAST), most);

/** ln Σ e^z, except z_j. */
function logSumWithout(z: readonly number[], j: number): number {
  const others = z.filter((_, k) => k !== j);
  const top = Math.max(...others);
  return top + Math.log(others.reduce((sum, value) => sum + Math.exp(value - top), 0));
}

/** The logits of a sample: see assembly/training/link.ts. */
const LINKS: Readonly<Record<LinkName, (values: readonly number[]) => number[]>> = {
  sigmoidLog: (z) => z.map((value) => Math.min(value, 0) - Math.log1p(Math.exp(-Math.abs(value)))),
  softmaxLogit: (z) => z.map((value, j) => value - logSumWithout(z, j)),
  log: (p) => p.map((value) => Math.log(bounded(value, 1))),
  logit: (p) => p.map((value) => bounded(value, 1 - LEAST)).map((value) => Math.log(value / (1 - value))),
};

/** Σ a·b. */
const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a, (value, j) => value * b[j]).reduce((sum, product) => sum + product, 0);

/** The length of a sample, at least 1e-6. */
const lengthOf = (a: ArrayLike<number>): number => Math.sqrt(Math.max(dot(a, a), 1e-12));

/** The cosine of the angle between two samples. */
const cosineOf = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  dot(a, b) / (lengthOf(a) * lengthOf(b));

/** The loss of one sample, summed over its outputs. */
function lossOf(
  spec: NetworkSpec,
  named: NamedLossSpec,
  output: ArrayLike<number>,
  target: ArrayLike<number>,
): number {
  const loss = computedLoss(spec, named);
  if (loss.type === "cosineSimilarity") return -cosineOf(output, target);
  const link = linkOf(spec);
  const logits = link ? LINKS[link](Array.from(output)) : Array.from(output);
  const values = loss.type === "categoricalCrossentropy" ? logSoftmax(logits) : logits;
  const { value } = namedKindOf(loss);
  return values.reduce((sum, a, j) => sum + value(a, smoothed(loss, target[j], values.length), loss), 0);
}

export const mean = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

/** Rows as one flat array. Losses in code declare float32 and compute with float64 as well. */
const flat = (rows: readonly ArrayLike<number>[]): Float32Array =>
  Float64Array.from(rows.flatMap((row) => Array.from(row))) as ArrayLike<number> as Float32Array;

/**
 * The mean loss of a batch in float64.
 * @param outputs the last A, or the last Z if the last activation is fused into the loss.
 */
export function meanLoss(
  spec: NetworkSpec,
  outputs: readonly ArrayLike<number>[],
  targets: readonly ArrayLike<number>[],
): number {
  const { loss } = spec;
  const width = outputs[0].length;
  if (loss.type === "custom") return lossValue(loss, flat(outputs), flat(targets), width);
  const share = isMeanOverSamples(loss) ? 1 : width;
  return mean(outputs.map((a, r) => lossOf(spec, loss, a, targets[r]))) / share;
}
