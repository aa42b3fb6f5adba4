import { SpecError } from "../errors.js";
import { dense } from "../program/layers/dense.js";
import { checkKeys, checkNumber, checkWhole, show } from "./check.js";
import { checkLayer, kindOf, type LayerInput, type LayerSpec } from "./layers.js";
import { checkLoss, FOLDED, isOverClasses, type LossInput, type LossSpec } from "./losses.js";
import type { ActivationName } from "./names.js";
import { checkOptimizer, type OptimizerInput, type OptimizerSpec } from "./optimizers.js";

/** A whole network as plain, complete and valid JSON data. */
export interface NetworkSpec {
  inputs: number;
  layers: LayerSpec[];
  loss: LossSpec;
  optimizer: OptimizerSpec;
  seed: number;
  inputScale: number;
}

/** What the constructor of Network takes (besides `math`); all but inputs and layers have defaults. */
export interface SpecOptions {
  /** Features of one sample. */
  inputs: number;
  /** From the first hidden layer to the output layer. */
  layers: readonly LayerInput[];
  /** Default by the last activation: softmax -> categoricalCrossentropy, sigmoid -> binaryCrossentropy, else meanSquaredError. */
  loss?: LossInput;
  /** Default "adam". */
  optimizer?: OptimizerInput;
  /** A whole number from 0: initial weights, shuffles, dropout and noise follow from it. Default 0. */
  seed?: number;
  /** What the bytes of a Uint8Array x are multiplied by; other arrays are taken as they are. Default 1/255. */
  inputScale?: number;
}

/** The keys of SpecOptions. */
export const SPEC_KEYS: readonly string[] = ["inputs", "layers", "loss", "optimizer", "seed", "inputScale"];

/** The width of the data before each layer, and behind the last. */
export function widthsOf({ inputs, layers }: Pick<NetworkSpec, "inputs" | "layers">): number[] {
  const widths = [inputs];
  for (const layer of layers) widths.push(kindOf(layer).widthOf(layer, widths[widths.length - 1]));
  return widths;
}

/** Outputs of one sample. */
export function outputsOf(spec: Pick<NetworkSpec, "inputs" | "layers">): number {
  return widthsOf(spec)[spec.layers.length];
}

/** What the last layer applies: "linear" where it is neither dense nor an activation. */
export function lastActivation({ layers }: Pick<NetworkSpec, "layers">): ActivationName {
  const last = layers[layers.length - 1];
  return last.type === "dense" || last.type === "activation" ? last.activation : "linear";
}

/** Whether the loss reads the last Z (through its own sigmoid or softmax) instead of the last A. */
export function isFolded(spec: NetworkSpec): boolean {
  return FOLDED[spec.loss.type] === lastActivation(spec);
}

/** Whether the outputs compete for one class, which the largest wins; else each output is a decision of its own. */
export function picksLargest(spec: NetworkSpec): boolean {
  return lastActivation(spec) === "softmax" || isOverClasses(spec.loss);
}

/** Whether the outputs are logits, decided at 0: of a cross-entropy whose own activation is not the last one. */
function endsInLogits(spec: NetworkSpec): boolean {
  const { type } = spec.loss;
  return (type === "binaryCrossentropy" || type === "categoricalCrossentropy") && !isFolded(spec);
}

/** Whether the outputs are decisions, so that they can be right or wrong. */
export function isClassifier(spec: NetworkSpec): boolean {
  const isHinge = spec.loss.type === "hinge";
  return picksLargest(spec) || endsInLogits(spec) || isHinge || lastActivation(spec) === "sigmoid";
}

/** Where an output decides for its class. */
export function thresholdOf(spec: NetworkSpec): number {
  return endsInLogits(spec) || (spec.loss.type === "hinge" && lastActivation(spec) !== "sigmoid") ? 0 : 0.5;
}

/** [4, 16, 3] as layers: relu between, softmax at the end, or sigmoid for a single unit. */
function expand(sizes: readonly unknown[]): { inputs: unknown; layers: unknown[] } {
  if (sizes.length < 2) {
    throw new SpecError(
      `The shorthand has ${sizes.length} sizes: give inputs, hidden units and outputs, such as [4, 16, 3].`,
    );
  }
  const [inputs, ...units] = sizes;
  const layers = units.map((size, i) => {
    if (i < units.length - 1) return dense(size as number, "relu");
    return dense(size as number, size === 1 ? "sigmoid" : "softmax");
  });
  return { inputs, layers };
}

/** Far beyond what can be trained; a file could ask for any number. */
const MOST_LAYERS = 10_000;

/** @throws SpecError for a softmax over one value, which is always 1. */
function checkSoftmax(layers: readonly LayerSpec[], widths: readonly number[]): void {
  layers.forEach((layer, i) => {
    if ("activation" in layer && layer.activation === "softmax" && widths[i + 1] === 1) {
      throw new SpecError(
        `Layer ${i + 1} is a softmax over 1 unit, which is always 1: use dense(1, "sigmoid").`,
      );
    }
  });
}

/** @throws SpecError for a limit of weights with an optimizer that finds its steps by comparing losses. */
function checkLimits(layers: readonly LayerSpec[], { type }: OptimizerSpec): void {
  const limited = layers.findIndex((layer) => layer.type === "dense" && layer.maxNorm > 0);
  if (limited < 0 || type !== "lbfgs") return;
  throw new SpecError(
    `Layer ${limited + 1} has a maxNorm, which lbfgs cannot keep to: use l2, or choose adam.`,
  );
}

/**
 * Checks what a user gave and fills in every default.
 * @throws SpecError naming the value, what was expected and the nearest valid name.
 */
export function checkSpec(options: SpecOptions | readonly number[]): NetworkSpec {
  const given = Array.isArray(options) ? expand(options) : (options as SpecOptions);
  checkKeys(given, SPEC_KEYS, "Network");
  const { layers, loss, optimizer, seed, inputScale } = given as Partial<SpecOptions>;
  const inputs = checkWhole(given.inputs, 1, "inputs");
  if (!Array.isArray(layers) || layers.length === 0) {
    throw new SpecError(
      `layers is ${show(layers)}: give at least one layer, such as [dense(16, "relu"), dense(3, "softmax")].`,
    );
  }
  if (layers.length > MOST_LAYERS) {
    throw new SpecError(`layers has ${layers.length} entries: give at most ${MOST_LAYERS}.`);
  }
  const checked = { inputs, layers: layers.map(checkLayer) };
  const widths = widthsOf(checked);
  checkSoftmax(checked.layers, widths);
  const checkedOptimizer = checkOptimizer(optimizer ?? "adam");
  checkLimits(checked.layers, checkedOptimizer);
  return {
    ...checked,
    loss: checkLoss(loss, lastActivation(checked), widths[widths.length - 1]),
    optimizer: checkedOptimizer,
    seed: checkWhole(seed ?? 0, 0, "seed"),
    inputScale: checkNumber(inputScale ?? 1 / 255, Number.MIN_VALUE, Infinity, "inputScale"),
  };
}
