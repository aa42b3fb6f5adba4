import type { SlopedName } from "../model/activations.js";
import type { ActivationName } from "../model/names.js";
import type { Operand, Operations } from "./operations.js";

/** A function of one value, for any operations. */
export type Formula = <T>(z: T, operations: Operations<T>) => T;

/** Every activation except softmax, whose outputs depend on one another. */
export type ElementwiseActivation = Exclude<ActivationName, "softmax">;

/** Slope of leakyRelu for values below 0. */
const LEAKY_SLOPE = 0.01;

/** α and λ of selu, for which mean 0 and variance 1 are a fixed point (Klambauer et al., 2017). */
const SELU = { alpha: 1.6732632423543772, scale: 1.0507009873554805 };

/** A = f(Z), element by element. */
export const FORMULAS: Readonly<Record<ElementwiseActivation, Formula>> = {
  linear: (z) => z,
  sigmoid: (z, { sigmoid }) => sigmoid(z),
  hardSigmoid: (z, { add, div, min, max }) => div(min(6, max(add(z, 3), 0)), 6),
  tanh: (z, { tanh }) => tanh(z),
  relu: (z, { max }) => max(z, 0),
  leakyRelu: (z, { max, mul }) => max(z, mul(LEAKY_SLOPE, z)),
  elu: (z, { add, max, min, expm1 }) => add(max(z, 0), expm1(min(z, 0))),
  selu: (z, { add, mul, max, min, expm1 }) =>
    mul(SELU.scale, add(max(z, 0), mul(SELU.alpha, expm1(min(z, 0))))),
  gelu: (z, { add, mul, erf }) => mul(mul(0.5, z), add(1, erf(mul(z, Math.SQRT1_2)))),
  silu: (z, { mul, sigmoid }) => mul(z, sigmoid(z)),
  softplus: (z, { softplus }) => softplus(z),
  softsign: (z, { add, div, abs }) => div(z, add(1, abs(z))),
  mish: (z, { mul, tanh, softplus }) => mul(z, tanh(softplus(z))),
  relu6: (z, { max, min }) => min(6, max(z, 0)),
  exponential: (z, { exp }) => exp(z),
  hardSwish: (z, { add, div, max, min, mul }) => mul(z, div(min(6, max(add(z, 3), 0)), 6)),
};

/** A = f(Z, α) of the activations whose slope can be chosen. */
export const SLOPED_FORMULAS: Readonly<
  Record<SlopedName, <T>(z: T, alpha: Operand<T>, operations: Operations<T>) => T>
> = {
  leakyRelu: (z, alpha, { add, max, min, mul }) => add(max(z, 0), mul(alpha, min(z, 0))),
  elu: (z, alpha, { add, max, min, mul, expm1 }) => add(max(z, 0), mul(alpha, expm1(min(z, 0)))),
  hardSigmoid: (z, alpha, { add, max, min, mul }) => min(1, max(add(mul(alpha, z), 0.5), 0)),
};

/**
 * Default initializer of a dense layer, by its activation. The relu family passes on little or nothing of its negative
 * half; He's larger weights make up for that and keep the variance.
 */
export const INITIALIZERS: Readonly<Record<ActivationName, "heUniform" | "lecunNormal" | "glorotUniform">> = {
  linear: "glorotUniform",
  sigmoid: "glorotUniform",
  hardSigmoid: "glorotUniform",
  tanh: "glorotUniform",
  relu: "heUniform",
  leakyRelu: "heUniform",
  elu: "heUniform",
  selu: "lecunNormal",
  gelu: "heUniform",
  silu: "heUniform",
  softplus: "glorotUniform",
  softsign: "glorotUniform",
  mish: "heUniform",
  softmax: "glorotUniform",
  relu6: "heUniform",
  exponential: "glorotUniform",
  hardSwish: "heUniform",
};
