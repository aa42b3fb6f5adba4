import { checkOptions, flag, number, type Rule, type Rules } from "../model/check.js";
import { checkRate, type Scheduled, scheduled } from "../model/rates.js";
import type { RateInput, ScheduleSpec } from "../model/schedules.js";

/**
 * Where an optimizer state is used: operand c, e or g of the update instruction, or "between" for a state that only
 * instructions between the steps use.
 */
export type StatePlace = "c" | "e" | "g" | "between";

/** Everything about one optimizer. `S` is its spec. */
export interface OptimizerKind<S> {
  rules: Rules<Omit<S, "type">>;
  /** @throws SpecError for options that contradict each other. */
  checkTogether?(spec: S): void;
  /** Its states, each a vector of the shape of the parameters. */
  states(spec: S): readonly StatePlace[];
  /** The names of its states by place, as getState has them. Those without a name are numbered. */
  names?: Partial<Record<StatePlace, string>>;
  /** Those of its states that are squares, and so never negative. Default none. */
  squares?: readonly StatePlace[];
  /** Initial value of its first state. Default 0, as of the others. */
  firstState?(spec: S): number;
  /**
   * True if it compares losses of the same rows and moves the parameters itself, between the steps. Its updates are no
   * instructions but those of src/fit/updaters.ts. Default false.
   */
  comparesLosses?: boolean;
  /** True if its whole update is θ = θ - α·dθ, which layers can fuse with their gradients. Default false. */
  isPlainDescent?(spec: S): boolean;
}

/** An optimizer whose update is an instruction. */
export interface SteppingKind<S> extends OptimizerKind<S> {
  /** The scalars p1 to p4 of the instruction. */
  scalars(spec: S): number[];
  /**
   * For explain(): θ are the parameters and dθ their gradients. Default "θ = name(θ, dθ, rate)".
   * @param rate the learning rate as text, such as "α". @param decay the weight decay as text, "0" for none.
   */
  equation?(spec: S, rate: string, decay: string): string;
}

/** An option as it is given: one that may be a schedule may be a function of the step too. */
type Given<V> = ScheduleSpec extends V ? RateInput : V;

/** Options of an optimizer whose spec is `S`. */
export type Options<S> = { [K in keyof S as Exclude<K, "type">]?: Given<S[K]> | undefined };

/**
 * The spec of an optimizer from the options that a user gave.
 * @throws SpecError for an unknown option, a value out of range, or options that contradict each other.
 */
export function completeOptimizer<S>(kind: OptimizerKind<S>, type: string, options: object): S {
  const spec = { type, ...checkOptions<object>(kind.rules, options, type) } as S;
  kind.checkTogether?.(spec);
  return spec;
}

/** A number from 0 to below 1. */
export const share = (fallback: number): Rule<number> => number(fallback, 0, 1);

/**
 * An epsilon as kernels take it: at least the least normal float32, which is lost in every root that is not 0. Without it the
 * padding of the parameters, whose gradients and means are 0, would become 0 / 0.
 */
export const epsilonOf = (epsilon: number): number => Math.max(epsilon, 2 ** -126);

/** A learning rate or a schedule. */
export const rate = (fallback: number): Rule<number | ScheduleSpec> => ({ fallback, check: checkRate });

/** Options of all optimizers except lbfgs. */
export interface Common<T> {
  type: T;
  /** A number or a schedule. */
  learningRate: number | ScheduleSpec;
  /** Maximum norm of all gradients together, which are scaled down to it. Default 0: no maximum. */
  clipNorm: number;
  /** Limits each gradient to -clipValue to clipValue. Default 0: no limit. */
  clipValue: number;
  /**
   * Adds weightDecay·w to the gradient, as in PyTorch. Decoupled in adamw and lion: w -= learningRate·weightDecay·w. A number
   * or a schedule.
   */
  weightDecay: Scheduled;
}

export const common = (learningRate: number, weightDecay = 0) => ({
  learningRate: rate(learningRate),
  clipNorm: number(0),
  clipValue: number(0),
  weightDecay: scheduled(weightDecay),
});

/** Options of adam and its variants. */
export interface Adaptive<T> extends Common<T> {
  /** Decay of the running mean of the gradient. Default 0.9. */
  beta1: number;
  /** Decay of the running mean of its square. Default 0.999. */
  beta2: number;
  /** Added to the denominator. Default 1e-8. */
  epsilon: number;
}

export const adaptive = (learningRate: number, weightDecay = 0) => ({
  ...common(learningRate, weightDecay),
  beta1: share(0.9),
  beta2: share(0.999),
  epsilon: number(1e-8),
});

/** Options of adam and adamw. */
export interface Amsgrad<T> extends Adaptive<T> {
  /** True to divide by the largest mean square so far. Default false. */
  amsgrad: boolean;
}

export const amsgrad = (learningRate: number, weightDecay = 0) => ({
  ...adaptive(learningRate, weightDecay),
  amsgrad: flag(false),
});
