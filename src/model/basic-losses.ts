/** The losses of densely/core. */

import { number, positive } from "./check.js";
import type { LossKind } from "./loss-kind.js";
import { FINITE, type ValueRange } from "./value-range.js";

/** A loss of densely/core as plain data. */
export type BasicLossSpec =
  | { type: "meanSquaredError" | "meanAbsoluteError" }
  | { type: "huber"; delta: number }
  | { type: "binaryCrossentropy" | "categoricalCrossentropy"; labelSmoothing: number };

/** Targets that are compared with probabilities. */
export const PROBABILITY: ValueRange = {
  least: 0,
  most: 1,
  remedy:
    "this loss compares with targets from 0 to 1, so scale y, or end the network in a linear layer such as dense(1) to predict any number",
};

const smoothing = { labelSmoothing: number(0, 0, 1) };

const BASIC_LOSSES: {
  readonly [N in BasicLossSpec["type"]]: LossKind<BasicLossSpec & { type: N }>;
} = {
  meanSquaredError: {
    options: {},
    targets: FINITE,
    isOverClasses: false,
    value: (a, y) => (a - y) ** 2,
  },
  meanAbsoluteError: {
    options: {},
    targets: FINITE,
    isOverClasses: false,
    value: (a, y) => Math.abs(a - y),
  },
  huber: {
    options: { delta: positive(1) },
    targets: FINITE,
    isOverClasses: false,
    scalar: ({ delta }) => delta,
    // e²/2 up to delta, delta·(|e| - delta/2) beyond it.
    value: (a, y, { delta }) => {
      const error = Math.abs(a - y);
      const quadratic = Math.min(error, delta);
      return quadratic * (error - quadratic / 2);
    },
  },
  binaryCrossentropy: {
    options: smoothing,
    targets: PROBABILITY,
    isOverClasses: false,
    fusedWith: "sigmoid",
    links: { ofZ: { softmax: "softmaxLogit" }, ofProbabilities: "logit" },
    threshold: 0,
    // -y·ln σ(z) - (1 - y)·ln(1 - σ(z)) = ln(1 + e^z) - z·y.
    value: (z, y) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - z * y,
  },
  categoricalCrossentropy: {
    options: smoothing,
    targets: PROBABILITY,
    isOverClasses: true,
    fusedWith: "softmax",
    links: { ofZ: { sigmoid: "sigmoidLog" }, ofProbabilities: "log" },
    value: (a, y) => -y * a,
  },
};

export default BASIC_LOSSES;
