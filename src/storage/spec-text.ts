import { SpecError } from "../errors.js";
import { show } from "../model/check.js";
import { withNewNames } from "../model/old-names.js";
import { checkSpec, type NetworkSpec, type SpecOptions } from "../model/spec.js";

/** Writes a spec as JSON. @throws SpecError for a learning rate that is a function, which is not data. */
export function specToText(spec: NetworkSpec): string {
  return JSON.stringify(spec, (_, value) => {
    if (typeof value !== "function") return value;
    throw new SpecError(
      `learningRate is ${show(value)}, which cannot be saved: set network.learningRate to a number or a schedule such as piecewise first.`,
    );
  });
}

/** Checks a spec that was parsed from JSON. Options that are newer than it get their defaults. @throws SpecError */
export function specFromData(data: Readonly<Record<string, unknown>>): NetworkSpec {
  return checkSpec(withNewNames(data) as unknown as SpecOptions);
}
