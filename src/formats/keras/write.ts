import type { Bytes } from "../../data/bytes.js";
import { exported } from "../../model/exported.js";
import { floatBytes, join } from "../bytes.js";
import { type Stage, stagesOf, type Trained } from "../stages.js";
import type { KerasLayer, TFJSModel, WeightSpec } from "./format.js";
import { weightNames, writeLayer } from "./layers.js";
import { transpose } from "./transpose.js";

/** The weights of a layer as the manifest lists them, with their values: matrices are [inputs][units] in Keras. */
function weightsOf({ layer, tensors }: Stage, name: unknown): { spec: WeightSpec; values: Float32Array }[] {
  return weightNames(layer).flatMap(([field, weight]) => {
    const tensor = tensors[field];
    if (!tensor) return [];
    const { shape, values } = tensor;
    return [
      {
        spec: { name: `${name}/${weight}`, shape: [...shape].reverse(), dtype: "float32" },
        values: shape.length === 2 ? transpose(values, shape[0], shape[1]) : values,
      },
    ];
  });
}

/**
 * Writes a network as a layers model of TensorFlow.js and Keras: Sequential, with the penalties, limits and trainable marks
 * of its layers. Loss, optimizer, seed and inputScale have no place in the format.
 * @returns the content of model.json, and the bytes of the file weights.bin beside it.
 * @throws SpecError for hardSigmoid, which is another function there, and for anything but a network; StateError for a
 * network that was disposed of.
 */
export const toTFJS = /* @__PURE__ */ exported(
  "toTFJS(network)",
  (network: Trained): { model: TFJSModel; weights: Bytes } => {
    const stages = stagesOf(network, "toTFJS");
    const layers: KerasLayer[] = [
      { class_name: "InputLayer", config: { name: "inputs", batch_input_shape: [null, stages[0].inputs] } },
    ];
    const specs: WeightSpec[] = [];
    const pieces: Uint8Array[] = [];
    stages.forEach((stage, i) => {
      const name = `${stage.layer.type}_${i + 1}`;
      layers.push(...writeLayer(stage.layer, name));
      for (const { spec, values } of weightsOf(stage, name)) {
        specs.push(spec);
        pieces.push(floatBytes(values));
      }
    });
    const model_config = { class_name: "Sequential", config: { name: "densely", layers } } as const;
    const model: TFJSModel = {
      format: "layers-model",
      generatedBy: "densely",
      convertedBy: null,
      modelTopology: { keras_version: "2.15.0", backend: "densely", model_config },
      weightsManifest: [{ paths: ["weights.bin"], weights: specs }],
    };
    return { model, weights: join(pieces) };
  },
);
