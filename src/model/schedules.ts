import { SpecError } from "../errors.js";
import {
  checkKind,
  checkNumber,
  flag,
  number,
  oneOf,
  positive,
  type Rule,
  type Rules,
  show,
  text,
  whole,
} from "./check.js";
import { cosine, power } from "./real.js";

/** A learning rate that depends on the number of updates made, as plain data. Steps count updates, not epochs. */
export type ScheduleSpec =
  | { type: "stepDecay"; learningRate: number; every: number; factor: number }
  | { type: "exponentialDecay"; learningRate: number; steps: number; factor: number }
  | { type: "polynomialDecay"; learningRate: number; steps: number; end: number; power: number }
  | {
      type: "cosineDecay";
      learningRate: number;
      steps: number;
      end: number;
      restarts: boolean;
      growth: number;
      decay: number;
    }
  | { type: "oneCycle"; learningRate: number; steps: number; rise: number; start: number; end: number }
  | { type: "warmup"; steps: number; from: number; after: number | ScheduleSpec }
  | { type: "piecewise"; boundaries: number[]; rates: number[] }
  | {
      type: "reduceOnPlateau";
      learningRate: number;
      monitor: string;
      mode: "min" | "max" | "auto";
      factor: number;
      patience: number;
      minDelta: number;
      cooldown: number;
      least: number;
    }
  | { type: "custom"; rate: (step: number) => number };

/** The one that depends on what was measured. */
export type PlateauSpec = Extract<ScheduleSpec, { type: "reduceOnPlateau" }>;

type Kind<N extends ScheduleSpec["type"]> = Omit<Extract<ScheduleSpec, { type: N }>, "type">;
type Given<N extends ScheduleSpec["type"], Needed extends keyof Kind<N>> = Pick<Kind<N>, Needed> &
  Partial<Kind<N>>;

const rate = number();

const numbers: Rule<number[]> = {
  fallback: [],
  check: (value, what) => {
    if (Array.isArray(value))
      return value.map((entry) => checkNumber(entry, 0, Infinity, `an entry of ${what}`));
    throw new SpecError(`${what} is ${show(value)}: give an array of numbers.`);
  },
};

/** Whether less or more is better, or what the name of a measure says. */
export const mode = oneOf<"min" | "max" | "auto">("auto", ["min", "max", "auto"]);

const own: Rule<(step: number) => number> = {
  fallback: undefined as unknown as (step: number) => number,
  check: (value, what) => {
    if (typeof value === "function") return value as (step: number) => number;
    throw new SpecError(`${what} is ${show(value)}: give a function of the step.`);
  },
};

const KINDS: { [N in ScheduleSpec["type"]]: Rules<Kind<N>> } = {
  stepDecay: { learningRate: rate, every: whole(), factor: number(0.1) },
  exponentialDecay: { learningRate: rate, steps: whole(), factor: positive(0.96) },
  polynomialDecay: { learningRate: rate, steps: whole(), end: number(0), power: positive(1) },
  cosineDecay: {
    learningRate: rate,
    steps: whole(),
    end: number(0),
    restarts: flag(false),
    growth: number(1, 1),
    decay: number(1),
  },
  oneCycle: {
    learningRate: rate,
    steps: whole(),
    rise: number(0.3, 0, 1),
    start: positive(25),
    end: positive(1e4),
  },
  warmup: {
    steps: whole(),
    from: number(0),
    after: { fallback: undefined as unknown as number, check: (value, what) => checkRate(value, what) },
  },
  piecewise: { boundaries: numbers, rates: numbers },
  reduceOnPlateau: {
    learningRate: rate,
    monitor: text("loss"),
    mode,
    factor: number(0.1, 0, 1),
    patience: whole(10, 0),
    minDelta: number(1e-4),
    cooldown: whole(0, 0),
    least: number(0),
  },
  custom: { rate: own },
};

/** @throws SpecError unless each boundary is beyond the one before it, and there is a rate for each piece. */
function checkPieces({ boundaries, rates }: Kind<"piecewise">): void {
  if (rates.length !== boundaries.length + 1) {
    throw new SpecError(
      `piecewise has ${boundaries.length} boundaries and ${rates.length} rates: give one rate more than boundaries.`,
    );
  }
  const late = boundaries.findIndex((boundary, i) => boundary <= boundaries[i - 1]);
  if (late < 0) return;
  throw new SpecError(
    `boundaries of piecewise has ${boundaries[late]} after ${boundaries[late - 1]}: give steps that rise.`,
  );
}

/** Checks a schedule: what the functions below return, the same as plain data, or a function of the step. */
export function checkSchedule(given: unknown, what: string): ScheduleSpec {
  if (typeof given === "function") return { type: "custom", rate: given as (step: number) => number };
  const spec = checkKind(
    KINDS,
    given,
    what,
    "a number, a schedule such as cosineDecay(...) or a function of the step",
  );
  const schedule = spec as ScheduleSpec;
  if (schedule.type === "piecewise") checkPieces(schedule);
  return schedule;
}

/** Checks a learning rate: a number or a schedule. */
export function checkRate(given: unknown, what: string): number | ScheduleSpec {
  return typeof given === "number" ? checkNumber(given, 0, Infinity, what) : checkSchedule(given, what);
}

/** learningRate · factor^⌊step / every⌋, as torch's StepLR. @param options factor 0.1. */
export function stepDecay(options: Given<"stepDecay", "learningRate" | "every">): ScheduleSpec {
  return checkSchedule({ type: "stepDecay", ...options }, "stepDecay");
}

/** learningRate · factor^(step / steps), as Keras' ExponentialDecay. @param options factor 0.96. */
export function exponentialDecay(options: Given<"exponentialDecay", "learningRate" | "steps">): ScheduleSpec {
  return checkSchedule({ type: "exponentialDecay", ...options }, "exponentialDecay");
}

/** From learningRate to `end` by (1 - step / steps)^power, as Keras' PolynomialDecay. @param options end 0, power 1. */
export function polynomialDecay(options: Given<"polynomialDecay", "learningRate" | "steps">): ScheduleSpec {
  return checkSchedule({ type: "polynomialDecay", ...options }, "polynomialDecay");
}

/**
 * From learningRate to `end` along half a cosine (Loshchilov and Hutter, 2016). With restarts it begins anew after `steps`
 * steps, each round `growth` times as long and `decay` times as high above `end` as the one before.
 * @param options end 0, restarts false, growth 1, decay 1.
 */
export function cosineDecay(options: Given<"cosineDecay", "learningRate" | "steps">): ScheduleSpec {
  return checkSchedule({ type: "cosineDecay", ...options }, "cosineDecay");
}

/**
 * From learningRate / start up to learningRate in the share `rise` of the steps, then down to learningRate / start / end,
 * both along cosines (Smith, 2017), as torch's OneCycleLR.
 * @param options rise 0.3, start 25, end 10000.
 */
export function oneCycle(options: Given<"oneCycle", "learningRate" | "steps">): ScheduleSpec {
  return checkSchedule({ type: "oneCycle", ...options }, "oneCycle");
}

/** In `steps` steps in a straight line from `from` to what `after` begins with, then `after`. @param options from 0. */
export function warmup(options: Given<"warmup", "steps" | "after">): ScheduleSpec {
  return checkSchedule({ type: "warmup", ...options }, "warmup");
}

/** rates[0] before step boundaries[0], rates[1] before boundaries[1], and so on. */
export function piecewise(options: Given<"piecewise", "boundaries" | "rates">): ScheduleSpec {
  return checkSchedule({ type: "piecewise", ...options }, "piecewise");
}

/**
 * The rate times `factor` whenever `monitor`, measured every epoch, has not become better by `minDelta` for more than
 * `patience` epochs, as torch's ReduceLROnPlateau with an absolute threshold.
 * @param options monitor "loss" (or "valLoss", "accuracy", ...), mode "auto" (by the name), factor 0.1, patience 10,
 * minDelta 1e-4, cooldown 0 (epochs to wait after a reduction), least 0 (where the rate ends).
 */
export function reduceOnPlateau(options: Given<"reduceOnPlateau", "learningRate">): ScheduleSpec {
  return checkSchedule({ type: "reduceOnPlateau", ...options }, "reduceOnPlateau");
}

/** The reduceOnPlateau that a learning rate is, or comes to after a warm-up. */
export function plateauOf(schedule: number | ScheduleSpec): PlateauSpec | undefined {
  if (typeof schedule === "number") return undefined;
  if (schedule.type === "warmup") return plateauOf(schedule.after);
  return schedule.type === "reduceOnPlateau" ? schedule : undefined;
}

/** From `high` to `low` along half a cosine, `t` from 0 to 1. */
const anneal = (high: number, low: number, t: number): number => low + ((high - low) * (1 + cosine(t))) / 2;

/** Where step `t` is in rounds that grow: [round, share of it]. */
function roundOf(t: number, steps: number, growth: number): [number, number] {
  if (growth === 1) return [Math.floor(t / steps), (t % steps) / steps];
  let round = 0;
  let length = steps;
  let left = t;
  for (; left >= length; round++, length *= growth) left -= length;
  return [round, left / length];
}

/** The rate of the update after `t` updates; reduceOnPlateau is constant but for what its reductions make of it. */
export function rateAt(schedule: number | ScheduleSpec, t: number): number {
  if (typeof schedule === "number") return schedule;
  switch (schedule.type) {
    case "stepDecay":
      return schedule.learningRate * power(schedule.factor, Math.floor(t / schedule.every));
    case "exponentialDecay":
      return schedule.learningRate * power(schedule.factor, t / schedule.steps);
    case "polynomialDecay": {
      const left = 1 - Math.min(t / schedule.steps, 1);
      return schedule.end + (schedule.learningRate - schedule.end) * power(left, schedule.power);
    }
    case "cosineDecay": {
      const { learningRate, steps, end, restarts, growth, decay } = schedule;
      const [round, share] = restarts ? roundOf(t, steps, growth) : [0, Math.min(t / steps, 1)];
      return anneal(end + (learningRate - end) * power(decay, round), end, share);
    }
    case "oneCycle": {
      const { learningRate, steps, rise, start, end } = schedule;
      const top = rise * steps - 1;
      if (t < top) return anneal(learningRate / start, learningRate, t / top);
      const fall = Math.min((t - top) / (steps - 1 - top), 1);
      return anneal(learningRate, learningRate / start / end, fall);
    }
    case "warmup": {
      const { steps, from, after } = schedule;
      if (t >= steps) return rateAt(after, t - steps);
      return from + ((rateAt(after, 0) - from) * t) / steps;
    }
    case "piecewise":
      return schedule.rates[schedule.boundaries.filter((boundary) => t >= boundary).length];
    case "reduceOnPlateau":
      return schedule.learningRate;
    case "custom":
      return checkNumber(schedule.rate(t), 0, Infinity, `The learning rate of step ${t}`);
  }
}
