import type { InitializerSpec } from "../../model/initializers.js";
import { type Instruction, SAMPLES } from "../instruction.js";
import { type DifferentiatedPlan, ELEMENTWISE_WORK, type LayerPlan, type LayerTensor } from "./layer.js";

/** Initial values of a parameter that starts at one number. */
export const constant = (value: number): InitializerSpec => ({ type: "constant", value });

/** γ, which starts at 1, and β, which starts at 0. */
export function scaleAndShift(features: number): LayerTensor[] {
  const shape = [features];
  return [
    { role: "gamma", field: "weight", shape, init: constant(1), isStatistic: false },
    { role: "beta", field: "bias", shape, init: constant(0), isStatistic: false },
  ];
}

/** Members that normalizations have in common. */
export const NORMALIZATION = {
  letter: "N",
  widthOf: (_: unknown, inputs: number) => inputs,
  isTrained: ({ trainable }: { trainable: boolean }) => trainable,
  canDescend: () => false,
  keepsZeros: false,
  workOf: (_: unknown, inputs: number) => ELEMENTWISE_WORK * inputs,
  penalize: (): Instruction[] => [],
  limitNorms: (): Instruction[] => [],
};

/** N = γ·(X - mean) / √(variance + ε) + β. `f` names the function in the equation. */
export function normalize<S>(
  { input, output, saved, parameters: { gamma, beta } }: LayerPlan<S, "gamma" | "beta">,
  f: string,
) {
  return {
    equation: `${output.name} = ${gamma.name}·${f}(${input.name}) + ${beta.name}`,
    result: output,
    rows: SAMPLES,
    cols: output.rows,
    a: input,
    b: gamma,
    c: output,
    d: beta,
    h: saved,
  };
}

/** The gradients of X, in place, of γ and of β. A frozen layer has no memory for the last two. */
export function normalizeGradient<S>(
  { input, saved, d, parameters, gradients: { gamma, beta } }: DifferentiatedPlan<S, "gamma" | "beta">,
  f: string,
) {
  const own =
    gamma && beta ? `, ${gamma.name} = ${d.name}·${f}(${input.name})ᵀ, ${beta.name} = ${d.name}·1` : "";
  return {
    equation: `d${input.name} = ${d.name}·${f}'(${input.name})${own}`,
    result: d,
    rows: SAMPLES,
    cols: d.rows,
    a: input,
    b: parameters.gamma,
    c: d,
    d: gamma,
    e: beta,
    h: saved,
  };
}
