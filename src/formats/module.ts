import { checkKeys, checkName } from "../model/check.js";
import { exported } from "../model/exported.js";
import { writeC } from "./module/c.js";
import { writeJavaScript } from "./module/javascript.js";
import { type PlacedSteps, placeSteps } from "./module/steps.js";
import type { Trained } from "./stages.js";

/** Writers by format. */
const WRITERS = {
  js: (network: PlacedSteps) => writeJavaScript(network, false),
  ts: (network: PlacedSteps) => writeJavaScript(network, true),
  c: writeC,
};

type ModuleFormat = keyof typeof WRITERS;

/** Options of toModule. */
export interface ModuleOptions {
  /** JavaScript ("js"), TypeScript ("ts") or C99 ("c"). Default "js". */
  format?: ModuleFormat | undefined;
}

/**
 * Writes the predictions of a network as source text without dependencies: an ES module with `predict(inputs)`, which
 * returns the outputs of all rows, or C with `predict(inputs, outputs)` for one row.
 *
 * The program adds up in the order of the core and rounds to float32 where the core does, but computes activations and
 * normalizations in double precision: it agrees with network.predict within 2e-6 of max(1, |output|), except where a
 * layerNorm divides by a small deviation, which magnifies rounding in both. Its length is linear in the number of
 * parameters, about 5.4 characters each in a large module.
 * @throws SpecError for an unknown format or option and for anything but a network; StateError for a network that was
 * disposed of.
 */
export const toModule = /* @__PURE__ */ exported(
  "toModule(network, options)",
  (network: Trained, options: ModuleOptions = {}): string => {
    const given = checkKeys<ModuleOptions>(options, ["format"], "toModule");
    const format = checkName(given.format ?? "js", Object.keys(WRITERS) as ModuleFormat[], "format");
    return WRITERS[format](placeSteps(network));
  },
);
