import { SpecError } from "../errors.js";
import { show } from "../model/check.js";
import type { LayerSpec } from "../model/layers.js";
import { type NetworkSpec, widthsOf } from "../model/spec.js";
import { type TensorSpec, tensorsOf } from "../model/tensors.js";

/** As much of a Network as the formats read. */
export interface Trained {
  readonly spec: NetworkSpec;
  getParams(): Record<string, Float32Array>;
}

/** A layer with its parameters under PyTorch's names: weight, bias, running_mean, running_var. */
export interface Stage {
  layer: LayerSpec;
  inputs: number;
  outputs: number;
  params: Partial<Record<TensorSpec["field"], Float32Array>>;
}

/** A network layer by layer. @param call what messages name. @throws SpecError unless it is a network. */
export function stagesOf(network: Trained, call: string): Stage[] {
  const spec = network?.spec;
  if (!spec) throw new SpecError(`${call} was given ${show(network)}: give it a Network.`);
  const widths = widthsOf(spec);
  const values = network.getParams();
  const stages = spec.layers.map(
    (layer, i): Stage => ({ layer, inputs: widths[i], outputs: widths[i + 1], params: {} }),
  );
  for (const { name, layer, field } of tensorsOf(spec)) stages[layer].params[field] = values[name];
  return stages;
}
