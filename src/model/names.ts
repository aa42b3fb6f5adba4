import { Activation, Loss } from "../../assembly/isa.js";

/** A function applied to the output of a layer: each name is a member of the core's enum. */
export type ActivationName = keyof typeof Activation;

/** What training minimises: each name is a member of the core's enum. */
export type LossName = keyof typeof Loss;

/** Other spellings that are understood. */
export type ActivationAlias = "swish" | "leakyReLU";
export type LossAlias = "sparseCategoricalCrossentropy";

/** The names of a numeric enum, without its reverse keys. */
function namesOf<E extends object>(members: E): (keyof E & string)[] {
  return Object.keys(members).filter((key) => Number.isNaN(Number(key))) as (keyof E & string)[];
}

export const ACTIVATIONS: readonly ActivationName[] = namesOf(Activation);
export const LOSSES: readonly LossName[] = namesOf(Loss);

const ALIASES: Readonly<Record<ActivationAlias | LossAlias, string>> = {
  swish: "silu",
  leakyReLU: "leakyRelu",
  sparseCategoricalCrossentropy: "categoricalCrossentropy",
};

/** The name that another spelling stands for; anything else as it is. */
export function canonical(name: unknown): unknown {
  return ALIASES[name as ActivationAlias] ?? name;
}
