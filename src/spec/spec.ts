import { SpecError } from "../errors.js";
import { checkKeys, checkName, checkNumber, checkWhole, show } from "./check.js";
import { checkLayer, dense, type LayerSpec } from "./layers.js";
import { type ActivationName, LOSSES, type LossName } from "./names.js";
import { checkOptimizer, type OptimizerSpec } from "./optimizers.js";

/** A whole network as plain, complete and valid JSON data. */
export interface NetworkSpec {
  inputs: number;
  layers: LayerSpec[];
  loss: LossName;
  optimizer: OptimizerSpec;
  seed: number;
  inputScale: number;
}

/** What the constructor of Network takes (besides `math`); all but inputs and layers have defaults. */
export interface SpecOptions {
  /** Features of one sample. */
  inputs: number;
  /** From the first hidden layer to the output layer. */
  layers: LayerSpec[];
  /** Default by the last activation: softmax -> categoricalCrossentropy, sigmoid -> binaryCrossentropy, else meanSquaredError. */
  loss?: LossName | "sparseCategoricalCrossentropy";
  /** Default "adam". */
  optimizer?: OptimizerSpec | OptimizerSpec["type"];
  /** A whole number from 0: initial weights and shuffles follow from it. Default 0. */
  seed?: number;
  /** What the bytes of a Uint8Array x are multiplied by; other arrays are taken as they are. Default 1/255. */
  inputScale?: number;
}

/** The keys of SpecOptions. */
export const SPEC_KEYS: readonly string[] = ["inputs", "layers", "loss", "optimizer", "seed", "inputScale"];

const LOSS_OF: Partial<Record<ActivationName, LossName>> = {
  softmax: "categoricalCrossentropy",
  sigmoid: "binaryCrossentropy",
};

/** The losses on logits and the last activations that turn logits into what such a loss compares. */
const LOGIT_ACTIVATIONS: Partial<Record<LossName, ActivationName>> = {
  binaryCrossentropy: "sigmoid",
  categoricalCrossentropy: "softmax",
};

/** Whether the loss reads the last Z (through its own sigmoid or softmax) instead of the last A. */
export function isFused(spec: NetworkSpec): boolean {
  return LOGIT_ACTIVATIONS[spec.loss] === outputLayer(spec).activation;
}

/** Whether the outputs compete for one class, which the largest wins; else each output is a decision of its own. */
export function picksLargest(spec: NetworkSpec): boolean {
  return outputLayer(spec).activation === "softmax" || spec.loss === "categoricalCrossentropy";
}

/** Whether the outputs are logits: no sigmoid or softmax follows the last product. */
export function endsInLogits(spec: NetworkSpec): boolean {
  return spec.loss in LOGIT_ACTIVATIONS && outputLayer(spec).activation === "linear";
}

/** The last layer. */
export function outputLayer(spec: NetworkSpec): LayerSpec {
  return spec.layers[spec.layers.length - 1];
}

/** Inputs of layer `index`: the units of the one before. */
export function inputsOf(spec: NetworkSpec, index: number): number {
  return index === 0 ? spec.inputs : spec.layers[index - 1].units;
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

function checkLoss(given: unknown, activation: ActivationName, units: number): LossName {
  if (given === undefined) return LOSS_OF[activation] ?? "meanSquaredError";
  const loss = checkName(
    given === "sparseCategoricalCrossentropy" ? "categoricalCrossentropy" : given,
    LOSSES,
    "loss",
  );
  const partner = LOGIT_ACTIVATIONS[loss];
  if (partner && activation !== partner && activation !== "linear") {
    throw new SpecError(
      `The loss ${loss} does not fit the last activation ${show(activation)}: use "${partner}" (or "linear" for logits).`,
    );
  }
  if (loss === "categoricalCrossentropy" && units === 1) {
    throw new SpecError(
      'The loss categoricalCrossentropy needs one unit a class but the last layer has 1: use dense(1, "sigmoid") for two classes.',
    );
  }
  return loss;
}

/**
 * Checks what a user gave and fills in every default.
 * @throws SpecError naming the value, what was expected and the nearest valid name.
 */
export function checkSpec(options: SpecOptions | readonly number[]): NetworkSpec {
  const given = Array.isArray(options) ? expand(options) : (options as SpecOptions);
  checkKeys(given, SPEC_KEYS, "Network");
  const { inputs, layers, loss, optimizer, seed, inputScale } = given as Partial<SpecOptions>;
  checkWhole(inputs, 1, "inputs");
  if (!Array.isArray(layers) || layers.length === 0) {
    throw new SpecError(
      `layers is ${show(layers)}: give at least one layer, such as [dense(16, "relu"), dense(3, "softmax")].`,
    );
  }
  const checked = layers.map(checkLayer);
  const last = checked[checked.length - 1];
  const spec: NetworkSpec = {
    inputs: inputs as number,
    layers: checked,
    loss: checkLoss(loss, last.activation, last.units),
    optimizer: checkOptimizer(optimizer ?? "adam"),
    seed: checkWhole(seed ?? 0, 0, "seed"),
    inputScale: checkNumber(inputScale ?? 1 / 255, Number.MIN_VALUE, Infinity, "inputScale"),
  };
  checked.forEach((layer, i) => {
    if (layer.activation === "softmax" && layer.units === 1) {
      throw new SpecError(
        `Layer ${i + 1} is a softmax over 1 unit, which is always 1: use dense(1, "sigmoid").`,
      );
    }
  });
  return spec;
}
