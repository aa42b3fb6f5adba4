import { SpecError } from "../errors.js";
import { callable, checkFloat32, checkNumber, checkOptions, type Rule, type Rules, show } from "./check.js";
import { KindTable } from "./kinds.js";
import type { PlateauSpec, ScheduleSpec } from "./schedule-options.js";

/** One schedule: the rules of its options and its rate. */
export interface ScheduleKind<S> {
  options: Rules<Omit<S, "type">>;
  /** Checks what concerns several options. @throws SpecError */
  check?(spec: S): void;
  /** The rate of the update that follows after t updates. @param what its name in messages. */
  rateAt(spec: S, t: number, what: string): number;
}

/** The entry of every schedule. */
export type ScheduleTable = {
  [N in ScheduleSpec["type"]]: ScheduleKind<Extract<ScheduleSpec, { type: N }>>;
};

/**
 * Checks the value of a schedule after t updates: a number from 0 to below `end`. One that has become too small for float32
 * counts as 0; one that begins so small is a mistake.
 * @throws SpecError
 */
export function checkScheduled(value: unknown, t: number, end: number, what: string): number {
  const number = checkNumber(value, 0, end, what);
  return t > 0 && Math.fround(number) === 0 ? number : checkFloat32(number, 0, end, what);
}

/** A function of the step. */
export const CUSTOM: ScheduleTable["custom"] = {
  options: { rate: callable<(step: number) => number>("a function of the step") },
  rateAt: ({ rate }, t, what) => checkScheduled(rate(t), t, Infinity, `The ${what} of step ${t}`),
};

/** The schedules that a network can have. */
export const scheduleKinds = new KindTable<ScheduleTable>({ custom: CUSTOM });

/** A schedule from the options that a user gave. @throws SpecError for a missing or unknown option or a value out of range. */
export function completeSchedule<S>(kind: ScheduleKind<S>, type: string, options: object): S {
  const spec = { type, ...checkOptions<object>(kind.options, options, type) } as S;
  kind.check?.(spec);
  return spec;
}

/**
 * Checks a schedule and fills in its defaults.
 * @param given what a function such as cosineDecay returns, the same as plain data, or a function of the step.
 * @throws SpecError
 */
function checkSchedule(given: unknown, what: string): ScheduleSpec {
  const named = typeof given === "function" ? { type: "custom", rate: given } : given;
  if (typeof given === "string" && !scheduleKinds.has(given)) {
    throw new SpecError(`${what} is ${show(given)}: give a number, not text.`);
  }
  const example = "a number, a schedule such as cosineDecay(...) or a function of the step";
  const { name, options } = scheduleKinds.check(named, what, example);
  return completeSchedule(scheduleKinds.of(name) as ScheduleKind<ScheduleSpec>, name, options);
}

/** Checks a learning rate, which is a number of at least 0 or a schedule. @throws SpecError */
export function checkRate(given: unknown, what: string): number | ScheduleSpec {
  return typeof given === "number" ? checkFloat32(given, 0, Infinity, what) : checkSchedule(given, what);
}

/** An option that may follow a schedule. */
export type Scheduled = number | ScheduleSpec;

/** The options of schedules that are rates. */
interface GivenRates {
  learningRate?: number;
  from?: number;
  end?: number;
  rates?: readonly number[];
  after?: number | ScheduleSpec;
}

/** The rates among the options of a schedule. */
function givenRates(schedule: number | ScheduleSpec): number[] {
  if (typeof schedule === "number") return [schedule];
  const { learningRate = 0, from = 0, end = 0, rates = [], after = 0 } = schedule as GivenRates;
  return [learningRate, from, end, ...rates, ...givenRates(after)];
}

/** A number from 0 to below `end`, or a schedule of it: any except reduceOnPlateau, which reduces learning rates. */
export function scheduled(fallback: number, end = Infinity): Rule<Scheduled> {
  return {
    fallback,
    check: (given, what) => {
      if (typeof given === "number") return checkFloat32(given, 0, end, what);
      const schedule = checkSchedule(given, what);
      for (const value of givenRates(schedule)) checkNumber(value, 0, end, `${what}, in ${schedule.type},`);
      if (!plateauOf(schedule)) return schedule;
      throw new SpecError(
        `${what} is a reduceOnPlateau, which is for learning rates: give another schedule.`,
      );
    },
  };
}

/** The value of a rate in the update that follows after t updates. @param what its name in messages. */
export function rateAt(rate: number | ScheduleSpec, t: number, what = "learning rate"): number {
  if (typeof rate === "number") return rate;
  return (scheduleKinds.of(rate.type) as ScheduleKind<ScheduleSpec>).rateAt(rate, t, what);
}

/** The reduceOnPlateau that a learning rate is, or that follows its warm-up; undefined if there is none. */
export function plateauOf(rate: number | ScheduleSpec): PlateauSpec | undefined {
  if (typeof rate === "number") return undefined;
  if (rate.type === "warmup") return plateauOf(rate.after);
  return rate.type === "reduceOnPlateau" ? rate : undefined;
}
