import schedules, { type PlateauSpec, type ScheduleSpec } from "./schedules.js";

export const { SCHEDULES, checkRate, rateAt } = schedules;

/** The reduceOnPlateau that a learning rate is, or that follows its warm-up; undefined if there is none. */
export function plateauOf(rate: number | ScheduleSpec): PlateauSpec | undefined {
  if (typeof rate === "number") return undefined;
  if (rate.type === "warmup") return plateauOf(rate.after);
  return rate.type === "reduceOnPlateau" ? rate : undefined;
}
