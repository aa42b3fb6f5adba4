import type { Network } from "../network/network.js";
import { type Ensemble, meanOutputs } from "./ensemble.js";
import type { Inputs, Preparation } from "./preparation.js";
import type { Recipe } from "./recipes.js";

/** The networks that predict one target. */
export interface Head<C> {
  /** The name of the target. */
  name: string;
  coding: C;
  networks: Network[];
}

/** A trained model. @typeParam C the coding of a target. */
export interface Model<C> {
  preparation: Preparation;
  recipe: Recipe;
  heads: Head<C>[];
}

/** A head that was just trained, with what its validation rows say. */
export interface TrainedHead<C> extends Head<C>, Ensemble {}

/** A model that was just trained. */
export interface TrainedModel<C> extends Model<C> {
  heads: TrainedHead<C>[];
}

/** The outputs of a head for each row: the mean of its networks, row by row. */
export const outputsOf = <C>({ networks }: Head<C>, inputs: Inputs): Float64Array =>
  meanOutputs(networks, inputs);

/** Frees the memory of all networks. */
export function disposeOf<C>({ heads }: Model<C>): void {
  for (const { networks } of heads) for (const network of networks) network.dispose();
}
