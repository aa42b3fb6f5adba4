/** densely/formats: networks in the formats of other tools, and as source text. */

import { assemble, type TrainingOptions } from "./formats/assemble.js";
import { readTFJS } from "./formats/keras/read.js";
import { readPyTorch } from "./formats/pytorch.js";
import type { ActivationAlias, ActivationName } from "./model/names.js";
import type { Network } from "./network/network.js";

export type { TrainingOptions } from "./formats/assemble.js";
export type { KerasLayer, TFJSModel, WeightSpec } from "./formats/keras/format.js";
export { toTFJS } from "./formats/keras/write.js";
export { type ModuleOptions, toModule } from "./formats/module.js";
export { toONNX } from "./formats/onnx.js";
export type { Trained } from "./formats/trained.js";

/**
 * The network of a TensorFlow.js layers model: Sequential, of Dense, Dropout, GaussianNoise, BatchNormalization,
 * LayerNormalization, Activation and the layers that are activations, as converters from Keras 2 and 3 and TensorFlow.js
 * itself write it.
 * @param model what is in model.json, or its text.
 * @param weights the bytes of its weights: those of all files that the manifest lists, in that order.
 * @param options what the model does not hold: loss, optimizer, seed, inputScale, math.
 * @throws FormatError naming what cannot be carried, SpecError for options
 */
export function fromTFJS(
  model: object | string,
  weights: Uint8Array | ArrayBuffer | readonly (Uint8Array | ArrayBuffer)[],
  options: TrainingOptions = {},
): Network {
  return assemble(readTFJS(model, weights), options, "fromTFJS");
}

/**
 * The network of a PyTorch nn.Sequential of Linear layers, as safetensors.torch.save_file writes its state_dict.
 * @param file the bytes of a .safetensors file.
 * @param options.activations the activation of each Linear layer, which the file does not hold; then what else it does
 * not: loss, optimizer, seed, inputScale, math.
 * @throws FormatError naming what cannot be carried, SpecError for options
 */
export function fromPyTorch(
  file: Uint8Array | ArrayBuffer,
  options: TrainingOptions & { activations: readonly (ActivationName | ActivationAlias)[] },
): Network {
  const { activations, ...rest } = options ?? {};
  return assemble(readPyTorch(file, activations), rest, "fromPyTorch");
}
