import type { DenseSpec } from "../../model/layers.js";
import { activate, dense, derive, descend, inputGradient, weightGradient } from "../equations.js";
import type { Instruction } from "../instruction.js";
import type { LayerParameters } from "../parameters.js";
import { isTrained, type LayerPlan, type Plan } from "../plan.js";
import type { LayerProgram } from "./layer.js";

/** W and b, or zeros where the layer has no bias. */
function parametersOf({ parameters: { W, b } }: LayerPlan, { noBias }: Plan): LayerParameters {
  return { W: W as LayerParameters["W"], b: b ?? noBias };
}

/** Z = W·A + b and A = f(Z). */
function forward(layer: LayerPlan, plan: Plan, samples: number): Instruction[] {
  const { input, Z, output, skipsZeros } = layer;
  const { activation } = layer.spec as DenseSpec;
  const options = { isRelu: activation === "relu", skipsZeros, scratch: plan.scratch };
  const product = dense(parametersOf(layer, plan), input, Z, samples, options);
  return Z === output ? [product] : [product, activate(activation, Z, output, samples)];
}

/** dZ = dA * f'(Z), dA = Wᵀ·dZ for the layer before, then dW = dZ·Aᵀ and db = dZ·1, or the descent along them. */
function backward(layer: LayerPlan, plan: Plan, samples: number): Instruction[] {
  const { input, Z, output, dInput, gradients, isFolded, skipsZeros } = layer;
  const { activation } = layer.spec as DenseSpec;
  const { scratch, rates, spare } = plan;
  const program: Instruction[] = [];
  let dZ = layer.d as LayerParameters["W"];
  if (activation !== "linear" && !isFolded) {
    dZ = { ...dZ, name: dZ.name.replace("A", "Z") };
    program.push(derive(activation, Z, output, dZ, samples));
  } else if (isFolded) dZ = { ...dZ, name: `d${Z.name}` };
  const parameters = parametersOf(layer, plan);
  // First dA, because the descent changes W.
  if (dInput) program.push(inputGradient(parameters.W, dZ, dInput, scratch, samples));
  if (!isTrained(layer.spec)) return program;
  const operands = { dZ, A: input, scratch, skipsZeros };
  if (layer.descends) {
    const b = layer.parameters.b ?? spare;
    return [...program, descend(operands, { W: parameters.W, b }, rates, samples)];
  }
  const { W = spare, b = spare } = gradients;
  return [...program, weightGradient(operands, { W, b }, samples)];
}

export const denseProgram: LayerProgram = { forward, backward };
