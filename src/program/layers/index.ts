import type { LayerSpec } from "../../model/layers.js";
import { activationProgram } from "./activation.js";
import { denseProgram } from "./dense.js";
import type { LayerProgram } from "./layer.js";
import { dropoutProgram, gaussianNoiseProgram } from "./noise.js";
import { batchNormProgram, layerNormProgram } from "./norms.js";

/** The program of each kind of layer. */
export const LAYERS: Readonly<Record<LayerSpec["type"], LayerProgram>> = {
  dense: denseProgram,
  activation: activationProgram,
  dropout: dropoutProgram,
  gaussianNoise: gaussianNoiseProgram,
  batchNorm: batchNormProgram,
  layerNorm: layerNormProgram,
};
