import { FormatError, SpecError } from "../../errors.js";
import type { Field } from "../../formulas/steps.js";
import { type ActivationChoice, nameOf, slopeOf } from "../../model/activations.js";
import type { ActivationName } from "../../model/names.js";
import { rateAt } from "../../model/rates.js";
import {
  activation,
  batchNorm,
  dense,
  dropout,
  gaussianNoise,
  type LayerSpec,
  layerNorm,
  prelu,
} from "../../program/layers/index.js";
import { COUNTERPARTS } from "../activations.js";
import type { KerasConfig } from "./config.js";
import type { KerasLayer } from "./format.js";

/** A kind of layer in Keras' words. */
interface KerasKind<S extends LayerSpec> {
  className: string;
  /** Keras' names of the weights, by ours and in Keras' order. */
  weights: Readonly<Partial<Record<Field, string>>>;
  /** @param isKeras3 true for a model of Keras 3, whose hard_sigmoid is ours. @throws FormatError, SpecError */
  read(config: KerasConfig, isKeras3: boolean): LayerSpec;
  /** @returns more than one layer where Keras needs them. @throws SpecError if Keras has no such layer. */
  write(layer: S, name: string): KerasLayer[];
}

/** Activations by their names in Keras. The last ones are names of Keras 3 alone, which are read and not written. */
const ACTIVATIONS = new Map<unknown, ActivationChoice>([
  ...Object.entries(COUNTERPARTS).map(([name, { keras }]) => [keras, name as ActivationName] as const),
  ["silu", "silu"],
  ["exponential", "exponential"],
  ["hard_silu", "hardSwish"],
  ["hard_swish", "hardSwish"],
  ["leaky_relu", { type: "leakyRelu", alpha: 0.2 }],
]);

/** Slope of hard_sigmoid before Keras 3, and of hardSigmoid of TensorFlow.js. */
const KERAS_2_SLOPE = 0.2;

function readActivation(config: KerasConfig, isKeras3: boolean): ActivationChoice {
  const name = config.take("activation") ?? "linear";
  if (name === "hard_sigmoid")
    return isKeras3 ? "hardSigmoid" : { type: "hardSigmoid", alpha: KERAS_2_SLOPE };
  return ACTIVATIONS.get(name) ?? config.refuse("activation", name);
}

/** @throws SpecError if Keras has no such function. */
function writeActivation(activation: ActivationChoice): string {
  const name = nameOf(activation);
  if (name === "hardSigmoid" && slopeOf(activation) === KERAS_2_SLOPE) return "hard_sigmoid";
  const { keras } = COUNTERPARTS[name];
  if (keras && typeof activation === "string") return keras;
  const slope = typeof activation === "string" ? "" : ` with alpha ${activation.alpha}`;
  throw new SpecError(
    `TensorFlow.js has no activation that computes ${name}${slope}: use another activation, or another format.`,
  );
}

/** True for the activation that is a layer of its own in Keras. */
const isLayer = (activation: ActivationChoice): boolean => nameOf(activation) === "leakyRelu";

function activationLayer(activation: ActivationChoice, name: string): KerasLayer {
  if (!isLayer(activation)) {
    return { class_name: "Activation", config: { name, activation: writeActivation(activation) } };
  }
  return { class_name: "LeakyReLU", config: { name, alpha: slopeOf(activation) } };
}

/** l1 and l2 of the kernel. */
function readPenalties(config: KerasConfig): { l1?: number; l2?: number } {
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

function readMaxNorm(config: KerasConfig): number {
  const constraint = config.takeObject("kernel_constraint");
  if (!constraint) return 0;
  const { max_value: most, axis = 0 } = constraint.config;
  if (constraint.className === "MaxNorm" && axis === 0 && typeof most === "number") return most;
  return config.refuse("kernel_constraint", constraint.className);
}

/** Options that both normalizations have. Keras' epsilon is 0.001 by default. */
function readNorm(config: KerasConfig): { epsilon: number; trainable: boolean } {
  config.takeOnly("axis", -1, 1);
  config.takeOnly("center", true);
  config.takeOnly("scale", true);
  return { epsilon: config.takeNumber("epsilon", 1e-3), trainable: config.takeFlag("trainable", true) };
}

/** Turns the share of the past in running statistics, as in Keras, into that of the batch, or back, without its last bits. */
function otherShare(momentum: number): number {
  return Number((1 - momentum).toPrecision(12));
}

/** Undefined for a layer that Keras does not have. */
type KerasKinds = {
  readonly [T in LayerSpec["type"]]: KerasKind<Extract<LayerSpec, { type: T }>> | undefined;
};

/** All kinds of layers. */
const KINDS: KerasKinds = {
  dense: {
    className: "Dense",
    weights: { weight: "kernel", bias: "bias" },
    read: (config, isKeras3) =>
      dense(config.take("units") as number, readActivation(config, isKeras3), {
        bias: config.takeFlag("use_bias", true),
        trainable: config.takeFlag("trainable", true),
        maxNorm: readMaxNorm(config),
        ...readPenalties(config),
      }),
    write: ({ units, activation, bias, l1, l2, maxNorm, trainable }, name) => {
      const isApart = isLayer(activation);
      const config = {
        name,
        trainable,
        units,
        activation: isApart ? "linear" : writeActivation(activation),
        use_bias: bias,
        kernel_regularizer: l1 || l2 ? { class_name: "L1L2", config: { l1, l2 } } : null,
        kernel_constraint: maxNorm
          ? { class_name: "MaxNorm", config: { max_value: maxNorm, axis: 0 } }
          : null,
      };
      const layer = { class_name: "Dense", config };
      return isApart ? [layer, activationLayer(activation, `${name}_activation`)] : [layer];
    },
  },
  activation: {
    className: "Activation",
    weights: {},
    read: (config, isKeras3) => activation(readActivation(config, isKeras3)),
    write: ({ activation }, name) => [activationLayer(activation, name)],
  },
  dropout: {
    className: "Dropout",
    weights: {},
    read: (config) => dropout(config.takeNumber("rate", Number.NaN)),
    // Keras' rate is constant: that of the first step.
    write: ({ rate }, name) => [{ class_name: "Dropout", config: { name, rate: rateAt(rate, 0) } }],
  },
  gaussianNoise: {
    className: "GaussianNoise",
    weights: {},
    read: (config) => gaussianNoise(config.takeNumber("stddev", Number.NaN)),
    write: ({ stddev }, name) => [{ class_name: "GaussianNoise", config: { name, stddev } }],
  },
  batchNorm: {
    className: "BatchNormalization",
    weights: {
      weight: "gamma",
      bias: "beta",
      running_mean: "moving_mean",
      running_var: "moving_variance",
    },
    read: (config) => {
      const momentum = otherShare(config.takeNumber("momentum", 0.99));
      // An option of batch renormalization, which has no effect without it.
      if (!config.takeFlag("renorm", false)) config.take("renorm_momentum");
      else config.refuse("renorm", true);
      return batchNorm({ momentum, variance: "biased", ...readNorm(config) });
    },
    write: ({ trainable, momentum, epsilon }, name) => {
      const config = { name, trainable, axis: -1, momentum: otherShare(momentum), epsilon };
      return [{ class_name: "BatchNormalization", config }];
    },
  },
  layerNorm: {
    className: "LayerNormalization",
    weights: { weight: "gamma", bias: "beta" },
    read: (config) => layerNorm(readNorm(config)),
    write: ({ trainable, epsilon }, name) => [
      { class_name: "LayerNormalization", config: { name, trainable, axis: [-1], epsilon } },
    ],
  },
  scale: undefined,
  prelu: {
    className: "PReLU",
    weights: { weight: "alpha" },
    read: (config) => {
      config.takeOnly("shared_axes", null);
      config.takeOnly("alpha_constraint", null);
      config.takeOnly("alpha_regularizer", null);
      return prelu({ trainable: config.takeFlag("trainable", true) });
    },
    write: ({ trainable }, name) => [{ class_name: "PReLU", config: { name, trainable } }],
  },
};

/** Reads a layer of another class; undefined for one that only says how the inputs are arranged. */
type Read = (config: KerasConfig, isKeras3: boolean) => LayerSpec | undefined;

/** Readers by the class of the layer: the kinds above, layers that are activations, and layers without a function. */
const READERS = new Map<string, Read>([
  ["InputLayer", () => undefined],
  ["Flatten", () => undefined],
  ...Object.values<Pick<KerasKind<never>, "className" | "read"> | undefined>(KINDS).flatMap(
    (kind): [string, Read][] => (kind ? [[kind.className, kind.read]] : []),
  ),
  [
    "ReLU",
    (config) => {
      config.takeOnly("negative_slope", 0, null);
      config.takeOnly("threshold", 0, null);
      const most = config.take("max_value") ?? null;
      if (most === 6) return activation("relu6");
      return most === null ? activation("relu") : config.refuse("max_value", most);
    },
  ],
  [
    "LeakyReLU",
    (config) => {
      const key = config.has("negative_slope") ? "negative_slope" : "alpha";
      const slope = config.takeNumber(key, 0.3);
      // Files hold the default slope as float32.
      const isDefault = Math.fround(slope) === Math.fround(slopeOf("leakyRelu"));
      return activation(isDefault ? "leakyRelu" : { type: "leakyRelu", alpha: slope });
    },
  ],
  [
    "ELU",
    (config) => {
      return activation({ type: "elu", alpha: config.takeNumber("alpha", 1) });
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

/**
 * Reads one Keras layer.
 * @returns undefined for a layer that only says how the inputs are arranged.
 * @throws FormatError for a class or an option that densely does not have.
 */
export function readLayer(config: KerasConfig, isKeras3: boolean): LayerSpec | undefined {
  const read = READERS.get(config.className);
  if (!read) {
    const known = [...READERS.keys()].join(", ");
    throw new FormatError(`${config.what} has a class that densely cannot read: use ${known}.`);
  }
  try {
    const layer = read(config, isKeras3);
    config.takeType();
    config.takeOnly("trainable", true, false);
    config.finish();
    return layer;
  } catch (error) {
    if (!(error instanceof SpecError)) throw error;
    throw new FormatError(`${config.what}: ${error.message}`);
  }
}

/** @throws SpecError if Keras has no such layer. */
function kindOf({ type }: LayerSpec): KerasKind<LayerSpec> {
  const kind: KerasKind<LayerSpec> | undefined = KINDS[type];
  if (kind) return kind;
  throw new SpecError(
    `TensorFlow.js has no layer that computes ${type}: leave it out, or use another format.`,
  );
}

/** Writes one layer as Keras layers, of which the first has its weights. @throws SpecError if Keras has no such layer. */
export function writeLayer(layer: LayerSpec, name: string): KerasLayer[] {
  return kindOf(layer).write(layer, name);
}

/** Keras' names of the weights of a layer, by ours and in Keras' order. */
export function weightNames(layer: LayerSpec): [field: Field, name: string][] {
  return Object.entries(kindOf(layer).weights) as [Field, string][];
}
