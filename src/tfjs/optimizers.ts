import { hasOwn } from "../model/check.js";
import type { OptimizerInput } from "../program/optimizers.js";
import { refuse } from "./refusal.js";
import type { Optimizer, Tensor, Variable } from "./types.js";

/** A state of an optimizer, one for each weight that is trained. */
export interface Accumulator {
  originalName: string;
  variable: Variable;
}

/** One class of optimizers. `O` has its members. */
interface OptimizerKind<O> {
  spec(optimizer: O): OptimizerInput;
  /**
   * The members that hold its states, in the order of densely's, and the end of their names; "epsilon" where densely has ε added
   * to each value, "rate" where TensorFlow.js has the learning rate in it.
   */
  states: readonly (readonly [member: string, suffix: string, form?: "epsilon" | "rate"])[];
  /** The learning rate. Default: the member learningRate. */
  rate?(optimizer: O): number;
  /** Scalars that change with each update. */
  counters?(optimizer: O): Variable[];
  /**
   * The factor of the learning rate in an update, whose number is `step`, that makes of densely's formula the one of
   * TensorFlow.js. The values of the counters become those of the next update.
   */
  correct?(optimizer: O, counters: Float32Array, step: number): number;
}

interface Sgd extends Optimizer {
  /** Minus the learning rate: what the update reads, whatever learningRate says. */
  c: Tensor;
}

interface Momentum extends Sgd {
  m: Tensor;
  useNesterov: boolean;
}

interface Adagrad extends Optimizer {
  initialAccumulatorValue: number;
}

interface Adadelta extends Optimizer {
  rho: number;
  epsilon: number;
}

interface RmsProp extends Optimizer {
  decay: number;
  momentum: number;
  epsilon: number;
  centered: boolean;
}

interface Adamax extends Optimizer {
  beta1: number;
  beta2: number;
  epsilon: number;
  decay: number;
  accBeta1: Variable;
  iteration: Variable;
}

interface Adam extends Optimizer {
  beta1: number;
  beta2: number;
  epsilon: number;
  accBeta1: Variable;
  accBeta2: Variable;
}

/** A momentum that changes nothing. */
const LEAST = 1e-30;

/** tf.backend().epsilon(), which adagrad adds in the root. */
const EPSILON = 1e-7;

/**
 * TensorFlow.js keeps β₁ᵗ and β₂ᵗ in float32, where 1 - 0.999 is off by 1.3e-5: the corrections of both moments by those
 * powers, in place of the exact ones.
 */
function correctAdam({ beta1, beta2 }: Adam, powers: Float32Array, step: number): number {
  const [first, second] = Float32Array.of(1 - powers[0], 1 - powers[1]);
  const t = step + 1;
  const factor = ((1 - beta1 ** t) / first) * Math.sqrt(second / (1 - beta2 ** t));
  powers[0] *= Math.fround(beta1);
  powers[1] *= Math.fround(beta2);
  return factor;
}

/** The same for adamax, whose learning rate decays with the number of its updates. */
function correctAdamax({ beta1, decay }: Adamax, counters: Float32Array, step: number): number {
  const factor = (1 - beta1 ** (step + 1)) / Math.fround(1 - counters[0]) / (counters[1] * decay + 1);
  counters[0] *= Math.fround(beta1);
  counters[1]++;
  return factor;
}

const rateOfSgd = ({ c }: Sgd): number => -c.dataSync()[0];

/** Optimizers by the name of their class. */
const OPTIMIZERS = {
  SGD: { spec: () => "sgd", states: [], rate: rateOfSgd } satisfies OptimizerKind<Sgd>,
  Momentum: {
    spec: ({ m, useNesterov: nesterov }) => {
      const momentum = m.dataSync()[0];
      return { type: "sgd", momentum, nesterov: nesterov && momentum > 0 };
    },
    states: [["accumulations", "momentum"]],
    rate: rateOfSgd,
  } satisfies OptimizerKind<Momentum>,
  Adagrad: {
    spec: ({ initialAccumulatorValue: initialAccumulator }) => ({
      type: "adagrad",
      initialAccumulator,
      epsilon: EPSILON,
      epsilonInside: true,
    }),
    states: [["accumulatedGrads", "accumulator"]],
  } satisfies OptimizerKind<Adagrad>,
  Adadelta: {
    spec: ({ rho, epsilon }) => ({ type: "adadelta", rho, epsilon, lagged: true }),
    states: [
      ["accumulatedGrads", "accum_grad"],
      ["accumulatedUpdates", "accum_var"],
    ],
  } satisfies OptimizerKind<Adadelta>,
  RMSProp: {
    // Without momentum too, TensorFlow.js keeps the last step as a state.
    spec: ({ decay: rho, epsilon, momentum, centered }) =>
      centered
        ? refuse("centered rmsprop")
        : { type: "rmsprop", rho, epsilon, epsilonInside: true, momentum: Math.max(momentum, LEAST) },
    states: [
      ["accumulatedMeanSquares", "rms"],
      ["accumulatedMoments", "momentum", "rate"],
    ],
  } satisfies OptimizerKind<RmsProp>,
  Adamax: {
    // densely adds ε before the maximum is taken and TensorFlow.js after it, which is the same for a small ε.
    spec: ({ beta1, beta2, epsilon }) =>
      epsilon > 1e-6 ? refuse("adamax with a large epsilon") : { type: "adamax", beta1, beta2, epsilon },
    states: [
      ["accumulatedFirstMoment", "m"],
      ["accumulatedWeightedInfNorm", "v", "epsilon"],
    ],
    counters: ({ accBeta1, iteration }) => [accBeta1, iteration],
    correct: correctAdamax,
  } satisfies OptimizerKind<Adamax>,
  Adam: {
    spec: ({ beta1, beta2, epsilon }) => ({ type: "adam", beta1, beta2, epsilon }),
    states: [
      ["accumulatedFirstMoment", "m"],
      ["accumulatedSecondMoment", "v"],
    ],
    counters: ({ accBeta1, accBeta2 }) => [accBeta1, accBeta2],
    correct: correctAdam,
  } satisfies OptimizerKind<Adam>,
};

/** The kind of an optimizer. @throws Refusal for one that densely computes differently or not at all. */
export function optimizerKindOf(optimizer: Optimizer): OptimizerKind<Optimizer> {
  const name = optimizer.getClassName();
  // A class of the user that extends one of these does not have a name of its own.
  if (!hasOwn(optimizer.constructor, "className") || !hasOwn(OPTIMIZERS, name)) refuse(`optimizer ${name}`);
  return (OPTIMIZERS as unknown as Readonly<Record<string, OptimizerKind<Optimizer>>>)[name];
}

/** The learning rate of an optimizer. */
export const rateOf = (optimizer: Optimizer): number =>
  optimizerKindOf(optimizer).rate?.(optimizer) ?? optimizer.learningRate;
