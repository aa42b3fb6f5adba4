/**
 * All optimizers. To add one, write its spec, its function and its entry in the table, which the compiler asks for. The named
 * exports are public; the default export, which `export *` leaves out, is the table.
 */

import type { Optimizer } from "../../assembly/isa.js";
import { flag, number } from "../model/check.js";
import { exported } from "../model/exported.js";
import { power } from "../model/real.js";
import type { AdamSpec, AdamwSpec, SgdSpec } from "./basic-optimizers.js";
import BASIC_OPTIMIZERS from "./basic-optimizers.js";
import type { LbfgsSpec } from "./lbfgs.js";
import lbfgs from "./lbfgs.js";
import {
  type Adaptive,
  adaptive,
  type Common,
  common,
  completeOptimizer,
  epsilonOf,
  type OptimizerKind,
  type Options,
  type SteppingKind,
  share,
} from "./optimizer.js";

export * from "./basic-optimizers.js";
export type { LbfgsSpec } from "./lbfgs.js";

/** Any optimizer as plain data. */
export type OptimizerSpec =
  | SgdSpec
  | RmspropSpec
  | AdagradSpec
  | AdadeltaSpec
  | AdamSpec
  | AdamwSpec
  | NadamSpec
  | LionSpec
  | AdamaxSpec
  | LbfgsSpec;

/** The name of an optimizer. */
export type OptimizerName = OptimizerSpec["type"];

type SpecOf<N extends OptimizerName> = Extract<OptimizerSpec, { type: N }>;

/** A name for all defaults, or what a function such as adam() returns, or the same as plain data without its defaults. */
export type OptimizerInput =
  | OptimizerName
  | { [N in OptimizerName]: Options<SpecOf<N>> & { type: N } }[OptimizerName];

function make<N extends OptimizerName>(type: N, options: Options<SpecOf<N>>): SpecOf<N> {
  const kinds: { readonly [K in OptimizerName]: OptimizerKind<SpecOf<K>> } = OPTIMIZERS;
  return completeOptimizer<SpecOf<N>>(kinds[type], type, options);
}

export interface RmspropSpec extends Common<"rmsprop"> {
  /** Decay of the running mean of the squared gradient. Default 0.99. */
  rho: number;
  /** Added to the denominator. Default 1e-8. */
  epsilon: number;
  /** True to add epsilon under the root, as Keras and TensorFlow.js do. Default false. */
  epsilonInside: boolean;
  /** Default 0. */
  momentum: number;
  /** True to divide by the standard deviation of the gradient instead of its root mean square. Default false. */
  centered: boolean;
}

/**
 * RMSprop (Hinton, 2012), as torch.optim.RMSprop.
 * @param options learningRate 0.01, rho 0.99, epsilon 1e-8, epsilonInside false, momentum 0, centered false, weightDecay 0, clipNorm 0,
 * clipValue 0.
 */
export const rmsprop = /* @__PURE__ */ exported(
  "rmsprop(options)",
  (options: Options<RmspropSpec> = {}): RmspropSpec => make("rmsprop", options),
);

export interface AdagradSpec extends Common<"adagrad"> {
  /** Divides the learning rate by 1 + learningRateDecay·step. Default 0. */
  learningRateDecay: number;
  /** Initial sum of squared gradients. Default 0. */
  initialAccumulator: number;
  /** Added to the denominator. Default 1e-10. */
  epsilon: number;
  /** True to add epsilon under the root, as TensorFlow.js does. Default false. */
  epsilonInside: boolean;
}

/**
 * Adagrad (Duchi et al., 2011), as torch.optim.Adagrad.
 * @param options learningRate 0.01, learningRateDecay 0, initialAccumulator 0, epsilon 1e-10, epsilonInside false, weightDecay 0, clipNorm 0,
 * clipValue 0.
 */
export const adagrad = /* @__PURE__ */ exported(
  "adagrad(options)",
  (options: Options<AdagradSpec> = {}): AdagradSpec => make("adagrad", options),
);

export interface AdadeltaSpec extends Common<"adadelta"> {
  /** Decay of the running means of squared gradients and squared steps. Default 0.9. */
  rho: number;
  /** Added under both roots. Default 1e-6. */
  epsilon: number;
  /** True to divide by the root of the mean square before this gradient, as TensorFlow.js does. Default false. */
  lagged: boolean;
}

/**
 * Adadelta (Zeiler, 2012), as torch.optim.Adadelta.
 * @param options learningRate 1, rho 0.9, epsilon 1e-6, lagged false, weightDecay 0, clipNorm 0, clipValue 0.
 */
export const adadelta = /* @__PURE__ */ exported(
  "adadelta(options)",
  (options: Options<AdadeltaSpec> = {}): AdadeltaSpec => make("adadelta", options),
);

export interface NadamSpec extends Adaptive<"nadam"> {
  /** How fast the momentum approaches beta1. Default 0.004. */
  momentumDecay: number;
}

/**
 * Adam with Nesterov momentum (Dozat, 2016), as torch.optim.NAdam.
 * @param options learningRate 0.002, beta1 0.9, beta2 0.999, epsilon 1e-8, momentumDecay 0.004, weightDecay 0, clipNorm 0,
 * clipValue 0.
 */
export const nadam = /* @__PURE__ */ exported(
  "nadam(options)",
  (options: Options<NadamSpec> = {}): NadamSpec => make("nadam", options),
);

export interface LionSpec extends Common<"lion"> {
  /** Share of the momentum in the direction of the step. Default 0.9. */
  beta1: number;
  /** Decay of the momentum. Default 0.99. */
  beta2: number;
}

/**
 * Lion (Chen et al., 2023): each step goes by the sign of a momentum.
 * @param options learningRate 0.0001, beta1 0.9, beta2 0.99, weightDecay 0, clipNorm 0, clipValue 0.
 */
export const lion = /* @__PURE__ */ exported(
  "lion(options)",
  (options: Options<LionSpec> = {}): LionSpec => make("lion", options),
);

export type AdamaxSpec = Adaptive<"adamax">;

/**
 * Adam with the largest gradient of late in place of the root mean square (Kingma and Ba, 2014), as torch.optim.Adamax.
 * @param options learningRate 0.002, beta1 0.9, beta2 0.999, epsilon 1e-8, weightDecay 0, clipNorm 0, clipValue 0.
 */
export const adamax = /* @__PURE__ */ exported(
  "adamax(options)",
  (options: Options<AdamaxSpec> = {}): AdamaxSpec => make("adamax", options),
);

/** The entry of every optimizer. */
export type OptimizerTable = { readonly [N in keyof typeof Optimizer]: SteppingKind<SpecOf<N>> } & {
  readonly lbfgs: OptimizerKind<LbfgsSpec>;
};

/** PyTorch's defaults; those of lion are from its paper. Scalars stand in the order of assembly/training/optimizer.ts. */
const OPTIMIZERS: OptimizerTable = {
  sgd: BASIC_OPTIMIZERS.sgd,
  rmsprop: {
    rules: {
      ...common(0.01),
      rho: share(0.99),
      epsilon: number(1e-8),
      epsilonInside: flag(false),
      momentum: share(0),
      centered: flag(false),
    },
    states: ({ momentum, centered }) => [
      "c",
      ...(momentum > 0 ? (["e"] as const) : []),
      ...(centered ? (["g"] as const) : []),
    ],
    names: { c: "meanSquare", e: "velocity", g: "mean" },
    squares: ["c"],
    scalars: (o) => [o.rho, epsilonOf(o.epsilon), o.momentum, Number(o.epsilonInside)],
  },
  adagrad: {
    rules: {
      ...common(0.01),
      learningRateDecay: number(0),
      initialAccumulator: number(0),
      epsilon: number(1e-10),
      epsilonInside: flag(false),
    },
    states: () => ["c"],
    names: { c: "sumOfSquares" },
    squares: ["c"],
    firstState: ({ initialAccumulator }) => initialAccumulator,
    scalars: (o) => [epsilonOf(o.epsilon), o.learningRateDecay, Number(o.epsilonInside)],
  },
  adadelta: {
    rules: { ...common(1), rho: share(0.9), epsilon: number(1e-6), lagged: flag(false) },
    states: () => ["c", "e"],
    names: { c: "meanSquare", e: "meanSquareOfSteps" },
    squares: ["c", "e"],
    scalars: (o) => [o.rho, epsilonOf(o.epsilon), Number(o.lagged)],
  },
  adam: BASIC_OPTIMIZERS.adam,
  adamw: BASIC_OPTIMIZERS.adamw,
  nadam: {
    rules: { ...adaptive(0.002), momentumDecay: number(0.004) },
    states: () => ["c", "e"],
    names: { c: "mean", e: "meanSquare" },
    squares: ["e"],
    // 0.96^(momentumDecay·t) of step t is the last scalar to the power of t.
    scalars: (o) => [o.beta1, o.beta2, epsilonOf(o.epsilon), power(0.96, o.momentumDecay)],
  },
  lion: {
    rules: { ...common(1e-4), beta1: share(0.9), beta2: share(0.99) },
    states: () => ["c"],
    names: { c: "mean" },
    scalars: (o) => [o.beta1, o.beta2],
  },
  adamax: {
    rules: adaptive(0.002),
    states: () => ["c", "e"],
    names: { c: "mean", e: "largest" },
    squares: ["e"],
    scalars: (o) => [o.beta1, o.beta2, epsilonOf(o.epsilon)],
  },
  lbfgs,
};

export default OPTIMIZERS;
