import { SpecError } from "../errors.js";
import LAYERS, { type LayerSpec } from "../program/layers/index.js";
import type { LayerKind } from "../program/layers/layer.js";
import { checkName, show } from "./check.js";

export type { LayerInput, LayerSpec } from "../program/layers/index.js";

const TYPES = Object.keys(LAYERS) as LayerSpec["type"][];

/** The entry of a layer in the table of kinds. */
export function kindOf({ type }: LayerSpec): LayerKind<LayerSpec> {
  return LAYERS[type];
}

/**
 * Checks one entry of `layers`: a layer made by a function, or the same as plain data without its defaults.
 * @param index its index, from 0.
 * @throws SpecError for anything that is not a layer, an unknown option or a value out of range.
 */
export function checkLayer(layer: unknown, index: number): LayerSpec {
  const what = `layer ${index + 1}`;
  if (typeof layer !== "object" || layer === null) {
    throw new SpecError(
      `Entry ${index} of layers is ${show(layer)}: give a layer such as dense(16, "relu").`,
    );
  }
  const { type = "dense", ...options } = layer as { type?: unknown };
  return LAYERS[checkName(type, TYPES, `type of ${what}`)].check(options, what);
}
