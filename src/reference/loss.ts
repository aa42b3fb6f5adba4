import { logSoftmax } from "../formulas/log-softmax.js";
import { type LossSpec, lossKindOf } from "../model/losses.js";
import type { LinkName } from "../model/names.js";
import { isFused, linkOf, type NetworkSpec } from "../model/spec.js";

/** A target with labelSmoothing: its share is spread over the outputs, or over the two sides of a single decision. */
function smoothed(loss: LossSpec, y: number, outputs: number): number {
  if (!("labelSmoothing" in loss)) return y;
  const sides = loss.type === "binaryCrossentropy" ? 2 : outputs;
  return y * (1 - loss.labelSmoothing) + loss.labelSmoothing / sides;
}

/** The loss that is computed: the divergence of logits is their cross-entropy, except for a constant. */
function computedLoss(spec: NetworkSpec): LossSpec {
  const isDivergence = spec.loss.type === "klDivergence" && isFused(spec);
  return isDivergence ? { type: "categoricalCrossentropy", labelSmoothing: 0 } : spec.loss;
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

/**
 * The loss of one sample in float64, summed over its outputs.
 * @param output the last A, or the last Z if the last activation is fused into the loss.
 */
export function lossOf(spec: NetworkSpec, output: ArrayLike<number>, target: ArrayLike<number>): number {
  const loss = computedLoss(spec);
  const link = linkOf(spec);
  const logits = link ? LINKS[link](Array.from(output)) : Array.from(output);
  const values = loss.type === "categoricalCrossentropy" ? logSoftmax(logits) : logits;
  const { value } = lossKindOf(loss);
  return values.reduce((sum, a, j) => sum + value(a, smoothed(loss, target[j], values.length), loss), 0);
}
