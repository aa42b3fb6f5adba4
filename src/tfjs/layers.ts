import type { ActivationChoice } from "../model/activations.js";
import { hasOwn } from "../model/check.js";
import { ACTIVATIONS, type ActivationName, canonical } from "../model/names.js";
import type { LayerInput } from "../program/layers/index.js";
import type { Role } from "../program/layers/layer.js";
import { refuse } from "./refusal.js";
import type { Layer, Weight } from "./types.js";

/** A layer as densely has it, none where it changes nothing, and the weights of its parameters and statistics. */
export interface TranslatedLayer {
  layers: readonly LayerInput[];
  weights: Partial<Record<Role, Weight>>;
}

interface Named {
  getClassName(): string;
}

interface Regularizer {
  l1?: number;
  l2?: number;
}

interface Dense extends Layer {
  units: number;
  activation: Named;
  useBias: boolean;
  kernel: Weight;
  bias: Weight | null;
  kernelRegularizer?: Regularizer | null;
  biasRegularizer?: Regularizer | null;
}

interface Normalization extends Layer {
  axis: number | number[];
  epsilon: number;
  center: boolean;
  scale: boolean;
  gamma: Weight;
  beta: Weight;
}

interface BatchNormalization extends Normalization {
  momentum: number;
  movingMean: Weight;
  movingVariance: Weight;
}

interface Prelu extends Layer {
  alpha: Weight;
  sharedAxes: number[] | null;
}

/** Members of several small layers. */
interface Plain extends Layer {
  activation: Named;
  alpha: number;
  maxValue?: number | null;
  axis: number | number[];
  rate: number;
  noiseShape?: unknown;
  seed?: unknown;
  stddev: number;
  dataFormat?: string;
}

/** Slopes that TensorFlow.js has and densely has not by default. */
const SLOPED: Readonly<Record<string, ActivationChoice>> = {
  hardSigmoid: { type: "hardSigmoid", alpha: 0.2 },
};

/** The activation of a dense or activation layer. */
function activationOf({ activation }: { activation: Named }): ActivationChoice {
  const name = activation.getClassName();
  if (hasOwn(SLOPED, name)) return SLOPED[name];
  const known = canonical(name, ACTIVATIONS) as ActivationName;
  return ACTIVATIONS.includes(known) ? known : refuse(`activation ${name}`);
}

/** True for an axis that is the last one of [samples, features]. */
const isLastAxis = (axis: number | number[]): boolean => [1, -1].includes(Number(axis));

/** A layer that has no weights. */
const plain = (...layers: LayerInput[]): TranslatedLayer => ({ layers, weights: {} });

/** True for a weight that training changes. */
export type IsTrained = (weight: Weight) => boolean;

/** True if all weights of a layer are trained, false if none is. */
function areTrained(weights: readonly Weight[], isTrained: IsTrained): boolean {
  const trained = weights.filter(isTrained);
  if (trained.length > 0 && trained.length < weights.length) refuse("layer that is frozen in part");
  return trained.length > 0;
}

function translateDense(layer: Dense, isTrained: IsTrained): TranslatedLayer {
  const { units, useBias: bias, kernel, bias: b, kernelRegularizer: penalty } = layer;
  const { l1 = 0, l2 = 0 } = penalty ?? {};
  if (layer.biasRegularizer) refuse("penalty on biases");
  if (layer.losses.length !== Number(Boolean(penalty))) refuse("loss of a layer");
  const trainable = areTrained(b ? [kernel, b] : [kernel], isTrained);
  if (penalty && !trainable) refuse("penalty on frozen weights");
  const activation = activationOf(layer);
  return {
    layers: [{ type: "dense", units, activation, bias, l1, l2, trainable }],
    weights: b ? { W: kernel, b } : { W: kernel },
  };
}

/** Checks that a normalization has all its parameters and normalizes features. */
function checkNormalization({ axis, center, scale, losses }: Normalization): void {
  if (!isLastAxis(axis)) refuse("normalization of another axis");
  if (!center || !scale) refuse("normalization without scale or center");
  if (losses.length > 0) refuse("penalty on a normalization");
}

function translateDropout({ rate, noiseShape, seed }: Plain): TranslatedLayer {
  if (noiseShape) refuse("dropout with a noiseShape");
  // With a seed, each step of TensorFlow.js draws the same values.
  if (seed !== undefined && seed !== null) refuse("dropout with a seed");
  return rate < 1 ? plain({ type: "dropout", rate }) : plain();
}

/** Layers by the name of their class. Where the data have more axes than [samples, features], only some make sense. */
const LAYERS = {
  InputLayer: () => plain(),
  Flatten: ({ dataFormat }: Plain) =>
    dataFormat === "channelsFirst" ? refuse("flatten layer with channels first") : plain(),
  Dense: translateDense,
  Activation: (layer: Plain) => plain({ type: "activation", activation: activationOf(layer) }),
  ReLU: ({ maxValue }: Plain) => {
    if (maxValue !== 6 && maxValue !== undefined && maxValue !== null) refuse("relu layer with a maximum");
    return plain({ type: "activation", activation: maxValue === 6 ? "relu6" : "relu" });
  },
  ELU: () => plain({ type: "activation", activation: "elu" }),
  LeakyReLU: ({ alpha }: Plain) => plain({ type: "activation", activation: { type: "leakyRelu", alpha } }),
  PReLU: ({ alpha, sharedAxes, losses }: Prelu, isTrained: IsTrained) => {
    if (sharedAxes || losses.length > 0) refuse("prelu layer with shared slopes or a penalty");
    return { ...plain({ type: "prelu", trainable: areTrained([alpha], isTrained) }), weights: { alpha } };
  },
  Softmax: ({ axis }: Plain) =>
    isLastAxis(axis)
      ? plain({ type: "activation", activation: "softmax" })
      : refuse("softmax of another axis"),
  Dropout: translateDropout,
  GaussianNoise: ({ stddev }: Plain) => plain({ type: "gaussianNoise", stddev }),
  LayerNormalization: (layer: Normalization, isTrained: IsTrained) => {
    checkNormalization(layer);
    const { epsilon, gamma, beta } = layer;
    const trainable = areTrained([gamma, beta], isTrained);
    return { ...plain({ type: "layerNorm", epsilon, trainable }), weights: { gamma, beta } };
  },
  BatchNormalization: (layer: BatchNormalization, isTrained: IsTrained) => {
    checkNormalization(layer);
    const { epsilon, momentum, gamma, beta, movingMean: mean, movingVariance: variance } = layer;
    // Frozen, it still uses and moves the statistics of the batch in TensorFlow.js.
    if (!areTrained([gamma, beta], isTrained)) refuse("frozen batch normalization");
    return {
      ...plain({ type: "batchNorm", epsilon, momentum: 1 - momentum, variance: "biased" }),
      weights: { gamma, beta, mean, variance },
    };
  },
};

/** Layers that act on each value, or on the order of values, by itself. */
const OF_ANY_SHAPE: readonly string[] = [
  "InputLayer",
  "Flatten",
  "Activation",
  "ReLU",
  "ELU",
  "LeakyReLU",
  "Dropout",
  "GaussianNoise",
];

/**
 * One layer of a model.
 * @param rank axes of its input, that of the samples too.
 * @throws Refusal for a layer that densely computes differently or not at all.
 */
export function translateLayer(layer: Layer, rank: number, isTrained: IsTrained): TranslatedLayer {
  const name = layer.getClassName();
  // A class of the user that extends one of these does not have a name of its own.
  const isOwn = hasOwn(layer.constructor, "className");
  if (!isOwn || !hasOwn(LAYERS, name)) refuse(`${isOwn ? name.toLowerCase() : "custom"} layer`);
  if (layer._callHook) refuse("call hook of a layer");
  if (rank !== 2 && !OF_ANY_SHAPE.includes(name)) refuse(`${name.toLowerCase()} layer on more than two axes`);
  return (
    LAYERS as unknown as Readonly<Record<string, (layer: Layer, isTrained: IsTrained) => TranslatedLayer>>
  )[name](layer, isTrained);
}
