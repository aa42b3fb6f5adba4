import { FormatError, SpecError } from "../errors.js";
import { checkKeys } from "../model/check.js";
import type { LayerInput, LayerSpec } from "../model/layers.js";
import { checkSpec } from "../model/spec.js";
import { type Network, networkOf } from "../network/network.js";
import { checkNetworkOptions, type NetworkOptions } from "../network/options.js";

/** The parts of a network that a file of another tool holds. */
export interface NetworkParts {
  inputs: number;
  layers: LayerSpec[];
  /** Parameters and statistics by the names of getParams. */
  params: Record<string, Float32Array>;
}

/** Options that the files of other tools do not hold: how to train further, and the build that computes. */
export type TrainingOptions = Omit<NetworkOptions, "inputs" | "layers">;

export const TRAINING_OPTIONS: readonly (keyof TrainingOptions)[] = [
  "loss",
  "optimizer",
  "seed",
  "inputScale",
  "math",
];

/** Checks the layers of a file as those of one network. @throws FormatError if they do not make one. */
export function checkLayers(inputs: number, layers: LayerInput[]): LayerSpec[] {
  try {
    return checkSpec({ inputs, layers }).layers;
  } catch (error) {
    if (!(error instanceof SpecError)) throw error;
    throw new FormatError(`The layers of the file make no network of densely: ${error.message}`);
  }
}

/**
 * Makes a network of the parts that were read.
 * @param call name of the public function, for messages.
 * @throws SpecError for an unknown option or a value out of range.
 */
export function assemble(
  { inputs, layers, params }: NetworkParts,
  options: TrainingOptions,
  call: string,
): Network {
  checkKeys(options, TRAINING_OPTIONS, call);
  return networkOf(checkNetworkOptions({ ...options, inputs, layers }), params);
}
