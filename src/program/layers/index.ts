import type { LayerSpec } from "../../spec/layers.js";
import type { Instruction } from "../instruction.js";
import type { LayerPlan, Plan } from "../plan.js";
import { activationProgram } from "./activation.js";
import { denseProgram } from "./dense.js";
import { dropoutProgram, gaussianNoiseProgram } from "./noise.js";
import { batchNormProgram, layerNormProgram } from "./norms.js";

/** What a kind of layer adds to a program, for so many samples. */
export interface LayerProgram {
  /** The output from the input. */
  forward(layer: LayerPlan, plan: Plan, samples: number): Instruction[];
  /** The gradients of the input and of the parameters from that of the output. */
  backward(layer: LayerPlan, plan: Plan, samples: number): Instruction[];
}

/** The program of each kind of layer. */
export const LAYERS: Readonly<Record<LayerSpec["type"], LayerProgram>> = {
  dense: denseProgram,
  activation: activationProgram,
  dropout: dropoutProgram,
  gaussianNoise: gaussianNoiseProgram,
  batchNorm: batchNormProgram,
  layerNorm: layerNormProgram,
};
