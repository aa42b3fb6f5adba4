import type { LossInput } from "../model/losses.js";
import type { ActivationName } from "../model/names.js";
import { TensorLoss } from "./tensor-loss.js";
import type { ByOutput, Identifier, Model, TensorFlow } from "./types.js";

/** A loss as densely has it. */
export interface TranslatedLoss {
  loss: LossInput;
  /** True if a target is a class index. */
  isSparse: boolean;
  /** The same loss if TensorFlow.js computes it. */
  tensorLoss: TensorLoss | undefined;
}

/** A loss by the last activation; "any" stands for all. */
type LossKind = Partial<Record<ActivationName | "any", LossInput>>;

const PROBABILITIES = { softmax: "categoricalCrossentropy", sigmoid: "categoricalCrossentropy" } as const;
const DECISIONS = { sigmoid: "binaryCrossentropy", softmax: "binaryCrossentropy" } as const;
const SQUARES = { any: "meanSquaredError" } as const;
const DISTANCES = { any: "meanAbsoluteError" } as const;

const SPARSE = "sparseCategoricalCrossentropy";

/** Losses by name: those that compile takes as a text, and those of tf.metrics that are the same functions. */
const NAMED: Readonly<Record<string, LossKind>> = {
  meanSquaredError: SQUARES,
  meanAbsoluteError: DISTANCES,
  logcosh: { any: "logCosh" },
  categoricalCrossentropy: PROBABILITIES,
  [SPARSE]: PROBABILITIES,
  binaryCrossentropy: DECISIONS,
  kullbackLeiblerDivergence: { softmax: "klDivergence" },
  poisson: { any: "poisson" },
};

/** Losses of tf.losses by name. They take logits where densely calls outputs so that are no probabilities. */
const OF_CORE: Readonly<Record<string, LossKind>> = {
  meanSquaredError: SQUARES,
  absoluteDifference: DISTANCES,
  huberLoss: { any: "huber" },
  logLoss: { sigmoid: "binaryCrossentropy" },
  hingeLoss: { any: "hinge" },
  sigmoidCrossEntropy: { linear: "binaryCrossentropy" },
  softmaxCrossEntropy: { linear: "categoricalCrossentropy" },
};

/** Other names of metrics. */
const SYNONYMS: Readonly<Record<string, string>> = {
  mse: "meanSquaredError",
  MSE: "meanSquaredError",
  mae: "meanAbsoluteError",
  MAE: "meanAbsoluteError",
};

/** The functions of TensorFlow.js that models are compiled with. */
export interface Functions {
  losses?: object;
  metrics?: object;
}

/** The name of a loss or metric: of a text the text, of a function its name in a namespace, undefined if it is not there. */
export function nameOf(given: Identifier | undefined, namespace: object | undefined): string | undefined {
  const [name] =
    typeof given === "string"
      ? [given]
      : (Object.entries(namespace ?? {}).find(([, f]) => f === given) ?? []);
  return name && (SYNONYMS[name] ?? name);
}

/** The values that compile was given for the only output of a model. */
export function onlyOf<T extends Identifier>(given: ByOutput<T> | undefined, output: string): readonly T[] {
  if (given === undefined || given === null) return [];
  if (typeof given === "string" || typeof given === "function") return [given];
  if (Array.isArray(given)) return given;
  return onlyOf((given as Readonly<Record<string, T | readonly T[]>>)[output], output);
}

/**
 * The loss of a compiled model with one output. TensorFlow.js computes those that densely does not have, or has differently.
 * @param last the last activation. @param isWeighted true if each row has a factor of its loss.
 * @throws Refusal where functions of TensorFlow.js are missing.
 */
export function translateLoss(
  model: Model,
  last: ActivationName,
  tf: TensorFlow,
  isWeighted: boolean,
): TranslatedLoss {
  const [given] = onlyOf(model.loss, model.outputNames[0]);
  const core = typeof given === "function" ? nameOf(given, tf.losses) : undefined;
  const name = core ?? nameOf(given, tf.metrics);
  const by = name && (core ? OF_CORE : NAMED)[name];
  const isSparse = name === SPARSE;
  const loss = by && !isWeighted && (by[last] ?? by.any);
  if (loss) return { loss, isSparse, tensorLoss: undefined };
  const tensorLoss = new TensorLoss(tf, model.lossFunctions[0], name);
  return { loss: tensorLoss.input, isSparse, tensorLoss };
}
