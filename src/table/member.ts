import type { Numbers } from "../data/table.js";
import type { FitOptions } from "../fit/options.js";
import { Network } from "../network/network.js";
import type { EpochReport, History } from "../record/history.js";
import { type Targets, takeInputs, takeValues } from "./inputs.js";
import type { Inputs } from "./preparation.js";
import { networkOptions, type Recipe, type Shape } from "./recipes.js";

/** Rows with what is to be learned about them. */
export interface Examples {
  inputs: Inputs;
  targets: Targets;
  weights?: Float64Array | undefined;
}

/** Training data of one member. */
export interface Lesson {
  training: Examples;
  /** Rows that the best epoch is found with. */
  validation?: Examples | undefined;
  seed: number;
}

/** A network that ended or was stopped. */
export interface Kept {
  /** True if it has had all its epochs. */
  isDone: boolean;
  /** The epoch with the least validation loss, from 1; 0 without validation rows. */
  bestEpoch: number;
  /** A file that Network.resume reads. */
  bytes: Uint8Array;
}

/** Options that are passed on to fit. */
export interface Following {
  onEpoch?: ((report: EpochReport) => unknown) | undefined;
  /** The network to go on with. */
  checkpoint?: Kept | undefined;
  /** Takes the network when it ends or is stopped. */
  keep?: ((kept: () => Kept) => void) | undefined;
  signal?: AbortSignal | undefined;
  worker?: FitOptions["worker"];
}

/** A trained network, and how its training went. */
export interface Member {
  network: Network;
  history: History;
  /** The epoch with the least validation loss, from 1; 0 without validation rows. */
  bestEpoch: number;
}

/** The epoch with the least loss, from 1; 0 if there is none. */
const bestOf = (losses: readonly number[] = []): number => losses.indexOf(Math.min(...losses)) + 1;

/** Some rows of examples. */
export function takeExamples({ inputs, targets, weights }: Examples, rows: ArrayLike<number>): Examples {
  return {
    inputs: takeInputs(inputs, rows),
    targets: takeValues(targets, rows),
    weights: weights && takeValues(weights, rows),
  };
}

/** Trains one network. */
export async function trainMember(
  { training, validation, seed }: Lesson,
  recipe: Recipe,
  shape: Shape,
  { checkpoint, keep, onEpoch, signal, worker }: Following,
): Promise<Member> {
  const { inputs, targets, weights } = training;
  const network = checkpoint
    ? Network.resume(checkpoint.bytes)
    : new Network(networkOptions(recipe, shape, training.inputs.rows, seed));
  if (checkpoint?.isDone) {
    keep?.(() => checkpoint);
    const { epochs } = recipe;
    const history: History = { loss: [], learningRate: [], epochs, stopped: "completed" };
    return { network, history, bestEpoch: checkpoint.bestEpoch };
  }
  const history = await network.fit(inputs.values, targets, {
    epochs: recipe.epochs,
    batchSize: recipe.name === "lbfgs" ? "full" : recipe.batchSize,
    sampleWeight: weights as Numbers | undefined,
    validationData: validation && validationOf(validation),
    earlyStopping: validation && { monitor: "valLoss", patience: recipe.epochs },
    resume: checkpoint !== undefined,
    ...{ onEpoch, signal, worker },
  });
  const isDone = history.stopped === "completed" || history.stopped === "early";
  const bestEpoch = bestOf(history.valLoss);
  keep?.(() => ({ isDone, bestEpoch, bytes: network.checkpoint() }));
  return { network, history, bestEpoch };
}

function validationOf({ inputs, targets, weights }: Examples): FitOptions["validationData"] {
  return weights ? [inputs.values, targets, weights as Numbers] : [inputs.values, targets];
}
