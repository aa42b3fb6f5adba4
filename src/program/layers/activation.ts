import type { ActivationSpec } from "../../model/layers.js";
import { activate, derive } from "../equations.js";
import type { Matrix } from "../matrix.js";
import type { LayerPlan } from "../plan.js";
import type { LayerProgram } from "./layer.js";

const isIdle = ({ spec }: LayerPlan) => (spec as ActivationSpec).activation === "linear";
const nameOf = ({ spec }: LayerPlan) => (spec as ActivationSpec).activation;

/** An activation by itself: its Z is what the layer reads. */
export const activationProgram: LayerProgram = {
  forward: (layer, _, samples) =>
    isIdle(layer) ? [] : [activate(nameOf(layer), layer.Z, layer.output, samples)],
  backward: (layer, _, samples) => {
    if (layer.isFolded || isIdle(layer)) return [];
    const d = { ...(layer.d as Matrix), name: `d${layer.input.name}` };
    return [derive(nameOf(layer), layer.Z, layer.output, d, samples)];
  },
};
