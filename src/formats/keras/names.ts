import type { ActivationName } from "../../model/names.js";

/**
 * What Keras and TensorFlow.js call the activations that are the same functions there. hardSigmoid is not among them:
 * Keras 2 and TensorFlow.js have another slope. leakyRelu is a layer.
 */
export const KERAS_NAMES: Readonly<Partial<Record<ActivationName, string>>> = {
  linear: "linear",
  sigmoid: "sigmoid",
  tanh: "tanh",
  relu: "relu",
  elu: "elu",
  selu: "selu",
  gelu: "gelu",
  silu: "swish",
  softplus: "softplus",
  softsign: "softsign",
  mish: "mish",
  softmax: "softmax",
};

/** The weights of a layer by our names of them, in Keras' order. */
export const KERAS_WEIGHTS = {
  Dense: { weight: "kernel", bias: "bias" },
  BatchNormalization: {
    weight: "gamma",
    bias: "beta",
    running_mean: "moving_mean",
    running_var: "moving_variance",
  },
  LayerNormalization: { weight: "gamma", bias: "beta" },
} as const;

/** The slope of leakyRelu for values below 0. */
export const LEAKY_SLOPE = 0.01;

/** One layer of a model.json. */
export interface KerasLayer {
  class_name: string;
  config: Record<string, unknown>;
}

/** One weight in the manifest of a model.json. */
export interface WeightSpec {
  name: string;
  shape: number[];
  dtype: "float32";
}

/** A model.json. */
export interface TFJSModel {
  format: "layers-model";
  generatedBy: string;
  convertedBy: null;
  modelTopology: {
    keras_version: string;
    backend: string;
    model_config: { class_name: "Sequential"; config: { name: string; layers: KerasLayer[] } };
  };
  weightsManifest: [{ paths: [string]; weights: WeightSpec[] }];
}

/** Keras counts the share of the past in running statistics, we that of the batch; free of the subtraction's last bits. */
export function otherShare(momentum: number): number {
  return Number((1 - momentum).toPrecision(12));
}
