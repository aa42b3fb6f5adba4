import { SpecError } from "../errors.js";
import { isPlain, show } from "../model/check.js";
import { withNewNames } from "../model/old-names.js";
import type { ScheduleSpec } from "../model/schedule-options.js";
import { checkSpec, type NetworkSpec, type SpecOptions } from "../model/spec.js";

/** True for a schedule that is a function, at once or after a warm-up. */
function isFunction(rate: number | ScheduleSpec): boolean {
  if (typeof rate === "number") return false;
  return rate.type === "custom" || (rate.type === "warmup" && isFunction(rate.after));
}

/**
 * Writes a spec as JSON. A loss in code is written as its name alone.
 * @throws SpecError for a schedule in code, which is not data.
 */
export function specToText(spec: NetworkSpec): string {
  const { loss } = spec;
  const data = loss.type === "custom" ? { ...spec, loss: { type: loss.type, name: loss.name } } : spec;
  return JSON.stringify(data, (_, value) => {
    if (typeof value !== "function") return value;
    const [name, remedy] = isFunction(spec.optimizer.learningRate)
      ? ["learningRate", "set network.learningRate to"]
      : ["A schedule", "use"];
    throw new SpecError(
      `${name} is ${show(value)}, which cannot be saved: ${remedy} a number or a schedule such as piecewise first.`,
    );
  });
}

/** The functions of a loss in code, until the caller gives them. */
const ABSENT = { value: () => Number.NaN, gradient: () => {} };

/** The loss of a file. @param isReplaced true if the caller gives another one. @throws SpecError for code that is not given. */
function lossFromData(loss: unknown, isReplaced: boolean): unknown {
  if (!isPlain(loss) || loss.type !== "custom") return loss;
  if (isReplaced) return { ...loss, ...ABSENT };
  throw new SpecError(
    `the loss ${show(loss.name)} is code, which no file holds: give it again, as in Network.load(bytes, { loss }).`,
  );
}

/**
 * Checks a spec that was parsed from JSON. Options that are newer than it get their defaults.
 * @param replacesLoss true if the caller puts another loss in the place of that of the spec. Default false.
 * @throws SpecError
 */
export function specFromData(data: Readonly<Record<string, unknown>>, replacesLoss = false): NetworkSpec {
  const { loss, ...rest } = withNewNames(data);
  return checkSpec({ ...rest, loss: lossFromData(loss, replacesLoss) } as unknown as SpecOptions);
}
