import { FormatError, SpecError } from "../../errors.js";
import {
  activation,
  batchNorm,
  dense,
  dropout,
  gaussianNoise,
  type LayerSpec,
  layerNorm,
} from "../../model/layers.js";
import type { ActivationName } from "../../model/names.js";
import type { KerasConfig } from "./config.js";
import { KERAS_NAMES, LEAKY_SLOPE, otherShare } from "./names.js";

const ACTIVATIONS = new Map(
  Object.entries(KERAS_NAMES).map(([name, keras]) => [keras, name as ActivationName]),
).set("silu", "silu");

/** @param isKeras3 whether hard_sigmoid is ours; Keras 2 and TensorFlow.js have another slope. */
function activationOf(config: KerasConfig, isKeras3: boolean): ActivationName {
  const name = config.take("activation") ?? "linear";
  if (name === "hard_sigmoid" && isKeras3) return "hardSigmoid";
  const known = ACTIVATIONS.get(name as string);
  return known ?? config.refuse("activation", name);
}

/** l1 and l2 of the kernel. */
function penaltiesOf(config: KerasConfig): { l1?: number; l2?: number } {
  const regularizer = config.takeObject("kernel_regularizer");
  if (!regularizer) return {};
  const { className, config: options } = regularizer;
  const isKnown = className === "L1L2" || className === "L1" || className === "L2";
  const { l1 = 0, l2 = 0 } = options;
  if (!isKnown || typeof l1 !== "number" || typeof l2 !== "number") {
    return config.refuse("kernel_regularizer", className);
  }
  return { l1, l2 };
}

function maxNormOf(config: KerasConfig): number {
  const constraint = config.takeObject("kernel_constraint");
  if (!constraint) return 0;
  const { max_value: most, axis = 0 } = constraint.config;
  if (constraint.className === "MaxNorm" && axis === 0 && typeof most === "number") return most;
  return config.refuse("kernel_constraint", constraint.className);
}

function denseOf(config: KerasConfig, isKeras3: boolean): LayerSpec {
  const options = {
    bias: config.takeFlag("use_bias", true),
    trainable: config.takeFlag("trainable", true),
    maxNorm: maxNormOf(config),
    ...penaltiesOf(config),
  };
  return dense(config.take("units") as number, activationOf(config, isKeras3), options);
}

/** What both normalisations have; Keras' epsilon is 0.001 by default. */
function normOf(config: KerasConfig): { epsilon: number; trainable: boolean } {
  config.takeOnly("axis", -1, 1);
  config.takeOnly("center", true);
  config.takeOnly("scale", true);
  return { epsilon: config.takeNumber("epsilon", 1e-3), trainable: config.takeFlag("trainable", true) };
}

const LAYERS = new Map<string, (config: KerasConfig, isKeras3: boolean) => LayerSpec | undefined>([
  ["InputLayer", () => undefined],
  ["Flatten", () => undefined],
  ["Dense", denseOf],
  ["Activation", (config, isKeras3) => activation(activationOf(config, isKeras3))],
  ["Dropout", (config) => dropout(config.takeNumber("rate", Number.NaN))],
  ["GaussianNoise", (config) => gaussianNoise(config.takeNumber("stddev", Number.NaN))],
  [
    "BatchNormalization",
    (config) => {
      const momentum = otherShare(config.takeNumber("momentum", 0.99));
      return batchNorm({ momentum, ...normOf(config) });
    },
  ],
  ["LayerNormalization", (config) => layerNorm(normOf(config))],
  [
    "ReLU",
    (config) => {
      config.takeOnly("max_value", null);
      config.takeOnly("negative_slope", 0, null);
      config.takeOnly("threshold", 0, null);
      return activation("relu");
    },
  ],
  [
    "LeakyReLU",
    (config) => {
      const key = config.has("negative_slope") ? "negative_slope" : "alpha";
      const slope = config.takeNumber(key, 0.3);
      if (Math.fround(slope) !== Math.fround(LEAKY_SLOPE)) config.refuse(key, slope);
      return activation("leakyRelu");
    },
  ],
  [
    "ELU",
    (config) => {
      config.takeOnly("alpha", 1);
      return activation("elu");
    },
  ],
  [
    "Softmax",
    (config) => {
      config.takeOnly("axis", -1, 1);
      return activation("softmax");
    },
  ],
]);

/** A Keras layer as ours; nothing for those that only say how the inputs lie. @throws FormatError */
export function layerOf(config: KerasConfig, isKeras3: boolean): LayerSpec | undefined {
  const make = LAYERS.get(config.className);
  if (!make) {
    const known = [...LAYERS.keys()].join(", ");
    throw new FormatError(`${config.what} is of a class that densely does not have: it reads ${known}.`);
  }
  try {
    const layer = make(config, isKeras3);
    config.takeType();
    config.takeOnly("trainable", true, false);
    config.finish();
    return layer;
  } catch (error) {
    if (!(error instanceof SpecError)) throw error;
    throw new FormatError(`${config.what}: ${error.message}`);
  }
}
