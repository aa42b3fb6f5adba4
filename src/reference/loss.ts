import { logSoftmax } from "../formulas/float64.js";
import { type LossSpec, lossKindOf } from "../model/losses.js";
import { isFused, type NetworkSpec } from "../model/spec.js";

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

/**
 * The loss of one sample in float64, summed over its outputs.
 * @param output the last A, or the last Z if the last activation is fused into the loss.
 */
export function lossOf(spec: NetworkSpec, output: ArrayLike<number>, target: ArrayLike<number>): number {
  const loss = computedLoss(spec);
  const values = loss.type === "categoricalCrossentropy" ? logSoftmax(output) : Array.from(output);
  const { value } = lossKindOf(loss);
  return values.reduce((sum, a, j) => sum + value(a, smoothed(loss, target[j], values.length), loss), 0);
}
