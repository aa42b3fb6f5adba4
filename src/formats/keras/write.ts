import { SpecError } from "../../errors.js";
import type { ActivationName } from "../../model/names.js";
import { floatBytes, join } from "../bytes.js";
import { type Stage, stagesOf, type Trained } from "../trained.js";
import { transpose } from "../transpose.js";
import {
  KERAS_NAMES,
  KERAS_WEIGHTS,
  type KerasLayer,
  LEAKY_SLOPE,
  otherShare,
  type TFJSModel,
  type WeightSpec,
} from "./names.js";

/** @throws SpecError where Keras has no such function. */
function nameOf(activation: ActivationName): string {
  const name = KERAS_NAMES[activation];
  if (name) return name;
  throw new SpecError(
    `The activation ${activation} is another function in TensorFlow.js: use sigmoid, or another format.`,
  );
}

function activationLayer(name: string, activation: ActivationName): KerasLayer {
  return activation === "leakyRelu"
    ? { class_name: "LeakyReLU", config: { name, alpha: LEAKY_SLOPE } }
    : { class_name: "Activation", config: { name, activation: nameOf(activation) } };
}

/** The layer in Keras' words: two where a dense layer ends in a leakyRelu. */
function layersOf({ layer, outputs }: Stage, name: string): KerasLayer[] {
  switch (layer.type) {
    case "dense": {
      const { activation, bias, l1, l2, maxNorm, trainable } = layer;
      const isLeaky = activation === "leakyRelu";
      const config = {
        name,
        trainable,
        units: outputs,
        activation: isLeaky ? "linear" : nameOf(activation),
        use_bias: bias !== false,
        kernel_regularizer: l1 || l2 ? { class_name: "L1L2", config: { l1, l2 } } : null,
        kernel_constraint: maxNorm
          ? { class_name: "MaxNorm", config: { max_value: maxNorm, axis: 0 } }
          : null,
      };
      const dense = { class_name: "Dense", config };
      return isLeaky ? [dense, activationLayer(`${name}_activation`, activation)] : [dense];
    }
    case "activation":
      return [activationLayer(name, layer.activation)];
    case "dropout":
      return [{ class_name: "Dropout", config: { name, rate: layer.rate } }];
    case "gaussianNoise":
      return [{ class_name: "GaussianNoise", config: { name, stddev: layer.stddev } }];
    case "batchNorm": {
      const { trainable, epsilon } = layer;
      const config = { name, trainable, axis: -1, momentum: otherShare(layer.momentum), epsilon };
      return [{ class_name: "BatchNormalization", config }];
    }
    case "layerNorm": {
      const { trainable, epsilon } = layer;
      return [{ class_name: "LayerNormalization", config: { name, trainable, axis: [-1], epsilon } }];
    }
  }
}

/** The weights of a layer as the manifest lists them, with their values. */
function weightsOf({ inputs, outputs, params }: Stage, { class_name, config }: KerasLayer) {
  const names = KERAS_WEIGHTS[class_name as keyof typeof KERAS_WEIGHTS] ?? {};
  return Object.entries(names).flatMap(([field, name]) => {
    const values = params[field as keyof Stage["params"]];
    if (!values) return [];
    const isKernel = name === "kernel";
    const shape = isKernel ? [inputs, outputs] : [outputs];
    const spec: WeightSpec = { name: `${config.name}/${name}`, shape, dtype: "float32" };
    return [{ spec, values: isKernel ? transpose(values, outputs, inputs) : values }];
  });
}

/**
 * The network as TensorFlow.js' layers model: what stands in model.json, and the bytes of weights.bin beside it. The
 * layers, their penalties and trainable marks are in it; loss, optimizer, seed and inputScale have no place there.
 * @throws SpecError for hardSigmoid, which is another function there.
 */
export function toTFJS(network: Trained): { model: TFJSModel; weights: Uint8Array<ArrayBuffer> } {
  const stages = stagesOf(network, "toTFJS");
  const layers: KerasLayer[] = [
    { class_name: "InputLayer", config: { name: "inputs", batch_input_shape: [null, stages[0].inputs] } },
  ];
  const specs: WeightSpec[] = [];
  const pieces: Uint8Array[] = [];
  stages.forEach((stage, i) => {
    const added = layersOf(stage, `${stage.layer.type}_${i + 1}`);
    layers.push(...added);
    for (const { spec, values } of weightsOf(stage, added[0])) {
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
}
