/** Formulas as text: every printed formula is evaluated by JavaScript and compared with its value in float64. */

import { describe, expect, it } from "vitest";
import { type Language, printStep } from "../../src/formats/module/print.js";
import { FORMULAS } from "../../src/formulas/activations.js";
import { float64 } from "../../src/formulas/float64.js";
import type { ActivationStep, FeatureStep } from "../../src/formulas/steps.js";

const JAVASCRIPT: Language = {
  literal: String,
  call: (name, operands) => `${name === "erf" ? "" : "Math."}${name}(${operands.join(", ")})`,
};

const print = (step: ActivationStep | FeatureStep) => printStep(step, JAVASCRIPT, "v", (field) => field);

function evaluate(text: string, v: number): number {
  return new Function("v", "erf", `return ${text};`)(v, float64.erf);
}

function step(formula: FeatureStep["formula"]): FeatureStep {
  return { kind: "feature", name: "test", fields: [], options: {}, formula };
}

const NESTED: [text: string, formula: FeatureStep["formula"]][] = [
  ["v - (1 - v)", (v, _, { sub }) => sub(v, sub(1, v))],
  ["v - 1 - v", (v, _, { sub }) => sub(sub(v, 1), v)],
  ["v + (1 + v)", (v, _, { add }) => add(v, add(1, v))],
  ["v / (3 * v)", (v, _, { div, mul }) => div(v, mul(3, v))],
  ["v / 3 * v", (v, _, { div, mul }) => mul(div(v, 3), v)],
  ["(v + 1) * (v - 1)", (v, _, { add, mul, sub }) => mul(add(v, 1), sub(v, 1))],
  ["-(-v)", (v, _, { neg }) => neg(neg(v))],
  ["-(v + 1) / v", (v, _, { add, div, neg }) => div(neg(add(v, 1)), v)],
  ["v - -v", (v, _, { neg, sub }) => sub(v, neg(v))],
  ["v / (-2)", (v, _, { div }) => div(v, -2)],
  ["-2 * v", (v, _, { mul }) => mul(-2, v)],
  ["Math.max(v - 1, -2)", (v, _, { max, sub }) => max(sub(v, 1), -2)],
];

it.each(NESTED)("%s", (text, formula) => {
  expect(print(step(formula))).toBe(text);
  for (const v of [-2.3, 0.7]) expect(evaluate(text, v)).toBe(formula(v, {}, float64));
});

describe("activations", () => {
  const names = Object.keys(FORMULAS).filter((name) => name !== "linear") as ActivationStep["name"][];

  it.each(names)("%s", (name) => {
    const text = print({ kind: "activation", name });
    for (const v of [-1000, -2.3, -0.1, 0, 0.7, 1000]) {
      expect(evaluate(text, v)).toBe(FORMULAS[name](v, float64));
    }
  });
});

it("fields and options are called by name", () => {
  const formula: FeatureStep["formula"] = (x, { weight, epsilon }, { add, mul }) =>
    mul(weight, add(x, epsilon));
  const scaled: FeatureStep = { ...step(formula), fields: ["weight"], options: { epsilon: 0.5 } };
  expect(printStep(scaled, JAVASCRIPT, "v", (field) => `${field}[j]`)).toBe("weight[j] * (v + epsilon)");
});
