import type { Open } from "./check.js";
import type { Monitor } from "./monitor.js";

export interface StepDecayOptions {
  /** The rate of the first `every` steps, at least 0. */
  learningRate: number;
  /** Steps from one reduction to the next, at least 1. */
  every: number;
  /** Factor of each reduction, at least 0. Default 0.1. */
  factor?: number | undefined;
}

export interface ExponentialDecayOptions {
  /** The rate of step 0, at least 0. */
  learningRate: number;
  /** Steps in which the rate is multiplied by `factor` once, at least 1. */
  steps: number;
  /** Above 0. Default 0.96. */
  factor?: number | undefined;
}

/** Options of a schedule that ends after `steps` steps. */
export interface DecayOptions {
  /** The rate of step 0, at least 0. */
  learningRate: number;
  /** Steps until the rate is `end`, at least 1; of cosineDecay with restarts, the steps of the first round. */
  steps: number;
  /** The last rate, at least 0. Default 0. */
  end?: number | undefined;
}

export interface PolynomialDecayOptions extends DecayOptions {
  /** Exponent, above 0; 1 is a straight line. Default 1. */
  power?: number | undefined;
}

export interface CosineDecayOptions extends DecayOptions {
  /** True to start again after each round. Default false. */
  restarts?: boolean | undefined;
  /** Length of each round relative to the one before it, at least 1. Default 1. */
  growth?: number | undefined;
  /** Height above `end` of each round relative to the one before it, at least 0. Default 1. */
  decay?: number | undefined;
}

export interface CosineLogOptions {
  /** The highest rate, at least 0. */
  learningRate: number;
  /** Steps until the rate is 0 for good, at least 1. */
  steps: number;
  /** Number of waves, each twice as long as the one before it, from 1 to 30. Default 4. */
  cycles?: number | undefined;
}

export interface FlatCosineOptions extends DecayOptions {
  /** Share of the steps in which the rate stays, from 0 to below 1. Default 0.5. */
  flat?: number | undefined;
}

export interface OneCycleOptions {
  /** The highest rate, at least 0. */
  learningRate: number;
  /** Steps of the whole cycle, at least 1. */
  steps: number;
  /** Share of the steps in which the rate rises, from 0 to below 1. Default 0.3. */
  rise?: number | undefined;
  /** The rate of step 0 is learningRate / startDivisor. Above 0. Default 25. */
  startDivisor?: number | undefined;
  /** The last rate is learningRate / startDivisor / endDivisor. Above 0. Default 10000. */
  endDivisor?: number | undefined;
}

export interface WarmupOptions {
  /** Steps of the warm-up, at least 1. */
  steps: number;
  /** The rate of step 0, at least 0. Default 0. */
  from?: number | undefined;
  /** The rate or the schedule that follows. A schedule or a function begins at its own step 0. */
  after: RateInput;
}

export interface PiecewiseOptions {
  /** Steps at which the next rate begins, in rising order. */
  boundaries: readonly number[];
  /** One rate more than there are boundaries, each at least 0. */
  rates: readonly number[];
}

export interface ReduceOnPlateauOptions extends Open<Monitor> {
  /** The rate until the first reduction, at least 0. */
  learningRate: number;
  /** Factor of each reduction, from 0 to below 1. Default 0.1. */
  factor?: number | undefined;
  /** Epochs without a better value that are tolerated; one more reduces the rate. Default 10. */
  patience?: number | undefined;
  /** Epochs after a reduction that are not counted. Default 0. */
  cooldown?: number | undefined;
  /** The lowest rate, at least 0. Default 0. */
  least?: number | undefined;
}

/** A schedule as plain data, complete: its type and all its options. */
type Spec<N extends string, Options> = { type: N } & Required<Options>;

/**
 * A learning rate, or another option of training, that depends on the number of updates made, as plain data. Steps count
 * updates, not epochs.
 */
export type ScheduleSpec =
  | Spec<"stepDecay", StepDecayOptions>
  | Spec<"exponentialDecay", ExponentialDecayOptions>
  | Spec<"polynomialDecay", PolynomialDecayOptions>
  | Spec<"cosineDecay", CosineDecayOptions>
  | Spec<"cosineLog", CosineLogOptions>
  | Spec<"flatCosine", FlatCosineOptions>
  | Spec<"oneCycle", OneCycleOptions>
  | (Spec<"warmup", Omit<WarmupOptions, "after">> & { after: number | ScheduleSpec })
  | Spec<"piecewise", Record<"boundaries" | "rates", number[]>>
  | Spec<"reduceOnPlateau", ReduceOnPlateauOptions>
  | Spec<"custom", { rate: (step: number) => number }>;

/** A rate, or another option that may follow a schedule, as it is given: a number, a schedule or a function of the step. */
export type RateInput = number | ScheduleSpec | ((step: number) => number);

/** The schedule that depends on what was measured. */
export type PlateauSpec = Extract<ScheduleSpec, { type: "reduceOnPlateau" }>;
