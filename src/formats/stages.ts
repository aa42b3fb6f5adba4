import type { Field, Step } from "../formulas/steps.js";
import { kindOf, type LayerSpec } from "../model/layers.js";
import { widthsOf } from "../model/spec.js";
import { tensorsOf } from "../model/tensors.js";
import { checkNetwork, type NetworkLike } from "../network/check-network.js";

/** The part of a Network that the formats read. */
export type Trained = NetworkLike;

/** A parameter or a running statistic; a weight matrix is [units][inputs], row by row. */
export interface Tensor {
  shape: readonly number[];
  values: Float32Array;
}

/** A layer with what it does in predictions and with its tensors by PyTorch's names, in the order of getParams. */
export interface Stage {
  layer: LayerSpec;
  steps: readonly Step[];
  inputs: number;
  outputs: number;
  tensors: Partial<Record<Field, Tensor>>;
}

/**
 * Takes a network apart, layer by layer.
 * @param call name of the public function, for messages.
 * @throws SpecError for anything but a network, StateError for one that was disposed of.
 */
export function stagesOf(network: Trained, call: string): Stage[] {
  const { spec } = checkNetwork(network, call);
  const widths = widthsOf(spec);
  const values = network.getParams();
  const stages = spec.layers.map(
    (layer, i): Stage => ({
      layer,
      steps: kindOf(layer).stepsOf(layer),
      inputs: widths[i],
      outputs: widths[i + 1],
      tensors: {},
    }),
  );
  for (const { name, layer, field, shape } of tensorsOf(spec)) {
    stages[layer].tensors[field] = { shape, values: values[name] };
  }
  return stages;
}
