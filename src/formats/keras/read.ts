import { FormatError } from "../../errors.js";
import { plural } from "../../model/check.js";
import { exported } from "../../model/exported.js";
import type { LayerSpec } from "../../model/layers.js";
import { tensorsOf } from "../../model/tensors.js";
import type { Network } from "../../network/network.js";
import { checkValues, excerpt, isCount, isRecord, parseRecord } from "../../storage/untrusted.js";
import { assemble, checkLayers, type NetworkParts, type TrainingOptions } from "../parts.js";
import { listLayers } from "./chain.js";
import { KerasConfig } from "./config.js";
import { readLayer, weightNames } from "./layers.js";
import { transpose } from "./transpose.js";
import { KerasWeights } from "./weights.js";

/** Finds the layers of a model.json. @returns them, and true if Keras 3 wrote the model. @throws FormatError */
function layersOf({
  modelTopology: topology,
}: Record<string, unknown>): [layers: unknown[], isKeras3: boolean] {
  if (!isRecord(topology)) {
    throw new FormatError(`modelTopology is ${excerpt(topology)}: give the model.json of a layers model.`);
  }
  // TensorFlow.js itself writes the model where the converters from Keras put model_config.
  const model = isRecord(topology.model_config) ? topology.model_config : topology;
  if (Array.isArray(model.node)) {
    throw new FormatError(
      "The model is a graph model, whose operations are no layers: convert it again with --output_format=tfjs_layers_model.",
    );
  }
  const { keras_version: version } = topology;
  return [listLayers(model), typeof version === "string" && version.startsWith("3.")];
}

/**
 * Finds the number of features of one sample in the first layer that has a shape, whose first size is the batch.
 * @param isFlattened true if the first layer flattens samples of several dimensions.
 * @throws FormatError
 */
function inputsOf(layers: readonly unknown[], isFlattened: boolean): number {
  for (const layer of layers) {
    const { config, build_config: built } = isRecord(layer) ? layer : {};
    const { batch_input_shape, batch_shape } = isRecord(config) ? config : {};
    const shape = batch_shape ?? batch_input_shape ?? (isRecord(built) ? built.input_shape : undefined);
    if (!Array.isArray(shape)) continue;
    const sizes = shape.slice(1);
    if (sizes.every(isCount) && (sizes.length === 1 || (sizes.length > 1 && isFlattened))) {
      return sizes.reduce((a, b) => a * b);
    }
    throw new FormatError(
      `The inputs have ${plural(sizes.length, "dimension")}: give a model whose samples are rows of features, or whose first layer is Flatten.`,
    );
  }
  throw new FormatError("No layer of the model has a batch_input_shape: give the model an Input.");
}

/**
 * Reads a layers model.
 * @param given the content of model.json, or its text.
 * @param shards the bytes of its weights, in one piece or file by file.
 * @throws FormatError naming what densely cannot represent.
 */
export function readTFJS(given: unknown, shards: unknown): NetworkParts {
  const model = typeof given === "string" ? parseRecord(given, "The model") : given;
  if (!isRecord(model) || ArrayBuffer.isView(model)) {
    throw new FormatError(
      `The model is ${excerpt(model)}: give the content of model.json, or use Network.load for bytes that save wrote.`,
    );
  }
  const [entries, isKeras3] = layersOf(model);
  const found = entries.map((entry, i) => {
    const config = new KerasConfig(entry, i);
    return { config, layer: readLayer(config, isKeras3) };
  });
  const first = found.find(({ config }) => config.className !== "InputLayer");
  const inputs = inputsOf(entries, first?.config.className === "Flatten");
  const own = found.filter((entry): entry is { config: KerasConfig; layer: LayerSpec } =>
    Boolean(entry.layer),
  );
  const layers = checkLayers(
    inputs,
    own.map(({ layer }) => layer),
  );
  const weights = new KerasWeights(model.weightsManifest, shards);
  const params: NetworkParts["params"] = {};
  for (const { name, layer, field, shape } of tensorsOf({ inputs, layers })) {
    const { config } = own[layer];
    const names = weightNames(layers[layer]);
    const index = names.findIndex(([ours]) => ours === field);
    const weight = names[index][1];
    const values = weights.take(config.name, weight, index, [...shape].reverse());
    checkValues(values, `The weight ${weight} of the layer ${excerpt(config.name)}`, field === "running_var");
    params[name] = shape.length === 2 ? transpose(values, shape[1], shape[0]) : values;
  }
  weights.finish();
  return { inputs, layers, params };
}

/**
 * Reads a layers model of TensorFlow.js or Keras: Sequential or a Functional chain, of Dense, Dropout, GaussianNoise, BatchNormalization,
 * LayerNormalization, Activation, and of the layers that are activations. TensorFlow.js writes such files, and so do the
 * converters from Keras 2 and 3.
 * @param model the content of model.json, or its text.
 * @param weights the bytes of its weights: one file, or all files that the manifest lists, in its order.
 * @param options loss (default by the last activation), optimizer (default "adam"), seed, inputScale and math, as in the
 * constructor of Network: the format does not hold them.
 * @throws FormatError naming what densely cannot represent, SpecError for options.
 */
export const fromTFJS = /* @__PURE__ */ exported(
  "fromTFJS(model, weights, options)",
  (
    model: object | string,
    weights: Uint8Array | ArrayBuffer | readonly (Uint8Array | ArrayBuffer)[],
    options: TrainingOptions = {},
  ): Network => assemble(readTFJS(model, weights), options, "fromTFJS"),
);
