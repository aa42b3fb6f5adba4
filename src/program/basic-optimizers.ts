/** The optimizers of densely/core. As in optimizers.ts, the named exports are public and the default export is the table. */

import { SpecError } from "../errors.js";
import { flag } from "../model/check.js";
import { exported } from "../model/exported.js";
import {
  type Amsgrad,
  amsgrad,
  type Common,
  common,
  completeOptimizer,
  epsilonOf,
  type Options,
  type StatePlace,
  type SteppingKind,
  share,
} from "./optimizer.js";

export interface SgdSpec extends Common<"sgd"> {
  /** Default 0. */
  momentum: number;
  /** Default false. */
  nesterov: boolean;
  /** Default 0. */
  dampening: number;
}

/**
 * Stochastic gradient descent, as torch.optim.SGD: g += weightDecay·w; v = momentum·v + (1 - dampening)·g;
 * w -= learningRate·v, or learningRate·(g + momentum·v) with nesterov.
 * @param options learningRate 0.01, momentum 0, nesterov false, dampening 0, weightDecay 0, clipNorm 0, clipValue 0.
 * @throws SpecError for an unknown option or a value out of range, as do all optimizers; and for nesterov without momentum
 * or with dampening.
 */
export const sgd = /* @__PURE__ */ exported(
  "sgd(options)",
  (options: Options<SgdSpec> = {}): SgdSpec => completeOptimizer(BASIC_OPTIMIZERS.sgd, "sgd", options),
);

/** The equations of sgd with the terms that its options ask for. */
function sgdEquation({ momentum, dampening, nesterov }: SgdSpec, rate: string, decay: string): string {
  const g = decay === "0" ? "dθ" : `dθ + ${decay}·θ`;
  if (momentum === 0) return `θ = θ - ${rate}·${decay === "0" ? g : `(${g})`}`;
  const added = dampening > 0 ? `${1 - dampening}·(${g})` : g;
  const step = nesterov ? `(${g} + ${momentum}·v)` : "v";
  return `v = ${momentum}·v + ${added}, θ = θ - ${rate}·${step}`;
}

export type AdamSpec = Amsgrad<"adam">;

/**
 * Adam (Kingma and Ba, 2014), as torch.optim.Adam: first and second moments of the gradient with bias correction.
 * @param options learningRate 0.001, beta1 0.9, beta2 0.999, epsilon 1e-8, amsgrad false, weightDecay 0, clipNorm 0,
 * clipValue 0.
 */
export const adam = /* @__PURE__ */ exported(
  "adam(options)",
  (options: Options<AdamSpec> = {}): AdamSpec => completeOptimizer(BASIC_OPTIMIZERS.adam, "adam", options),
);

export type AdamwSpec = Amsgrad<"adamw">;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, 2017), as torch.optim.AdamW.
 * @param options as of adam, with weightDecay 0.01.
 */
export const adamw = /* @__PURE__ */ exported(
  "adamw(options)",
  (options: Options<AdamwSpec> = {}): AdamwSpec =>
    completeOptimizer(BASIC_OPTIMIZERS.adamw, "adamw", options),
);

/** Members of adam and adamw. With amsgrad the largest mean square is a third state. */
const MOMENTS = {
  states: (o: Amsgrad<unknown>): StatePlace[] => (o.amsgrad ? ["c", "e", "g"] : ["c", "e"]),
  names: { c: "mean", e: "meanSquare", g: "largestMeanSquare" },
  squares: ["e", "g"] as const,
  scalars: (o: Amsgrad<unknown>) => [o.beta1, o.beta2, epsilonOf(o.epsilon)],
};

const BASIC_OPTIMIZERS: {
  readonly sgd: SteppingKind<SgdSpec>;
  readonly adam: SteppingKind<AdamSpec>;
  readonly adamw: SteppingKind<AdamwSpec>;
} = {
  sgd: {
    rules: { ...common(0.01), momentum: share(0), nesterov: flag(false), dampening: share(0) },
    checkTogether: ({ nesterov, momentum, dampening }) => {
      if (!nesterov || (momentum > 0 && dampening === 0)) return;
      throw new SpecError(
        `nesterov is true with momentum ${momentum} and dampening ${dampening}: give sgd a momentum, such as 0.9, and no dampening.`,
      );
    },
    states: ({ momentum }) => (momentum > 0 ? ["c"] : []),
    names: { c: "velocity" },
    isPlainDescent: (o) => o.weightDecay === 0 && o.momentum + o.clipNorm + o.clipValue === 0,
    scalars: (o) => [o.momentum, o.dampening, Number(o.nesterov)],
    equation: sgdEquation,
  },
  adam: { rules: amsgrad(0.001), ...MOMENTS },
  adamw: { rules: amsgrad(0.001, 0.01), ...MOMENTS },
};

export default BASIC_OPTIMIZERS;
