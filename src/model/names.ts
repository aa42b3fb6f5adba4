import { Activation, type Link, Loss } from "../../assembly/isa.js";

/** A function applied to the outputs of a layer. The names are the members of the core's enum. */
export type ActivationName = keyof typeof Activation;

/** The loss that training minimises. The names are the members of the core's enum. */
export type LossName = keyof typeof Loss;

/** The function that makes logits of Z or A for a loss. The names are the members of the core's enum. */
export type LinkName = keyof typeof Link;

/** Other spellings of activations that are understood. */
export type ActivationAlias = "swish" | "leakyReLU" | "logistic" | "identity";

/** Other spellings of losses that are understood. */
export type LossAlias =
  | "mse"
  | "mean_squared_error"
  | "mae"
  | "mean_absolute_error"
  | "bce"
  | "binary_crossentropy"
  | "cce"
  | "categorical_crossentropy"
  | "sparseCategoricalCrossentropy"
  | "sparse_categorical_crossentropy";

/** Other spellings of metrics that are understood. */
export type MetricAlias = "acc" | "mae" | "rmse";

/** The names of a numeric enum, without the numbers that TypeScript adds as reverse keys. */
function namesOf<E extends object>(members: E): (keyof E & string)[] {
  return Object.keys(members).filter((key) => Number.isNaN(Number(key))) as (keyof E & string)[];
}

/** The names of all activations. */
export const ACTIVATIONS: readonly ActivationName[] = namesOf(Activation);

/** The names of all losses. */
export const LOSSES: readonly LossName[] = namesOf(Loss);

const ALIASES: ReadonlyMap<unknown, string> = new Map<ActivationAlias | LossAlias | MetricAlias, string>([
  ["swish", "silu"],
  ["leakyReLU", "leakyRelu"],
  ["logistic", "sigmoid"],
  ["identity", "linear"],
  ["mse", "meanSquaredError"],
  ["mean_squared_error", "meanSquaredError"],
  ["mae", "meanAbsoluteError"],
  ["mean_absolute_error", "meanAbsoluteError"],
  ["bce", "binaryCrossentropy"],
  ["binary_crossentropy", "binaryCrossentropy"],
  ["cce", "categoricalCrossentropy"],
  ["categorical_crossentropy", "categoricalCrossentropy"],
  ["sparseCategoricalCrossentropy", "categoricalCrossentropy"],
  ["sparse_categorical_crossentropy", "categoricalCrossentropy"],
  ["acc", "accuracy"],
  ["rmse", "rootMeanSquaredError"],
]);

/** The one of `names` that another spelling stands for. Any other value is returned as it is. */
export function canonical(name: unknown, names: readonly string[]): unknown {
  const meant = ALIASES.get(name);
  return meant !== undefined && names.includes(meant) ? meant : name;
}
