import {
  type CheckedParameters,
  checkParameters,
  type ParameterArrays,
  type ParameterValues,
} from "../engine/parameters.js";
import { SpecError } from "../errors.js";
import { checkKeys, show } from "../model/check.js";
import { type NetworkSpec, SPEC_KEYS } from "../model/spec.js";
import { faultOf } from "./json-text.js";
import { specFromData, specToText } from "./spec-text.js";
import { excerpt, isRecord } from "./untrusted.js";

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

/** Parses the text that JSON.stringify made of toJSON. @throws SpecError */
function parse(text: string): unknown {
  const fault = faultOf(text);
  if (fault) throw new SpecError(`The text ${fault}: give fromJSON the result of toJSON.`);
  try {
    return JSON.parse(text);
  } catch {
    throw new SpecError(
      `The text ${show(text.slice(0, 40))} is not JSON: give fromJSON the result of toJSON, or its text by JSON.stringify.`,
    );
  }
}

/** @throws SpecError unless the value is an object. */
function checkRecord(value: unknown, what: string): Record<string, unknown> {
  if (isRecord(value) && !ArrayBuffer.isView(value)) return value;
  const remedy = ArrayBuffer.isView(value)
    ? "use Network.load for the bytes of a file"
    : "give fromJSON the result of toJSON";
  throw new SpecError(`${what} is ${show(value)}: ${remedy}.`);
}

/**
 * Reads the data of toJSON, or its text.
 * @param replacesLoss true if the caller puts another loss in the place of that of the data. Default false.
 * @throws SpecError, ShapeError, DataError
 */
export function fromJSON(
  json: unknown,
  replacesLoss = false,
): { spec: NetworkSpec; params: CheckedParameters } {
  const data = checkRecord(typeof json === "string" ? parse(json) : json, "The JSON");
  checkKeys(data, ["format", "version", ...SPEC_KEYS, "params"], "fromJSON");
  const { format, version, params, ...rest } = data;
  if (format !== "densely" || !READABLE.includes(version)) {
    throw new SpecError(
      `format ${excerpt(format)} version ${excerpt(version)} cannot be read: give the result of toJSON of this version of densely ("densely", ${VERSION}) or an older one.`,
    );
  }
  const spec = specFromData(rest, replacesLoss);
  const given = checkRecord(params, "params") as ParameterValues;
  return { spec, params: checkParameters(spec, given, "fromJSON", true) };
}
