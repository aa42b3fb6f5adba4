import { DenselyError } from "../errors.js";
import { checkLoss } from "../model/losses.js";
import { checkOptimizer } from "../model/optimizers.js";
import { checkSpec, lastActivation, type NetworkSpec, outputsOf } from "../model/spec.js";
import { numbersOf } from "../model/tensors.js";
import type { LayerInput } from "../program/layers/index.js";
import type { Role } from "../program/layers/layer.js";
import { chainOf, inputShapeOf, type Link } from "./chain.js";
import { type IsTrained, translateLayer } from "./layers.js";
import { type TranslatedLoss, translateLoss } from "./losses.js";
import { optimizerKindOf, rateOf } from "./optimizers.js";
import { refuse } from "./refusal.js";
import type { Model, TensorFlow, Weight } from "./types.js";

/** A weight of a model and the name of its parameter in densely. */
export interface Binding {
  name: string;
  weight: Weight;
}

/** A model as densely has it. */
export interface Translation extends Omit<TranslatedLoss, "loss"> {
  spec: NetworkSpec;
  /** The shape of one sample of the input. */
  inputShape: readonly number[];
  bindings: Binding[];
  /** The layers that it stands for. */
  links: Link[];
  /** True if it serves fits that weigh rows too. */
  isWeighted: boolean;
}

/** Calls a function in which densely may find that it does not have something. @throws Refusal */
export function attempt<T>(act: () => T, reason: string): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof DenselyError) return refuse(reason);
    throw error;
  }
}

const product = (sizes: readonly number[]): number => sizes.reduce((all, size) => all * size, 1);

/**
 * A layer that does nothing, between the last activation and the loss. It makes densely compute a cross-entropy as TensorFlow.js
 * does: of probabilities that end at 1e-7 and 1 - 1e-7, where its gradient becomes 0, and not of logits.
 */
const BEFORE_LOSS: LayerInput = { type: "dropout", rate: 0 };

/** The layers of a model, one network without loss and optimizer. */
function translateLayers(
  model: Model,
  isTrained: IsTrained,
): Pick<Translation, "spec" | "inputShape" | "bindings" | "links"> {
  const inputShape = inputShapeOf(model);
  const links = chainOf(model);
  const translated = links.map(({ layer, rank }) => translateLayer(layer, rank, isTrained));
  const layers: LayerInput[] = [...translated.flatMap((part) => part.layers), BEFORE_LOSS];
  const spec = attempt(
    () => checkSpec({ inputs: product(inputShape), layers, loss: "meanSquaredError", optimizer: "sgd" }),
    "settings that densely does not have",
  );
  const numbers = numbersOf(spec);
  const bindings: Binding[] = [];
  let index = 0;
  for (const { layers, weights } of translated) {
    const number = numbers[index];
    for (const [role, weight] of Object.entries(weights) as [Role, Weight][]) {
      bindings.push({ name: `${role}${number}`, weight });
    }
    index += layers.length;
  }
  // There is nothing that shows that such a model was disposed of.
  if (bindings.length === 0) refuse("no weights");
  return { spec, inputShape, bindings, links };
}

/** A model for predictions alone, for which it does not matter what is frozen. @throws Refusal */
export function translateForPrediction(model: Model): Translation {
  return { ...translateLayers(model, () => true), isSparse: false, tensorLoss: undefined, isWeighted: false };
}

/**
 * A compiled model with its loss and optimizer.
 * @param isWeighted true for fits that weigh rows.
 * @throws Refusal for a model that densely would train differently or not at all.
 */
export function translate(model: Model, tf: TensorFlow, isWeighted: boolean): Translation {
  const { optimizer, collectedTrainableWeights } = model;
  if (!optimizer) return refuse("model that is not compiled");
  // TensorFlow.js refuses to train it.
  if (!collectedTrainableWeights?.some((weight) => weight.read().trainable)) refuse("frozen model");
  const trained = new Set(collectedTrainableWeights);
  const layers = translateLayers(model, (weight) => trained.has(weight) && weight.read().trainable);
  const last = lastActivation(layers.spec);
  const { loss, ...targets } = translateLoss(model, last, tf, isWeighted);
  const kind = optimizerKindOf(optimizer);
  if (!(rateOf(optimizer) >= 0)) refuse("learning rate below 0");
  const spec = attempt(
    () => ({
      ...layers.spec,
      loss: checkLoss(loss, last, outputsOf(layers.spec)),
      optimizer: checkOptimizer(kind.spec(optimizer)),
    }),
    "settings that densely does not have",
  );
  return { ...layers, ...targets, isWeighted, spec };
}
