import { FormatError, SpecError } from "../errors.js";
import type { LayerInput, LayerSpec } from "../model/layers.js";
import { checkSpec } from "../model/spec.js";

/** What a file of another tool makes of a network: a part of its spec, and its parameters. */
export interface Parts {
  inputs: number;
  layers: LayerSpec[];
  params: Record<string, Float32Array>;
}

/** Layers that make a network, complete. @throws FormatError for those that do not */
export function checkLayers(inputs: number, layers: LayerInput[]): LayerSpec[] {
  try {
    return checkSpec({ inputs, layers }).layers;
  } catch (error) {
    if (!(error instanceof SpecError)) throw error;
    throw new FormatError(`The model is no network of densely: ${error.message}`);
  }
}
