import { SpecError } from "../errors.js";
import { dense } from "../program/layers/dense.js";
import { nameOf } from "./activations.js";
import { checkBoolean, checkOptions, positive, type Rules, show, whole } from "./check.js";
import { checkLayer, kindOf, type LayerInput, type LayerSpec } from "./layers.js";
import { checkLoss, isOverClasses, type LossInput, type LossSpec, lossKindOf } from "./losses.js";
import type { ActivationName, LinkName } from "./names.js";
import { checkOptimizer, type OptimizerInput, type OptimizerSpec, optimizerKindOf } from "./optimizers.js";

/** A whole network as plain JSON data: complete and checked. */
export interface NetworkSpec {
  inputs: number;
  layers: LayerSpec[];
  loss: LossSpec;
  optimizer: OptimizerSpec;
  seed: number;
  inputScale: number;
  /** Undefined for false. */
  penaltiesInLoss: true | undefined;
}

/** The default of inputScale: the bytes of a picture become numbers from 0 to 1. */
export const PIXEL_SCALE = 1 / 255;

/** The options of the constructor of Network, except `math`. All except inputs and layers have defaults. */
export interface SpecOptions {
  /** Features of one sample, at least 1. */
  inputs: number;
  /** From the first hidden layer to the output layer, at least one. */
  layers: readonly LayerInput[];
  /** Default by the last activation: softmax -> categoricalCrossentropy, sigmoid -> binaryCrossentropy, else meanSquaredError. */
  loss?: LossInput | undefined;
  /** Default "adam". */
  optimizer?: OptimizerInput | undefined;
  /** A whole number of at least 0 that determines initial weights, shuffles, dropout and noise. Default 0. */
  seed?: number | undefined;
  /** Factor of the bytes of a Uint8Array or Uint8ClampedArray x, above 0. Other arrays are not scaled. Default 1/255. */
  inputScale?: number | undefined;
  /** True to report losses with the penalties of l1 and l2, as Keras does. Default false. Gradients have them always. */
  penaltiesInLoss?: boolean | undefined;
}

/** The width of the data before each layer, and after the last one. */
export function widthsOf({ inputs, layers }: Pick<NetworkSpec, "inputs" | "layers">): number[] {
  const widths = [inputs];
  for (const layer of layers) widths.push(kindOf(layer).widthOf(layer, widths[widths.length - 1]));
  return widths;
}

/** The number of outputs of one sample. */
export function outputsOf(spec: Pick<NetworkSpec, "inputs" | "layers">): number {
  return widthsOf(spec)[spec.layers.length];
}

/** The layers without those at the end that act in training alone. */
export function predictingLayers({ layers }: Pick<NetworkSpec, "layers">): LayerSpec[] {
  let count = layers.length;
  while (count > 0 && kindOf(layers[count - 1]).stepsOf(layers[count - 1]).length === 0) count--;
  return layers.slice(0, count);
}

/** The activation that the predictions end in; "linear" if none. Layers that act in training alone do not count. */
export function lastActivation(spec: Pick<NetworkSpec, "layers">): ActivationName {
  const acting = predictingLayers(spec);
  return activationOf(acting[acting.length - 1]);
}

/** The activation of a layer; "linear" if it has none. */
function activationOf(layer: LayerSpec | undefined): ActivationName {
  return layer && "activation" in layer ? nameOf(layer.activation) : "linear";
}

/** The activations whose outputs are probabilities. */
const PROBABILITIES: readonly ActivationName[] = ["sigmoid", "hardSigmoid", "softmax"];

/** True if the outputs are probabilities. Those of any other last activation are numbers or logits. */
export function givesProbabilities(spec: NetworkSpec): boolean {
  return PROBABILITIES.includes(lastActivation(spec));
}

/** True if the last activation is fused into the loss, which then reads the last Z instead of the last A. */
export function isFused(spec: NetworkSpec): boolean {
  const { fusedWith, links } = lossKindOf(spec.loss);
  const last = activationOf(spec.layers[spec.layers.length - 1]);
  return last === fusedWith || links?.ofZ[last] !== undefined;
}

/**
 * The function that makes logits for a loss that takes them: of Z where the last activation is fused, else of probabilities. Undefined
 * where what the loss reads needs none.
 */
export function linkOf(spec: NetworkSpec): LinkName | undefined {
  const { links } = lossKindOf(spec.loss);
  if (isFused(spec)) return links?.ofZ[lastActivation(spec)];
  return givesProbabilities(spec) ? links?.ofProbabilities : undefined;
}

/** True if the outputs compete for one class, which the largest wins. Otherwise each output is a decision of its own. */
export function picksLargest(spec: NetworkSpec): boolean {
  return lastActivation(spec) === "softmax" || isOverClasses(spec.loss);
}

/** True if the outputs are decisions, which can be right or wrong. */
export function isClassifier(spec: NetworkSpec): boolean {
  const isThresholded = lossKindOf(spec.loss).threshold !== undefined;
  return picksLargest(spec) || isThresholded || givesProbabilities(spec);
}

/** An output above this decides for its class, if each output is a decision of its own: 0.5 of a probability, 0 of a logit. */
export function thresholdOf(spec: NetworkSpec): number {
  return givesProbabilities(spec) ? 0.5 : (lossKindOf(spec.loss).threshold ?? 0.5);
}

/**
 * The network up to the numbers that decisions read: without the last activation where it is fused into the loss. Rounding
 * can make outputs equal whose logits are not, so all decisions must read the same ones.
 */
export function decidingSpec(spec: NetworkSpec): NetworkSpec {
  if (!isFused(spec)) return spec;
  const layers = [...spec.layers];
  layers[layers.length - 1] = { ...layers[layers.length - 1], activation: "linear" } as LayerSpec;
  return { ...spec, layers };
}

/** The threshold of the numbers that decisions read. */
export function decidingThreshold(spec: NetworkSpec): number {
  return isFused(spec) ? 0 : thresholdOf(spec);
}

/** The shorthand [4, 16, 3] as layers: relu for hidden layers, softmax for the last one, or sigmoid if it has one unit. */
function expand(sizes: readonly unknown[]): { inputs: unknown; layers: unknown[] } {
  if (sizes.length < 2) {
    throw new SpecError(
      `The shorthand has ${sizes.length} sizes: give inputs, hidden units and outputs, such as [4, 16, 3].`,
    );
  }
  const [inputs, ...units] = sizes;
  // Array.from visits holes too, as undefined.
  const layers = Array.from(units, (size, i) => {
    if (i < units.length - 1) return dense(size as number, "relu");
    return dense(size as number, size === 1 ? "sigmoid" : "softmax");
  });
  return { inputs, layers };
}

/** Far more than can be trained. A file could ask for any number. */
const MOST_LAYERS = 10_000;

/** @throws SpecError for a softmax over one unit, which is always 1. */
function checkSoftmax(layers: readonly LayerSpec[], widths: readonly number[]): void {
  layers.forEach((layer, i) => {
    if ("activation" in layer && layer.activation === "softmax" && widths[i + 1] === 1) {
      throw new SpecError(
        `Layer ${i + 1} is a softmax over 1 unit, which is always 1: use dense(1, "sigmoid").`,
      );
    }
  });
}

/**
 * @throws SpecError for maxNorm and factors with an optimizer that compares losses along one line, which a change of the
 * weights or another step for some of them would upset.
 */
function checkSteps(layers: readonly LayerSpec[], optimizer: OptimizerSpec): void {
  if (!optimizerKindOf(optimizer).comparesLosses) return;
  const { type } = optimizer;
  layers.forEach((layer, i) => {
    if ("maxNorm" in layer && layer.maxNorm > 0) {
      throw new SpecError(
        `Layer ${i + 1} has a maxNorm, which ${type} cannot apply: use l2, or choose adam.`,
      );
    }
    if ("trainable" in layer && (layer.rate || layer.decay)) {
      throw new SpecError(
        `Layer ${i + 1} has a rate or decay, which ${type} cannot apply: leave it out, or choose adam.`,
      );
    }
  });
}

/** Checks the layers. @throws SpecError */
function checkLayers(layers: unknown, what: string): LayerSpec[] {
  if (!Array.isArray(layers) || layers.length === 0) {
    throw new SpecError(
      `${what} is ${show(layers)}: give at least one layer, such as [dense(16, "relu"), dense(3, "softmax")].`,
    );
  }
  if (layers.length > MOST_LAYERS) {
    throw new SpecError(`${what} has ${layers.length} entries: give at most ${MOST_LAYERS}.`);
  }
  return Array.from(layers, checkLayer);
}

/** The options of a network. The loss is checked when the layers are known. */
const OPTIONS: Rules<Omit<NetworkSpec, "loss"> & { loss: unknown }> = {
  inputs: whole(),
  layers: { check: checkLayers },
  loss: { check: (loss) => loss },
  optimizer: { check: (optimizer) => checkOptimizer(optimizer === undefined ? "adam" : optimizer) },
  seed: whole(0, 0),
  inputScale: positive(PIXEL_SCALE),
  penaltiesInLoss: { check: (value = false) => checkBoolean(value, "penaltiesInLoss") || undefined },
};

/** The names of the options of a network, except `math`. */
export const SPEC_KEYS: readonly string[] = Object.keys(OPTIONS);

/**
 * Checks the options of a network and fills in all defaults.
 * @param options the whole network, or its sizes: [4, 16, 3].
 * @throws SpecError for an unknown name or option, with the nearest valid one, or for a value out of range.
 */
export function checkSpec(options: SpecOptions | readonly number[]): NetworkSpec {
  const given = Array.isArray(options) ? expand(options) : options;
  const { loss, ...spec } = checkOptions(OPTIONS, given, "Network");
  const { layers, optimizer } = spec;
  const widths = widthsOf(spec);
  checkSoftmax(layers, widths);
  checkSteps(layers, optimizer);
  return { ...spec, loss: checkLoss(loss, lastActivation(spec), widths[layers.length]) };
}
