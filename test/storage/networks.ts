/** Networks with parameters that stand for trained ones, as the tests of files and formats need them. */

import { expect } from "vitest";
import {
  activation,
  batchNorm,
  dense,
  dropout,
  gaussianNoise,
  type LayerSpec,
  layerNorm,
} from "../../src/model/layers.js";
import { ACTIVATIONS, type ActivationName } from "../../src/model/names.js";
import { checkSpec, type NetworkSpec, type SpecOptions } from "../../src/model/spec.js";
import { tensorsOf } from "../../src/model/tensors.js";
import type { Params } from "../../src/storage/network-file.js";
import { floats, generator } from "../helpers.js";

/** As much of a Network as the formats read. */
export interface Trained {
  spec: NetworkSpec;
  getParams(): Params;
}

/** Parameters of the size that training leaves: weights that keep the variance, scales near 1, variances above 0. */
export function paramsOf(spec: Pick<NetworkSpec, "inputs" | "layers">, seed: number): Params {
  const params: Params = {};
  tensorsOf(spec).forEach(({ name, shape }, i) => {
    const [rows, cols = 1] = shape;
    const size = name.startsWith("W") ? Math.sqrt(3 / cols) : 0.5;
    const middle = name.startsWith("gamma") || name.startsWith("variance") ? 1 : 0;
    params[name] = floats(rows * cols, seed + i, size).map((value) => value + middle);
  });
  return params;
}

export function trained(options: SpecOptions | readonly number[], seed = 1): Trained {
  const spec = checkSpec(options);
  const params = paramsOf(spec, seed);
  return { spec, getParams: () => params };
}

/** One to six layers of any kind on one to twelve inputs. */
export function randomOptions(
  seed: number,
  activations: readonly ActivationName[] = ACTIVATIONS,
): SpecOptions {
  const next = generator(seed);
  const whole = (limit: number) => Math.floor(next() * limit);
  const name = () => activations[whole(activations.length)];
  const makers: (() => LayerSpec)[] = [
    () => dense(2 + whole(11), name(), { bias: next() < 0.8 }),
    () => activation(name()),
    () => dropout(next() * 0.9),
    () => gaussianNoise(next()),
    () => batchNorm({ epsilon: 10 ** -(2 + whole(5)), momentum: next() }),
    () => layerNorm({ epsilon: 10 ** -(2 + whole(5)) }),
  ];
  const layers = Array.from({ length: 1 + whole(6) }, () => makers[whole(makers.length)]());
  return {
    inputs: 2 + whole(11),
    layers: [dense(2 + whole(11), name()), ...layers],
    loss: "meanSquaredError",
  };
}

/** Every value within `tolerance`, or within that share of values above 1. */
export function expectWithin(actual: ArrayLike<number>, wanted: ArrayLike<number>, tolerance: number): void {
  expect(actual.length).toBe(wanted.length);
  const errors = Array.from(wanted, (value, i) => Math.abs(actual[i] - value) / Math.max(1, Math.abs(value)));
  expect(Math.max(...errors)).toBeLessThanOrEqual(tolerance);
}

/** What the kept files hold: a layer of each kind and an activation of each name of version 1. */
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
