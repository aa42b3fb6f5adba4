import { SpecError } from "../errors.js";
import BASIC_LAYERS from "../program/layers/basic.js";
import type { LayerSpec, LayerTable } from "../program/layers/index.js";
import type { LayerKind } from "../program/layers/layer.js";
import { isPlain, show } from "./check.js";
import { KindTable } from "./kinds.js";

export type { LayerInput, LayerSpec } from "../program/layers/index.js";

/** The layers that a network can have. */
export const layerKinds = new KindTable<LayerTable>(BASIC_LAYERS);

/** The entry of a layer in the table of kinds. */
export function kindOf({ type }: LayerSpec): LayerKind<LayerSpec> {
  return layerKinds.of(type);
}

/**
 * Checks one entry of `layers`: a layer made by a function, or the same as plain data without its defaults.
 * @param index its index, from 0.
 * @throws SpecError for anything that is not a layer, an unknown option or a value out of range.
 */
export function checkLayer(layer: unknown, index: number): LayerSpec {
  const what = `layer ${index + 1}`;
  if (!isPlain(layer)) {
    const example =
      typeof layer === "number" ? `dense(${layer}, "relu")` : 'dense(16, "relu") or activation("relu")';
    throw new SpecError(`Entry ${index} of layers is ${show(layer)}: give a layer such as ${example}.`);
  }
  const { type = "dense", ...options } = layer;
  return layerKinds.of(layerKinds.checkName(type, `type of ${what}`)).check(options, what);
}
