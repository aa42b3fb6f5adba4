import { SpecError } from "../errors.js";
import { checkKeys, show } from "../spec/check.js";
import { checkSpec, type NetworkSpec, SPEC_KEYS, type SpecOptions } from "../spec/spec.js";
import type { ParameterArrays, ParameterValues } from "./parameters.js";

/** The version of what toJSON writes. */
const VERSION = 1;

/** A network as JSON data: what it is and its parameters, W as [units][inputs], row by row. */
export interface NetworkJSON extends NetworkSpec {
  format: "densely";
  version: number;
  params: Record<string, number[]>;
}

/** The shortest decimal that reads back as the same float32, instead of its 17 digits as a double. */
function shorten(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number(value.toPrecision(9));
}

export function toJSON(spec: NetworkSpec, parameters: ParameterArrays): NetworkJSON {
  const params = Object.fromEntries(
    Object.entries(parameters).map(([name, values]) => [name, Array.from(values, shorten)]),
  );
  return { format: "densely", version: VERSION, ...structuredClone(spec), params };
}

/** @throws SpecError for anything that toJSON did not write. */
export function fromJSON(json: unknown): { spec: NetworkSpec; params: ParameterValues } {
  const data: unknown = typeof json === "string" ? JSON.parse(json) : json;
  checkKeys(data, ["format", "version", ...SPEC_KEYS, "params"], "fromJSON");
  const { format, version, params, ...spec } = data as NetworkJSON;
  if (format !== "densely" || version !== VERSION) {
    throw new SpecError(
      `format ${show(format)} version ${show(version)} cannot be read: give what toJSON of this version of densely wrote ("densely", ${VERSION}).`,
    );
  }
  return { spec: checkSpec(spec as SpecOptions), params };
}
