import { expect, it } from "vitest";
import { type ElementwiseActivation, FORMULAS } from "../../src/formulas/activations.js";
import { float64, logSoftmax } from "../../src/formulas/float64.js";
import { derivativeOf } from "../duals.js";

/** f(-2), f(0) and f(1.5), computed with 60 digits from their definitions. Kernels are compared with FORMULAS elsewhere. */
const VALUES: Partial<Record<ElementwiseActivation, readonly [number, number, number]>> = {
  linear: [-2, 0, 1.5],
  sigmoid: [0.11920292202211756, 0.5, 0.8175744761936437],
  hardSigmoid: [0.16666666666666666, 0.5, 0.75],
  tanh: [-0.9640275800758169, 0, 0.9051482536448664],
  relu: [0, 0, 1.5],
  leakyRelu: [-0.02, 0, 1.5],
  elu: [-0.8646647167633873, 0, 1.5],
  selu: [-1.520166468595695, 0, 1.5760514810332207],
  gelu: [-0.04550026389635842, 0, 1.399789198096713],
  silu: [-0.23840584404423512, 0, 1.2263617142904655],
  softplus: [0.1269280110429725, Math.LN2, 1.7014132779827524],
  softsign: [-0.6666666666666666, 0, 0.6],
  mish: [-0.2525014826957089, 0, 1.4033782663958025],
};
const POINTS = [-2, 0, 1.5];

it.each(Object.entries(VALUES))("%s has its values in float64", (name, values) => {
  POINTS.forEach((z, i) => {
    expect(FORMULAS[name as ElementwiseActivation](z, float64)).toBeCloseTo(values[i], 14);
  });
});

it.each(Object.entries(FORMULAS))("%s is finite, and its derivative is that of differences", (_, formula) => {
  for (const z of [-1000, -50, 50, 1000]) expect(Number.isFinite(formula(z, float64))).toBe(true);
  for (const z of [-4, -1.7, -0.3, 0.4, 2.2, 5]) {
    const difference = (formula(z + 1e-5, float64) - formula(z - 1e-5, float64)) / 2e-5;
    expect(derivativeOf(formula, z)).toBeCloseTo(difference, 9);
  }
});

it.each([
  ["relu", 0, 0],
  ["leakyRelu", 0, 0.01],
  ["elu", 0, 1],
  ["selu", 0, 1.0507009873554805 * 1.6732632423543772],
  ["hardSigmoid", -3, 0],
  ["hardSigmoid", 3, 0],
] as const)("the derivative of %s at its kink %f is %f, as in the kernels", (name, z, slope) => {
  expect(derivativeOf(FORMULAS[name], z)).toBe(slope);
});

it("logSoftmax is finite for any logits, and its exponentials add up to 1", () => {
  const logs = logSoftmax([1000, -1000, 999]);
  expect(logs.every(Number.isFinite)).toBe(true);
  expect(logs.map(Math.exp).reduce((a, b) => a + b)).toBeCloseTo(1, 14);
  expect(logs[0] - logs[2]).toBeCloseTo(1, 12);
});
