import { poolSize } from "../machine/pool-size.js";
import { type Examples, type Following, type Member, takeExamples, trainMember } from "./member.js";
import type { Inputs } from "./preparation.js";
import type { Recipe, Shape } from "./recipes.js";
import type { Split } from "./split.js";

/** Networks that are trained together. */
export interface Round {
  examples: Examples;
  /** Validation rows of networks without a split. */
  validation: Examples | undefined;
  recipe: Recipe;
  shape: Shape;
  /** The rows that each network is trained and validated on; undefined for all rows. */
  splits: readonly (Split | undefined)[];
  /** The seed of each network. */
  seedOf: (network: number) => number;
  /** Options that are passed on to the fit of each network. */
  follow: (network: number) => Following;
}

/** The networks of a round, with their splits. */
export interface Trained {
  members: Member[];
  splits: (Split | undefined)[];
}

/** Calls functions, `width` of them at a time. @returns their results in order. */
async function inTurn<T>(calls: readonly (() => Promise<T>)[], width: number): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < calls.length) {
      const place = next++;
      results[place] = await calls[place]();
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, calls.length) }, work));
  return results;
}

/** Bytes of inputs of which there is a copy for one network at a time alone. */
const LARGE = 256 * 2 ** 20;

/** Networks that are trained at a time: as many as the pool has workers, if workers train them and copies fit into memory. */
const widthOf = ({ worker }: Following, { values }: Inputs): number =>
  worker && values.byteLength < LARGE ? poolSize() : 1;

const hasEpochs = ({ history }: Member): boolean => history.epochs > 0;

/** True if a network has been trained for an epoch or more. */
export const isTrained = ({ members }: Trained): boolean => members.some(hasEpochs);

/** Trains networks, each from its seed on its rows. */
export async function trainRound(round: Round): Promise<Trained> {
  const { examples, validation, recipe, shape, splits, seedOf, follow } = round;
  const calls = splits.map((split, network) => (): Promise<Member> => {
    const training = split ? takeExamples(examples, split.outside) : examples;
    const held = split ? takeExamples(examples, split.inside) : validation;
    return trainMember({ training, validation: held, seed: seedOf(network) }, recipe, shape, follow(network));
  });
  const members = await inTurn(calls, widthOf(follow(0), examples.inputs));
  if (!members.some(hasEpochs)) return { members, splits: [...splits] };
  // A fit that was stopped has networks without an epoch, which would spoil the mean.
  return { members: members.filter(hasEpochs), splits: splits.filter((_, i) => hasEpochs(members[i])) };
}
