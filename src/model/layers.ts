import { SpecError } from "../errors.js";
import {
  checkName,
  checkNumber,
  checkOptions,
  flag,
  number,
  positive,
  type Rule,
  type Rules,
  show,
  whole,
} from "./check.js";
import {
  checkInitializer,
  defaultInitializer,
  type Initializer,
  type InitializerSpec,
} from "./initializers.js";
import { ACTIVATIONS, type ActivationAlias, type ActivationName, canonical } from "./names.js";

/** A fully-connected layer as plain data: A = f(W·A + b) with W of [units][inputs]. */
export interface DenseSpec {
  type: "dense";
  units: number;
  activation: ActivationName;
  init: InitializerSpec;
  /** What the biases start from, or false for none. */
  bias: number | false;
  /** Adds l1·Σ|w| to what is minimised, over the weights alone, as in Keras. */
  l1: number;
  /** Adds l2·Σw² likewise. */
  l2: number;
  /** The length that the weights of a unit may have after an update; 0 for any. */
  maxNorm: number;
  /** false: the layer keeps its parameters. */
  trainable: boolean;
}

/** An activation by itself, for where it does not follow a product at once. */
export interface ActivationSpec {
  type: "activation";
  activation: ActivationName;
}

/** In training each value is 0 with probability `rate`, the others grow by 1 / (1 - rate); else nothing happens. */
export interface DropoutSpec {
  type: "dropout";
  rate: number;
}

/** In training normal noise of this deviation is added; else nothing happens. */
export interface GaussianNoiseSpec {
  type: "gaussianNoise";
  stddev: number;
}

/** Each feature to mean 0 and variance 1 over the batch, later by running statistics; then times γ plus β. */
export interface BatchNormSpec {
  type: "batchNorm";
  /** The share of the batch in the running statistics, as in PyTorch (Keras counts the other share). */
  momentum: number;
  epsilon: number;
  trainable: boolean;
}

/** Each sample to mean 0 and variance 1 over its features; then times γ plus β. */
export interface LayerNormSpec {
  type: "layerNorm";
  epsilon: number;
  trainable: boolean;
}

/** Any layer as plain data. */
export type LayerSpec =
  | DenseSpec
  | ActivationSpec
  | DropoutSpec
  | GaussianNoiseSpec
  | BatchNormSpec
  | LayerNormSpec;

/** A layer as a user may write it: made by a function, or plain data without its defaults. */
export type LayerInput = LayerSpec | DenseInput | Partial<Exclude<LayerSpec, DenseSpec>>;

/** A dense layer as plain data without its defaults. */
export interface DenseInput extends DenseOptions {
  type?: "dense";
  units: number;
  activation?: ActivationName | ActivationAlias;
}

/** What else dense takes; see DenseSpec. */
export interface DenseOptions {
  /** Default: "heUniform" before the relu family, "lecunNormal" before selu, else "glorotUniform". */
  init?: Initializer;
  /** Where biases start; false for none. Default 0. */
  bias?: number | boolean;
  /** Default 0. */
  l1?: number;
  /** Default 0. */
  l2?: number;
  /** Default 0: none. */
  maxNorm?: number;
  /** Default true. */
  trainable?: boolean;
}

type Options<S> = Omit<S, "type">;

const activationRule: Rule<ActivationName> = {
  fallback: "linear",
  check: (value) => checkName(canonical(value), ACTIVATIONS, "activation"),
};

const biasRule: Rule<number | false> = {
  fallback: 0,
  check: (value, what) =>
    value === false ? false : checkNumber(value === true ? 0 : value, -Infinity, Infinity, what),
};

const DENSE: Rules<Omit<Options<DenseSpec>, "init"> & { init: Initializer | undefined }> = {
  units: whole(),
  activation: activationRule,
  init: { fallback: undefined, check: (value) => value as Initializer | undefined },
  bias: biasRule,
  l1: number(0),
  l2: number(0),
  maxNorm: number(0),
  trainable: flag(true),
};

/** Checks options; `what` is how messages call the layer. */
type Check<S> = (options: unknown, what?: string) => S;

/** What checks the options of one kind of layer and fills in its defaults. */
function kind<S extends LayerSpec>(type: S["type"], rules: Rules<Options<S>>): Check<S> {
  return (options, what = type) => ({ type, ...checkOptions(rules, options, what) }) as S;
}

const KINDS = {
  dense: denseOf,
  activation: kind<ActivationSpec>("activation", { activation: activationRule }),
  dropout: kind<DropoutSpec>("dropout", { rate: number(0.5, 0, 1) }),
  gaussianNoise: kind<GaussianNoiseSpec>("gaussianNoise", { stddev: number(0.1) }),
  batchNorm: kind<BatchNormSpec>("batchNorm", {
    momentum: number(0.1, 0, 1 + Number.EPSILON),
    epsilon: positive(1e-5),
    trainable: flag(true),
  }),
  layerNorm: kind<LayerNormSpec>("layerNorm", { epsilon: positive(1e-5), trainable: flag(true) }),
} satisfies Record<LayerSpec["type"], Check<LayerSpec>>;

/**
 * A fully-connected layer of `units` outputs.
 * @param activation default "linear".
 * @param options init, bias, l1, l2, maxNorm, trainable.
 * @throws SpecError for units below 1, an unknown activation, an unknown option or a value out of range.
 */
export function dense(
  units: number,
  activation: ActivationName | ActivationAlias = "linear",
  options: DenseOptions = {},
): DenseSpec {
  return denseOf({ ...options, units, activation });
}

function denseOf(options: unknown, what = "dense"): DenseSpec {
  const spec = checkOptions(DENSE, options, what);
  const init = checkInitializer(spec.init ?? defaultInitializer(spec.activation), `init of ${what}`);
  return { type: "dense", ...spec, init };
}

/** An activation by itself, such as relu after batchNorm. @throws SpecError for an unknown name. */
export function activation(name: ActivationName | ActivationAlias): ActivationSpec {
  return KINDS.activation({ activation: name });
}

/**
 * Dropout (Srivastava et al., 2014), inverted: predictions need no scaling.
 * @param rate the share of values set to 0 in training, from 0 to below 1. Default 0.5.
 */
export function dropout(rate?: number): DropoutSpec {
  return KINDS.dropout({ rate });
}

/** Normal noise added in training. @param stddev its standard deviation. Default 0.1. */
export function gaussianNoise(stddev?: number): GaussianNoiseSpec {
  return KINDS.gaussianNoise({ stddev });
}

/**
 * Batch normalisation (Ioffe and Szegedy, 2015), as torch.nn.BatchNorm1d.
 * @param options momentum 0.1 (the batch's share in the running statistics), epsilon 1e-5, trainable true. A frozen one
 * uses its running statistics in training too.
 */
export function batchNorm(options: Partial<Options<BatchNormSpec>> = {}): BatchNormSpec {
  return KINDS.batchNorm(options);
}

/** Layer normalisation (Ba et al., 2016), as torch.nn.LayerNorm. @param options epsilon 1e-5, trainable true. */
export function layerNorm(options: Partial<Options<LayerNormSpec>> = {}): LayerNormSpec {
  return KINDS.layerNorm(options);
}

/** Checks one entry of `layers` (a layer made by a function, or the same as plain data) and fills in defaults. */
export function checkLayer(layer: unknown, index: number): LayerSpec {
  if (typeof layer !== "object" || layer === null) {
    throw new SpecError(
      `Entry ${index} of layers is ${show(layer)}: give a layer such as dense(16, "relu").`,
    );
  }
  const { type = "dense", ...options } = layer as { type?: unknown };
  const kinds = Object.keys(KINDS) as LayerSpec["type"][];
  const what = `layer ${index + 1}`;
  return KINDS[checkName(type, kinds, `type of ${what}`)](options, what);
}
