import { FormatError } from "../../errors.js";
import { plural } from "../../model/check.js";
import type { LayerSpec } from "../../model/layers.js";
import { tensorsOf } from "../../model/tensors.js";
import { checkValues, excerpt, isCount, isRecord, parseRecord } from "../../storage/untrusted.js";
import { checkLayers, type Parts } from "../parts.js";
import { transpose } from "../transpose.js";
import { KerasConfig } from "./config.js";
import { readLayer, weightNames } from "./layers.js";
import { KerasWeights } from "./weights.js";

/** The layers of a model.json, and whether Keras 3 wrote it. @throws FormatError */
function layersOf({
  modelTopology: topology,
}: Record<string, unknown>): [layers: unknown[], isKeras3: boolean] {
  if (!isRecord(topology)) {
    throw new FormatError(`modelTopology is ${excerpt(topology)}: give the model.json of a layers model.`);
  }
  // TensorFlow.js itself writes the model where the converters from Keras put model_config.
  const model = isRecord(topology.model_config) ? topology.model_config : topology;
  const { class_name: className, config } = model;
  if (className !== "Sequential") {
    throw new FormatError(
      `The model is ${excerpt(className)}: only a Sequential one can become a dense network.`,
    );
  }
  const layers = isRecord(config) ? config.layers : config;
  if (!Array.isArray(layers))
    throw new FormatError(`Its layers are ${excerpt(layers)}: they must be a list.`);
  const { keras_version: version } = topology;
  return [layers, typeof version === "string" && version.startsWith("3.")];
}

/** Features of one sample: the first shape that a layer tells, without the batch. @throws FormatError */
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
      `The inputs have ${plural(sizes.length, "dimension")}: a sample must be a row of features, or be flattened by the first layer.`,
    );
  }
  throw new FormatError("No layer of the model has a batch_input_shape: give the model an Input.");
}

/** Reads a model.json and its weights. @throws FormatError naming what no dense network can be. */
export function readTFJS(given: unknown, shards: unknown): Parts {
  const model = typeof given === "string" ? parseRecord(given, "The model") : given;
  if (!isRecord(model)) throw new FormatError(`The model is ${excerpt(model)}: give what is in model.json.`);
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
  const params: Parts["params"] = {};
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
