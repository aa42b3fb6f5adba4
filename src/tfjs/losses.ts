import type { LossInput } from "../model/losses.js";
import type { ActivationName } from "../model/names.js";
import { refuse } from "./refusal.js";
import type { ByOutput, Identifier, Model } from "./types.js";

/** A loss as densely has it. */
interface TranslatedLoss {
  loss: LossInput;
  /** True if a target is a class index. */
  isSparse: boolean;
  /** True if TensorFlow.js gives one number for the batch instead of one for each row. */
  isMean: boolean;
}

interface LossKind {
  /** The loss by the last activation; "any" stands for all. */
  by: Partial<Record<ActivationName | "any", LossInput>>;
  isSparse?: boolean;
  isMean?: boolean;
}

const PROBABILITIES = { softmax: "categoricalCrossentropy", sigmoid: "categoricalCrossentropy" } as const;
const DECISIONS = { sigmoid: "binaryCrossentropy", softmax: "binaryCrossentropy" } as const;
const SQUARES = { any: "meanSquaredError" } as const;
const DISTANCES = { any: "meanAbsoluteError" } as const;

/** Losses by name: those that compile takes as a text, and those of tf.metrics that are the same functions. */
const NAMED: Readonly<Record<string, LossKind>> = {
  meanSquaredError: { by: SQUARES },
  meanAbsoluteError: { by: DISTANCES },
  logcosh: { by: { any: "logCosh" } },
  categoricalCrossentropy: { by: PROBABILITIES },
  sparseCategoricalCrossentropy: { by: PROBABILITIES, isSparse: true },
  binaryCrossentropy: { by: DECISIONS },
  kullbackLeiblerDivergence: { by: { softmax: "klDivergence" } },
  poisson: { by: { any: "poisson" } },
};

/** Losses of tf.losses by name. They take logits where densely calls outputs so that are no probabilities. */
const OF_CORE: Readonly<Record<string, LossKind>> = {
  meanSquaredError: { by: SQUARES, isMean: true },
  absoluteDifference: { by: DISTANCES, isMean: true },
  huberLoss: { by: { any: "huber" }, isMean: true },
  logLoss: { by: { sigmoid: "binaryCrossentropy" }, isMean: true },
  hingeLoss: { by: { any: "hinge" }, isMean: true },
  sigmoidCrossEntropy: { by: { linear: "binaryCrossentropy" }, isMean: true },
  softmaxCrossEntropy: { by: { linear: "categoricalCrossentropy" }, isMean: true },
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
 * The loss of a compiled model with one output.
 * @param last the last activation.
 * @throws Refusal for one that densely computes differently or not at all.
 */
export function translateLoss(model: Model, last: ActivationName, functions: Functions): TranslatedLoss {
  const [given] = onlyOf(model.loss, model.outputNames[0]);
  const core = typeof given === "function" ? nameOf(given, functions.losses) : undefined;
  const name = core ?? nameOf(given, functions.metrics) ?? refuse("custom loss");
  const { by, isSparse = false, isMean = false } = (core ? OF_CORE : NAMED)[name] ?? refuse(`loss ${name}`);
  const loss = by[last] ?? by.any ?? refuse(`loss ${name} of ${last} outputs`);
  return { loss, isSparse, isMean };
}
