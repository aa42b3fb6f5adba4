import type { ParameterArrays, ParameterValues } from "../engine/parameters.js";
import { SpecError } from "../errors.js";
import { checkKeys, show } from "../model/check.js";
import { type NetworkSpec, SPEC_KEYS } from "../model/spec.js";
import { specFromData, specToText } from "./spec-text.js";

/** Version of the data that toJSON returns. Version 1 had fewer options. */
const VERSION = 2;
const READABLE: readonly unknown[] = [1, VERSION];

/** A network as JSON data: its spec and its parameters, W as [units][inputs], row by row. */
export interface NetworkJSON extends NetworkSpec {
  format: "densely";
  version: number;
  params: Record<string, number[]>;
}

/** Rounds a float32 to the shortest decimal that reads back as the same float32; as a double it has up to 17 digits. */
function shorten(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number(value.toPrecision(9));
}

/** Converts a network to JSON data. @throws SpecError for a learning rate that is a function, which is not data. */
export function toJSON(spec: NetworkSpec, parameters: ParameterArrays): NetworkJSON {
  const params = Object.fromEntries(
    Object.entries(parameters).map(([name, values]) => [name, Array.from(values, shorten)]),
  );
  return { format: "densely", version: VERSION, ...JSON.parse(specToText(spec)), params };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SpecError(
      `The text ${show(text.slice(0, 40))} is not JSON: give fromJSON the result of toJSON.`,
    );
  }
}

/** @throws SpecError unless params is an object. setParams checks that it is complete and fits. */
function checkParams(params: unknown): ParameterValues {
  if (typeof params === "object" && params !== null) return params as ParameterValues;
  throw new SpecError(`params is ${show(params)}: give fromJSON the result of toJSON.`);
}

/** Reads the data of toJSON, or its text. @throws SpecError for anything else. */
export function fromJSON(json: unknown): { spec: NetworkSpec; params: ParameterValues } {
  const data = typeof json === "string" ? parse(json) : json;
  checkKeys(data, ["format", "version", ...SPEC_KEYS, "params"], "fromJSON");
  const { format, version, params, ...spec } = data as NetworkJSON;
  if (format !== "densely" || !READABLE.includes(version)) {
    throw new SpecError(
      `format ${show(format)} version ${show(version)} cannot be read: give the result of toJSON of this version of densely ("densely", ${VERSION}) or an older one.`,
    );
  }
  return { spec: specFromData({ ...spec }), params: checkParams(params) };
}
