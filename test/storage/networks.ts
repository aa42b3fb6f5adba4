/** Networks with parameters as if trained, for the tests of files and formats. */

import { expect } from "vitest";
import type { CheckedParameters } from "../../src/engine/parameters.js";
import type { Network, Samples } from "../../src/index.js";
import * as densely from "../../src/index.js";
import type { ActivationChoice } from "../../src/model/activations.js";
import { ACTIVATIONS, type ActivationName } from "../../src/model/names.js";
import { checkSpec, type NetworkSpec, type SpecOptions } from "../../src/model/spec.js";
import { tensorsOf } from "../../src/model/tensors.js";
import LAYERS, {
  activation,
  batchNorm,
  dense,
  dropout,
  gaussianNoise,
  type LayerSpec,
  layerNorm,
} from "../../src/program/layers/index.js";
import { layerArguments } from "../conformance/networks.js";
import { floats, generator } from "../helpers.js";

/** The part of a Network that the formats read. */
export interface Trained {
  spec: NetworkSpec;
  getParams(): CheckedParameters;
}

/** Parameters of the size that training leaves: weights that keep the variance, scales near 1, variances above 0. */
export function paramsOf(spec: Pick<NetworkSpec, "inputs" | "layers">, seed: number): CheckedParameters {
  const params: Record<string, Float32Array> = {};
  tensorsOf(spec).forEach(({ name, shape }, i) => {
    const [rows, cols = 1] = shape;
    const size = name.startsWith("W") ? Math.sqrt(3 / cols) : 0.5;
    const middle = /^(gamma|variance|scale)/.test(name) ? 1 : 0;
    params[name] = floats(rows * cols, seed + i, size).map((value) => value + middle);
  });
  return params;
}

export function trained(options: SpecOptions | readonly number[], seed = 1): Trained {
  const spec = checkSpec(options);
  const params = paramsOf(spec, seed);
  return { spec, getParams: () => params };
}

/** Random choices for one network. */
interface Choices {
  share(): number;
  whole(limit: number): number;
  activation(): ActivationChoice;
}

const epsilonOf = ({ whole }: Choices) => 10 ** -(2 + whole(5));

/** Makes random layers of a kind. The layers of a kind without a line are all as in the tests of conformance. */
const MAKERS: Readonly<Partial<Record<LayerSpec["type"], (choices: Choices) => LayerSpec>>> = {
  dense: ({ whole, activation, share }) => dense(2 + whole(11), activation(), { bias: share() < 0.8 }),
  activation: (choices) => activation(choices.activation()),
  dropout: ({ share }) => dropout(share() * 0.9),
  gaussianNoise: ({ share }) => gaussianNoise(share()),
  batchNorm: (choices) => batchNorm({ epsilon: epsilonOf(choices), momentum: choices.share() }),
  layerNorm: (choices) => layerNorm({ epsilon: epsilonOf(choices) }),
};

/** The exports of the library by name. */
const exported: Record<string, unknown> = { ...densely };

function makerOf(type: LayerSpec["type"]): (choices: Choices) => LayerSpec {
  const make = exported[type] as (...options: unknown[]) => LayerSpec;
  return MAKERS[type] ?? (() => make(...layerArguments(type)));
}

/** All kinds of layers. */
export const KINDS = Object.keys(LAYERS) as LayerSpec["type"][];

/** Activations with a slope that TensorFlow.js has too. */
export const SLOPED_IN_TFJS: readonly ActivationChoice[] = [
  { type: "leakyRelu", alpha: 0.3 },
  { type: "hardSigmoid", alpha: 0.2 },
];

/** Activations with a slope. */
const SLOPED: readonly ActivationChoice[] = [...SLOPED_IN_TFJS, { type: "elu", alpha: 0.5 }];

/**
 * Makes a dense layer and one to six layers of these kinds, on two to twelve inputs. It leaves out exponential, which goes
 * beyond float32 when it is applied twice.
 */
export function randomOptions(
  seed: number,
  activations: readonly ActivationName[] = ACTIVATIONS,
  kinds: readonly LayerSpec["type"][] = KINDS,
  sloped: readonly ActivationChoice[] = SLOPED,
): SpecOptions {
  const share = generator(seed);
  const whole = (limit: number) => Math.floor(share() * limit);
  const all = [...activations.filter((name) => name !== "exponential"), ...sloped];
  const choices = { share, whole, activation: () => all[whole(all.length)] };
  const layers = Array.from({ length: 1 + whole(6) }, () => makerOf(kinds[whole(kinds.length)])(choices));
  return {
    inputs: 2 + whole(11),
    layers: [dense(2 + whole(11), choices.activation()), ...layers],
    loss: "meanSquaredError",
  };
}

/** Expects every value within `tolerance` · max(1, |value|). */
export function expectWithin(actual: ArrayLike<number>, wanted: ArrayLike<number>, tolerance: number): void {
  expect(actual.length).toBe(wanted.length);
  const errors = Array.from(wanted, (value, i) => Math.abs(actual[i] - value) / Math.max(1, Math.abs(value)));
  expect(Math.max(...errors)).toBeLessThanOrEqual(tolerance);
}

/**
 * Expects outputs of another program to agree with network.predict: within 2e-6 · max(1, |output|), except where a
 * layerNorm divides by a small deviation and so magnifies rounding.
 */
export function expectPredictions(network: Network, outputs: ArrayLike<number>, x: Samples): void {
  const magnifies = network.spec.layers.some(({ type }) => type === "layerNorm");
  expectWithin(outputs, network.predict(x), magnifies ? 1e-4 : 2e-6);
}

/** A layer of each kind and an activation of each name of version 1, as in the kept files. */
export const VERSION_1: SpecOptions = {
  inputs: 3,
  layers: [
    dense(2, "linear"),
    dense(2, "sigmoid"),
    dense(2, "hardSigmoid"),
    dense(2, "tanh"),
    dense(2, "relu"),
    dense(2, "leakyRelu"),
    dense(2, "elu"),
    dense(2, "selu"),
    dense(2, "gelu"),
    dense(2, "silu"),
    dense(2, "softplus"),
    dense(2, "softsign"),
    dense(2, "mish"),
    batchNorm(),
    activation("relu"),
    dropout(0.25),
    gaussianNoise(0.5),
    layerNorm(),
    dense(2, "softmax", { bias: false, l1: 1e-3, l2: 1e-2, maxNorm: 3, trainable: false }),
  ],
};
