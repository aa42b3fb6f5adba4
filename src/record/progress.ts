import { emptyHistory, type History } from "./history.js";
import { emptySums, type Sums } from "./tally.js";

/** A fit that is under way or was cut by maxSteps: what it resumes from. */
export interface FitProgress {
  /** Epochs done, counting the `initialEpoch` ones that were skipped. */
  epochs: number;
  /** Sums of the epoch under way. */
  partial: Sums;
  history: History;
  /** The best value so far of what early stopping monitors. */
  best: number | undefined;
  /** Epochs since that value. */
  waited: number;
}

/** State of the schedule reduceOnPlateau. */
export interface Plateau {
  /** What the learning rate is multiplied by. */
  factor: number;
  /** The best value so far of what it monitors. */
  best: number | undefined;
  /** Epochs since that value. */
  waited: number;
  /** Epochs of the cooldown that are left. */
  cooling: number;
}

/** How far training has come, as plain data. Training resumes from it and the numbers in linear memory. */
export interface Progress {
  /** Updates so far, in all fits. */
  step: number;
  /** Epochs so far, in all fits: each has a shuffle of its own. */
  epoch: number;
  /** Pairs that lbfgs has stored so far. */
  pairs: number;
  plateau: Plateau;
  fit: FitProgress | undefined;
}

/** Progress of a network that was never trained. */
export function startOfProgress(): Progress {
  const plateau: Plateau = { factor: 1, best: undefined, waited: 0, cooling: 0 };
  return { step: 0, epoch: 0, pairs: 0, plateau, fit: undefined };
}

/** A fit that begins after `initialEpoch` epochs. */
export function startOfFit(initialEpoch: number): FitProgress {
  return {
    epochs: initialEpoch,
    partial: emptySums(),
    history: emptyHistory(),
    best: undefined,
    waited: 0,
  };
}
