import type { Rules } from "./check.js";

/**
 * The distribution of a weight. Uniform: from -size to size. Normal: mean 0, standard deviation `size`, truncated at
 * `cut` standard deviations (0: not truncated). Orthogonal: times `size`. Constant: `size` itself.
 */
export type Draw =
  | { from: "uniform" | "orthogonal"; size: number }
  | { from: "normal"; size: number; cut: number }
  | { from: "constant"; size: number };

export const normal = (size: number, cut = 0): Draw => ({ from: "normal", size, cut });
export const uniform = (size: number): Draw => ({ from: "uniform", size });

/** A uniform distribution from -h to h has the variance h² / 3. */
export const uniformOf = (variance: number): Draw => uniform(Math.sqrt(3 * variance));
export const normalOf = (variance: number): Draw => normal(Math.sqrt(variance));

/** One initializer: the rules of its options, and the distribution that it draws from. */
export interface InitializerKind<S> {
  options: Rules<Omit<S, "type">>;
  /** @param inputs inputs of the layer. @param units its outputs. */
  draw(spec: S, inputs: number, units: number): Draw;
}
