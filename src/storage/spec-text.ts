import { SpecError } from "../errors.js";
import { show } from "../model/check.js";
import { withNewNames } from "../model/old-names.js";
import type { ScheduleSpec } from "../model/schedule-options.js";
import { checkSpec, type NetworkSpec, type SpecOptions } from "../model/spec.js";

/** True for a schedule that is a function, at once or after a warm-up. */
function isFunction(rate: number | ScheduleSpec): boolean {
  if (typeof rate === "number") return false;
  return rate.type === "custom" || (rate.type === "warmup" && isFunction(rate.after));
}

/** Writes a spec as JSON. @throws SpecError for a schedule or a loss in code, which is not data. */
export function specToText(spec: NetworkSpec): string {
  return JSON.stringify(spec, (_, value) => {
    if (typeof value !== "function") return value;
    if (spec.loss.type === "custom") {
      throw new SpecError(
        `The loss ${show(spec.loss.name)} is code, which cannot be saved: call network.compile({ loss }) with the name of a loss first, which keeps all the rest.`,
      );
    }
    const [name, remedy] = isFunction(spec.optimizer.learningRate)
      ? ["learningRate", "set network.learningRate to"]
      : ["A schedule", "use"];
    throw new SpecError(
      `${name} is ${show(value)}, which cannot be saved: ${remedy} a number or a schedule such as piecewise first.`,
    );
  });
}

/** Checks a spec that was parsed from JSON. Options that are newer than it get their defaults. @throws SpecError */
export function specFromData(data: Readonly<Record<string, unknown>>): NetworkSpec {
  return checkSpec(withNewNames(data) as unknown as SpecOptions);
}
