import { checkScheduled, rateAt } from "./rates.js";
import type { ScheduleSpec } from "./schedule-options.js";
import type { NetworkSpec } from "./spec.js";

/** An option that follows a schedule, besides the learning rate. */
export interface ScheduledOption {
  /** Index of its layer; undefined for an option of the optimizer. */
  layer: number | undefined;
  /** Its name in messages. */
  name: string;
  schedule: ScheduleSpec;
  /** Its values are below this. */
  end: number;
}

/** The options of a network that follow a schedule: the weight decay, and the rates of dropout layers. */
export function scheduledOptions({ optimizer, layers }: NetworkSpec): ScheduledOption[] {
  const options: ScheduledOption[] = [];
  if ("weightDecay" in optimizer && typeof optimizer.weightDecay !== "number") {
    options.push({ layer: undefined, name: "weightDecay", schedule: optimizer.weightDecay, end: Infinity });
  }
  layers.forEach((layer, i) => {
    if (layer.type !== "dropout" || typeof layer.rate === "number") return;
    options.push({ layer: i, name: `rate of layer ${i + 1}`, schedule: layer.rate, end: 1 });
  });
  return options;
}

/** The value of an option in the update after t updates. @throws SpecError for one out of range. */
export function scheduledValue({ name, schedule, end }: ScheduledOption, t: number): number {
  return checkScheduled(rateAt(schedule, t, name), t, end, `The ${name} at step ${t}`);
}
