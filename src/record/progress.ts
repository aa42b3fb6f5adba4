import { emptyHistory, type History } from "./history.js";
import { emptySums, type Sums } from "./tally.js";

/** A fit that was cut by its budget, or is under way: what it needs to go on. */
export interface FitProgress {
  /** Epochs done, the first `initialEpoch` among them. */
  epochs: number;
  /** What the epoch at hand has summed up, where it may be cut. */
  partial: Sums;
  history: History;
  /** The best value of what early stopping monitors, and the epochs since then. */
  best: number | undefined;
  waited: number;
}

/** What reduceOnPlateau has come to. */
export interface Plateau {
  factor: number;
  best: number | undefined;
  waited: number;
  cooling: number;
}

/** How far training has come, as plain data. With the numbers in memory, it is all that training goes on from. */
export interface Progress {
  /** Updates so far. */
  step: number;
  /** Epochs so far: each has a shuffle of its own. */
  epoch: number;
  /** Steps that lbfgs remembers. */
  pairs: number;
  plateau: Plateau;
  fit: FitProgress | undefined;
}

/** A network that was never trained. */
export function startOfProgress(): Progress {
  const plateau: Plateau = { factor: 1, best: undefined, waited: 0, cooling: 0 };
  return { step: 0, epoch: 0, pairs: 0, plateau, fit: undefined };
}

/** A fit that begins, at an epoch number as users count them on. */
export function startOfFit(initialEpoch: number): FitProgress {
  return {
    epochs: initialEpoch,
    partial: emptySums(),
    history: emptyHistory(),
    best: undefined,
    waited: 0,
  };
}
