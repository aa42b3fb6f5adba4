import { Activation, Loss } from "../../assembly/isa.js";

/** A function applied to the output of a layer: each name is a member of the core's enum. */
export type ActivationName = keyof typeof Activation;

/** What training minimises: each name is a member of the core's enum. */
export type LossName = keyof typeof Loss;

/** The names of a numeric enum, without its reverse keys. */
function namesOf<E extends object>(members: E): (keyof E & string)[] {
  return Object.keys(members).filter((key) => Number.isNaN(Number(key))) as (keyof E & string)[];
}

export const ACTIVATIONS: readonly ActivationName[] = namesOf(Activation);
export const LOSSES: readonly LossName[] = namesOf(Loss);
