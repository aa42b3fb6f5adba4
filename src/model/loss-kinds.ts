/** All losses. To add one, write its entry in the table, which the compiler asks for. */

import BASIC_LOSSES, { type BasicLossSpec, PROBABILITY } from "./basic-losses.js";
import { positive } from "./check.js";
import type { LossKind } from "./loss-kind.js";
import type { LossName } from "./names.js";
import { FINITE } from "./value-range.js";

/** A loss of the library as plain data. */
export type NamedLossSpec =
  | BasicLossSpec
  | { type: "quantile"; q: number }
  | { type: "focal"; gamma: number }
  | { type: Exclude<LossName, BasicLossSpec["type"] | "quantile" | "focal"> };

export type LossTable = { readonly [N in LossName]: LossKind<NamedLossSpec & { type: N }> };

/** The argument of a logarithm, kept above 0. */
const clamped = (a: number): number => Math.max(a, 1e-8);

/** Every loss. */
export const LOSS_KINDS: LossTable = {
  ...BASIC_LOSSES,
  logCosh: {
    options: {},
    targets: FINITE,
    isOverClasses: false,
    // ln cosh e = |e| + ln(1 + e^(-2|e|)) - ln 2, which does not overflow.
    value: (a, y) => Math.abs(a - y) + Math.log1p(Math.exp(-2 * Math.abs(a - y))) - Math.LN2,
  },
  hinge: {
    options: {},
    targets: { least: -1, most: 1, remedy: "hinge takes targets of -1 and 1 (or 0 and 1)" },
    isOverClasses: false,
    threshold: 0,
    value: (a, y) => Math.max(0, 1 - (y > 0 ? a : -a)),
  },
  poisson: {
    options: {},
    targets: { ...FINITE, least: 0, remedy: "poisson takes counts, finite numbers of at least 0" },
    isOverClasses: false,
    value: (a, y) => a - y * Math.log(clamped(a)),
  },
  klDivergence: {
    options: {},
    targets: PROBABILITY,
    isOverClasses: true,
    fusedWith: "softmax",
    value: (a, y) => (y > 0 ? y * Math.log(y / clamped(a)) : 0),
  },
  quantile: {
    options: { q: positive(0.5, 1) },
    targets: FINITE,
    isOverClasses: false,
    scalar: ({ q }) => q,
    value: (a, y, { q }) => Math.max((1 - q) * (a - y), -q * (a - y)),
  },
  focal: {
    options: { gamma: positive(2) },
    targets: PROBABILITY,
    isOverClasses: false,
    fusedWith: "sigmoid",
    links: { ofZ: { softmax: "softmaxLogit" }, ofProbabilities: "logit" },
    threshold: 0,
    scalar: ({ gamma }) => gamma,
    // (1 - p of the class of y)^γ times binaryCrossentropy.
    value: (z, y, { gamma }) => {
      const p = 1 / (1 + Math.exp(-z));
      const crossEntropy = Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - z * y;
      return clamped(p + y - 2 * p * y) ** gamma * crossEntropy;
    },
  },
  cosineSimilarity: {
    options: {},
    targets: FINITE,
    isOverClasses: false,
    isOfSamples: true,
    value: (a, y) => -a * y,
  },
};
