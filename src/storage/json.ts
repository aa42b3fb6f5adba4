import type { ParameterArrays, ParameterValues } from "../engine/parameters.js";
import { SpecError } from "../errors.js";
import { checkKeys, show } from "../model/check.js";
import { withNewNames } from "../model/old-names.js";
import { checkSpec, type NetworkSpec, SPEC_KEYS, type SpecOptions } from "../model/spec.js";
import { textOf } from "./network-file.js";

/** The version of what toJSON writes. Version 1 knew fewer options, for which the defaults stand. */
const VERSION = 2;
const READABLE: readonly unknown[] = [1, VERSION];

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

/** @throws SpecError for a learning rate that is a function of one's own, which is no data. */
export function toJSON(spec: NetworkSpec, parameters: ParameterArrays): NetworkJSON {
  const params = Object.fromEntries(
    Object.entries(parameters).map(([name, values]) => [name, Array.from(values, shorten)]),
  );
  return { format: "densely", version: VERSION, ...JSON.parse(textOf(spec)), params };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SpecError(`The text ${show(text.slice(0, 40))} is no JSON: give fromJSON what toJSON wrote.`);
  }
}

/** @throws SpecError unless params is an object; whether it is complete and fits is seen when it is set. */
function checkParams(params: unknown): ParameterValues {
  if (typeof params === "object" && params !== null) return params as ParameterValues;
  throw new SpecError(`params is ${show(params)}: give fromJSON what toJSON wrote.`);
}

/** @throws SpecError for anything that toJSON did not write. */
export function fromJSON(json: unknown): { spec: NetworkSpec; params: ParameterValues } {
  const data = typeof json === "string" ? parse(json) : json;
  checkKeys(data, ["format", "version", ...SPEC_KEYS, "params"], "fromJSON");
  const { format, version, params, ...spec } = data as NetworkJSON;
  if (format !== "densely" || !READABLE.includes(version)) {
    throw new SpecError(
      `format ${show(format)} version ${show(version)} cannot be read: give what toJSON of this version of densely wrote ("densely", ${VERSION}).`,
    );
  }
  const checked = checkSpec(withNewNames({ ...spec }) as unknown as SpecOptions);
  return { spec: checked, params: checkParams(params) };
}
