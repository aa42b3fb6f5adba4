import { inputsOf, type NetworkSpec } from "./spec.js";

/**
 * The half-width of the uniform distribution that the weights of a layer start from: √(6 / inputs) before relu (He et
 * al., 2015), else √(6 / (inputs + units)) (Glorot and Bengio, 2010). Biases start at 0.
 */
export function initialLimit(spec: NetworkSpec, index: number): number {
  const { units, activation } = spec.layers[index];
  const inputs = inputsOf(spec, index);
  return Math.sqrt(6 / (activation === "relu" ? inputs : inputs + units));
}
