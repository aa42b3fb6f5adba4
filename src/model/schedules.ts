/**
 * Learning rates that depend on the number of updates made. A schedule is one entry in SCHEDULES (the rules of its options
 * and its rate at step t) and the public function that makes it. Its options are declared in schedule-options.ts.
 *
 * All named exports are public. The default export is the table. The rest of the library imports from rates.ts.
 */

import { SpecError } from "../errors.js";
import { flag, list, number, positive, whole } from "./check.js";
import { exported } from "./exported.js";
import { monitorRules } from "./monitor.js";
import { CUSTOM, checkRate, completeSchedule, rateAt, type ScheduleTable } from "./rates.js";
import { anneal, log2, power, roundAt, wave } from "./real.js";
import type {
  CosineDecayOptions,
  CosineLogOptions,
  ExponentialDecayOptions,
  FlatCosineOptions,
  OneCycleOptions,
  PiecewiseOptions,
  PolynomialDecayOptions,
  ReduceOnPlateauOptions,
  ScheduleSpec,
  StepDecayOptions,
  WarmupOptions,
} from "./schedule-options.js";

export type * from "./schedule-options.js";

const rate = number();

/** Far more warm-ups in one another than make sense. Data could nest any number. */
const MOST_NESTED = 100;

/** Checks the rate that follows a warm-up. @throws SpecError also for warm-ups nested too deep. */
function checkAfter(given: unknown, what: string): number | ScheduleSpec {
  let depth = 0;
  for (let at = given; typeof at === "object" && at !== null; at = (at as { after?: unknown }).after) {
    if (++depth > MOST_NESTED) {
      throw new SpecError(`${what} has more than ${MOST_NESTED} schedules in one another: give fewer.`);
    }
  }
  return checkRate(given, what);
}

const SCHEDULES: ScheduleTable = {
  stepDecay: {
    options: { learningRate: rate, every: whole(), factor: number(0.1) },
    rateAt: ({ learningRate, every, factor }, t) => learningRate * power(factor, Math.floor(t / every)),
  },
  exponentialDecay: {
    options: { learningRate: rate, steps: whole(), factor: positive(0.96) },
    rateAt: ({ learningRate, steps, factor }, t) => learningRate * power(factor, t / steps),
  },
  polynomialDecay: {
    options: { learningRate: rate, steps: whole(), end: number(0), power: positive(1) },
    rateAt: ({ learningRate, steps, end, power: exponent }, t) =>
      end + (learningRate - end) * power(1 - Math.min(t / steps, 1), exponent),
  },
  cosineDecay: {
    options: {
      learningRate: rate,
      steps: whole(),
      end: number(0),
      restarts: flag(false),
      growth: number(1, 1),
      decay: number(1),
    },
    rateAt: ({ learningRate, steps, end, restarts, growth, decay }, t) => {
      const { round, share } = restarts
        ? roundAt(t, steps, growth)
        : { round: 0, share: Math.min(t / steps, 1) };
      return anneal(end + (learningRate - end) * power(decay, round), end, share);
    },
  },
  cosineLog: {
    options: { learningRate: rate, steps: whole(), cycles: whole(4, 1, 30) },
    rateAt: ({ learningRate, steps, cycles }, t) =>
      wave(learningRate, log2(1 + (2 ** cycles - 1) * Math.min(t / steps, 1))),
  },
  flatCosine: {
    options: { learningRate: rate, steps: whole(), end: number(0), flat: number(0.5, 0, 1) },
    rateAt: ({ learningRate, steps, end, flat }, t) =>
      anneal(learningRate, end, Math.max(0, Math.min(t / steps, 1) - flat) / (1 - flat)),
  },
  oneCycle: {
    options: {
      learningRate: rate,
      steps: whole(),
      rise: number(0.3, 0, 1),
      startDivisor: positive(25),
      endDivisor: positive(1e4),
    },
    rateAt: ({ learningRate, steps, rise, startDivisor, endDivisor }, t) => {
      const start = learningRate / startDivisor;
      const top = rise * steps - 1;
      if (t < top) return anneal(start, learningRate, t / top);
      return anneal(learningRate, start / endDivisor, Math.min((t - top) / (steps - 1 - top), 1));
    },
  },
  warmup: {
    options: { steps: whole(), from: number(0), after: { check: checkAfter } },
    rateAt: ({ steps, from, after }, t, what) =>
      t < steps ? from + ((rateAt(after, 0, what) - from) * t) / steps : rateAt(after, t - steps, what),
  },
  piecewise: {
    options: { boundaries: list(rate), rates: list(rate) },
    check({ boundaries, rates }) {
      if (rates.length !== boundaries.length + 1) {
        const found = `${boundaries.length} boundaries and ${rates.length} rates`;
        throw new SpecError(`piecewise has ${found}: give one rate more than boundaries.`);
      }
      const late = boundaries.findIndex((boundary, i) => boundary <= boundaries[i - 1]);
      if (late < 0) return;
      const found = `${boundaries[late]} after ${boundaries[late - 1]}`;
      throw new SpecError(`boundaries of piecewise has ${found}: give steps in rising order.`);
    },
    rateAt: ({ boundaries, rates }, t) => rates[boundaries.filter((boundary) => t >= boundary).length],
  },
  reduceOnPlateau: {
    options: {
      learningRate: rate,
      ...monitorRules({ monitor: "loss", minDelta: 1e-4 }),
      factor: number(0.1, 0, 1),
      patience: whole(10, 0),
      cooldown: whole(0, 0),
      least: number(0),
    },
    // The rate without its reductions, which depend on measured values.
    rateAt: ({ learningRate }) => learningRate,
  },
  custom: CUSTOM,
};

export default SCHEDULES;

function make<N extends ScheduleSpec["type"]>(type: N, options: object): Extract<ScheduleSpec, { type: N }> {
  return completeSchedule<Extract<ScheduleSpec, { type: N }>>(SCHEDULES[type], type, options);
}

/**
 * Multiplies the rate by `factor` every `every` steps, as torch's StepLR: learningRate · factor^⌊t / every⌋.
 * @throws SpecError for a missing or unknown option or a value out of range, as do all schedules.
 */
export const stepDecay = /* @__PURE__ */ exported(
  "stepDecay(options)",
  (options: StepDecayOptions): ScheduleSpec => make("stepDecay", options),
);

/** Exponential decay, as Keras' ExponentialDecay: learningRate · factor^(t / steps). */
export const exponentialDecay = /* @__PURE__ */ exported(
  "exponentialDecay(options)",
  (options: ExponentialDecayOptions): ScheduleSpec => make("exponentialDecay", options),
);

/**
 * From learningRate to `end` in `steps` steps, as Keras' PolynomialDecay:
 * end + (learningRate - end) · (1 - t / steps)^power.
 */
export const polynomialDecay = /* @__PURE__ */ exported(
  "polynomialDecay(options)",
  (options: PolynomialDecayOptions): ScheduleSpec => make("polynomialDecay", options),
);

/**
 * From learningRate to `end` along half a cosine (Loshchilov and Hutter, "SGDR", 2016):
 * end + (learningRate - end) · (1 + cos(π·t / steps)) / 2. With restarts, round r begins at
 * end + (learningRate - end) · decay^r and takes steps · growth^r steps.
 */
export const cosineDecay = /* @__PURE__ */ exported(
  "cosineDecay(options)",
  (options: CosineDecayOptions): ScheduleSpec => make("cosineDecay", options),
);

/**
 * Waves of half cosines, each twice as long as the one before it, as RealMLP's coslog4 (Holzmüller et al., 2024):
 * learningRate · ½·(1 - cos(2π·log₂(1 + (2^cycles - 1)·t / steps))).
 */
export const cosineLog = /* @__PURE__ */ exported(
  "cosineLog(options)",
  (options: CosineLogOptions): ScheduleSpec => make("cosineLog", options),
);

/**
 * learningRate for the share `flat` of the steps, then along half a cosine to `end`, as RealMLP's flat_cos (Holzmüller et
 * al., 2024).
 */
export const flatCosine = /* @__PURE__ */ exported(
  "flatCosine(options)",
  (options: FlatCosineOptions): ScheduleSpec => make("flatCosine", options),
);

/**
 * The 1cycle policy (Smith and Topin, "Super-Convergence", 2017), as torch's OneCycleLR: up from
 * learningRate / startDivisor to learningRate, then down to learningRate / startDivisor / endDivisor, both along half a
 * cosine.
 */
export const oneCycle = /* @__PURE__ */ exported(
  "oneCycle(options)",
  (options: OneCycleOptions): ScheduleSpec => make("oneCycle", options),
);

/** A straight line from `from` to the first rate of `after` in `steps` steps, then `after`. */
export const warmup = /* @__PURE__ */ exported(
  "warmup(options)",
  (options: WarmupOptions): ScheduleSpec => make("warmup", options),
);

/** rates[0] before step boundaries[0], then rates[1] before step boundaries[1], and so on. */
export const piecewise = /* @__PURE__ */ exported(
  "piecewise(options)",
  (options: PiecewiseOptions): ScheduleSpec => make("piecewise", options),
);

/**
 * Multiplies the rate by `factor` when `monitor`, measured after every epoch, has not improved by more than `minDelta`
 * for more than `patience` epochs, as torch's ReduceLROnPlateau with threshold_mode "abs".
 */
export const reduceOnPlateau = /* @__PURE__ */ exported(
  "reduceOnPlateau(options)",
  (options: ReduceOnPlateauOptions): ScheduleSpec => make("reduceOnPlateau", options),
);
