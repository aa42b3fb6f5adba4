import { float64, logSoftmax } from "../formulas/float64.js";
import type { LossSpec } from "../model/losses.js";
import type { LossName } from "../model/names.js";
import { isFolded, type NetworkSpec } from "../model/spec.js";

/** Logarithms of outputs are taken from here on. */
const least = (a: number): number => Math.max(a, 1e-8);

/** L by output a and target y. The two cross-entropies take logits, the one over classes as logarithms of shares. */
const LOSSES: Record<LossName, (a: number, y: number, delta: number) => number> = {
  meanSquaredError: (a, y) => (a - y) ** 2,
  meanAbsoluteError: (a, y) => Math.abs(a - y),
  huber: (a, y, delta) => {
    const size = Math.abs(a - y);
    const bent = Math.min(size, delta);
    return bent * (size - bent / 2);
  },
  logCosh: (a, y) => float64.softplus(2 * (a - y)) - (a - y) - Math.LN2,
  binaryCrossentropy: (z, y) => float64.softplus(z) - z * y,
  categoricalCrossentropy: (a, y) => -y * a,
  hinge: (a, y) => Math.max(0, 1 - (y > 0 ? a : -a)),
  poisson: (a, y) => a - y * Math.log(least(a)),
  klDivergence: (a, y) => (y > 0 ? y * Math.log(y / least(a)) : 0),
};

/** Targets as labelSmoothing makes them: its share spread over the outputs, or over both sides of a single decision. */
function smoothed(loss: LossSpec, y: number, outputs: number): number {
  if (!("labelSmoothing" in loss)) return y;
  const sides = loss.type === "binaryCrossentropy" ? 2 : outputs;
  return y * (1 - loss.labelSmoothing) + loss.labelSmoothing / sides;
}

/** The sum of the loss over the outputs of one sample: the last A, or the last Z where the loss contains the activation. */
export function lossOf(spec: NetworkSpec, output: ArrayLike<number>, target: ArrayLike<number>): number {
  const { loss } = spec;
  // Of logits the divergence is their cross-entropy less a constant.
  const name = loss.type === "klDivergence" && isFolded(spec) ? "categoricalCrossentropy" : loss.type;
  const a = name === "categoricalCrossentropy" ? logSoftmax(output) : Array.from(output);
  const delta = loss.type === "huber" ? loss.delta : 1;
  return a.reduce(
    (sum, value, j) => sum + LOSSES[name](value, smoothed(loss, target[j], a.length), delta),
    0,
  );
}
