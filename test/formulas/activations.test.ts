import { expect, it } from "vitest";
import { type ElementwiseActivation, FORMULAS } from "../../src/formulas/activations.js";
import { float64 } from "../../src/formulas/float64.js";
import { logSoftmax } from "../../src/formulas/log-softmax.js";
import { checkSpec, givesProbabilities } from "../../src/model/spec.js";
import { dense } from "../../src/program/layers/index.js";
import { derivativeOf } from "../duals.js";

/**
 * Values computed with 60 digits from the definitions of functions that JavaScript does not have. The formulas have their values
 * in docs/vocabulary.md, which a test in test/docs compares with them.
 */
const VALUES: [keyof typeof float64, z: number, value: number][] = [
  ["sigmoid", -2, 0.11920292202211756],
  ["sigmoid", 1.5, 0.8175744761936437],
  ["softplus", -2, 0.1269280110429725],
  ["softplus", 0, Math.LN2],
  ["softplus", 1.5, 1.7014132779827524],
  ["erf", -Math.SQRT2, -0.9544997361036416],
  ["erf", 0, 0],
  ["erf", 1.5 * Math.SQRT1_2, 0.8663855974622839],
];

it.each(VALUES)("%s of %f has its value in float64", (name, z, value) => {
  expect((float64[name] as (z: number) => number)(z)).toBeCloseTo(value, 14);
});

/** Values of Z from far below to far above the kinks of all formulas. */
const RANGE = Array.from({ length: 241 }, (_, i) => (i - 120) / 4);

it.each(Object.entries(FORMULAS))(
  "%s is said to give probabilities if its values are from 0 to 1",
  (name, formula) => {
    const areProbabilities = RANGE.map((z) => formula(z, float64)).every((a) => a >= 0 && a <= 1);
    const spec = checkSpec({ inputs: 1, layers: [dense(1, name as ElementwiseActivation)] });
    expect(givesProbabilities(spec), "the list PROBABILITIES in src/model/spec.ts").toBe(areProbabilities);
  },
);

it.each(Object.entries(FORMULAS))(
  "%s is finite, and its derivative is that of differences",
  (name, formula) => {
    // e^1000 is beyond float64.
    const far = name === "exponential" ? [-1000, -50, 50] : [-1000, -50, 50, 1000];
    for (const z of far) expect(Number.isFinite(formula(z, float64))).toBe(true);
    for (const z of [-4, -1.7, -0.3, 0.4, 2.2, 5]) {
      const difference = (formula(z + 1e-5, float64) - formula(z - 1e-5, float64)) / 2e-5;
      const slope = derivativeOf(formula, z);
      expect(slope / Math.max(1, Math.abs(slope))).toBeCloseTo(difference / Math.max(1, Math.abs(slope)), 9);
    }
  },
);

it.each([
  ["relu", 0, 0],
  ["leakyRelu", 0, 0.01],
  ["elu", 0, 1],
  ["selu", 0, 1.0507009873554805 * 1.6732632423543772],
  ["hardSigmoid", -3, 0],
  ["hardSigmoid", 3, 0],
  ["relu6", 0, 0],
  ["relu6", 6, 0],
] as const)("the derivative of %s at its kink %f is %f, as in the kernels", (name, z, slope) => {
  expect(derivativeOf(FORMULAS[name], z)).toBe(slope);
});

it("logSoftmax is finite for any logits, and its exponentials add up to 1", () => {
  const logs = logSoftmax([1000, -1000, 999]);
  expect(logs.every(Number.isFinite)).toBe(true);
  expect(logs.map(Math.exp).reduce((a, b) => a + b)).toBeCloseTo(1, 14);
  expect(logs[0] - logs[2]).toBeCloseTo(1, 12);
});
