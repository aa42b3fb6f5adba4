import { checkKeys, checkName } from "../model/check.js";
import { writeC } from "./module/c.js";
import { writeJavaScript } from "./module/javascript.js";
import { placeSteps } from "./module/steps.js";
import type { Trained } from "./trained.js";

const FORMATS = ["js", "ts", "c"] as const;

export interface ModuleOptions {
  /** Default "js". */
  format?: (typeof FORMATS)[number];
}

/**
 * The trained network as source text that needs nothing else: an ES module with predict(inputs) in JavaScript or
 * TypeScript, or C99 with predict(inputs, outputs) for one row. The same sums as the strict build in the same order; the
 * length is linear in the number of parameters.
 * @throws SpecError for an unknown format.
 */
export function toModule(network: Trained, options: ModuleOptions = {}): string {
  checkKeys(options, ["format"], "toModule");
  const format = checkName(options.format ?? "js", FORMATS, "format");
  const steps = placeSteps(network);
  return format === "c" ? writeC(steps) : writeJavaScript(steps, format === "ts");
}
