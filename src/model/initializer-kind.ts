import type { Rules } from "./check.js";

/**
 * The distribution of a weight. Uniform: from mean - size to mean + size. Normal: standard deviation `size`, truncated at
 * `cut` standard deviations (0: not truncated). Orthogonal: times `size`. Constant: `size` itself. Identity: `size` from
 * input i to unit i, else 0.
 */
export type Draw =
  | { from: "uniform"; size: number; mean: number }
  | { from: "normal"; size: number; mean: number; cut: number }
  | { from: "orthogonal" | "constant" | "identity"; size: number };

export const normal = (size: number, cut = 0, mean = 0): Draw => ({ from: "normal", size, mean, cut });
export const uniform = (size: number, mean = 0): Draw => ({ from: "uniform", size, mean });

/** A uniform distribution from -h to h has the variance h² / 3. */
export const uniformOf = (variance: number): Draw => uniform(Math.sqrt(3 * variance));
export const normalOf = (variance: number): Draw => normal(Math.sqrt(variance));

/** One initializer: the rules of its options, and the distribution that it draws from. */
export interface InitializerKind<S> {
  options: Rules<Omit<S, "type">>;
  /** @param inputs inputs of the layer. @param units its outputs. */
  draw(spec: S, inputs: number, units: number): Draw;
}
