import type { ActivationChoice, SlopedActivation } from "../model/activations.js";
import { type ElementwiseActivation, SLOPED_FORMULAS } from "./activations.js";
import type { Operations } from "./operations.js";

/** PyTorch's name of a running statistic in its layer. */
export type StatisticField = "running_mean" | "running_var";

/** PyTorch's name of a parameter or statistic in its layer. */
export type Field = "weight" | "bias" | StatisticField;

/** Z = W·A + b of each sample, with W in `weight`, and b in `bias` unless the layer has none. */
export interface DenseStep {
  kind: "dense";
  units: number;
}

/** A = f(Z), element by element. */
export interface ActivationStep {
  kind: "activation";
  name: Exclude<ElementwiseActivation, "linear">;
}

/** A = e^Z / Σ e^Z of each sample. */
export interface SoftmaxStep {
  kind: "softmax";
}

/** A formula for every value of a sample, in which a parameter has one number per feature. */
export interface FeatureStep {
  kind: "feature";
  /** Steps of one name have one formula. */
  name: string;
  fields: readonly Field[];
  /** Numbers that are the same for all features. */
  options: Readonly<Record<string, number>>;
  /** @param values the numbers of the feature by `fields`, and `options`. */
  formula<T>(x: T, values: Readonly<Record<string, T>>, operations: Operations<T>): T;
}

/** Each sample to mean 0 and variance 1 over its features; then times `weight` plus `bias`. */
export interface LayerNormStep {
  kind: "layerNorm";
  /** Added to the variance. */
  epsilon: number;
}

/** A step from the inputs of a layer to its predictions. */
export type Step = DenseStep | ActivationStep | SoftmaxStep | FeatureStep | LayerNormStep;

/** An activation with a slope as a formula with an option. */
const slopedStep = ({ type, alpha }: SlopedActivation): FeatureStep => ({
  kind: "feature",
  name: `${type}Sloped`,
  fields: [],
  options: { alpha },
  formula: (z, values, operations) => SLOPED_FORMULAS[type](z, values.alpha, operations),
});

/** The steps of an activation: none for linear. */
export function activationSteps(name: ActivationChoice): Step[] {
  if (typeof name !== "string") return [slopedStep(name)];
  if (name === "linear") return [];
  return [name === "softmax" ? { kind: "softmax" } : { kind: "activation", name }];
}
