import { emptyHistory, type History } from "./history.js";

/** What an epoch that was cut inside has summed up so far. */
export interface PartialEpoch {
  /** Batches done. */
  batches: number;
  rows: number;
  loss: number;
  mass: number;
  hits: number;
  topHits: number;
  /** What metrics of whole epochs are made of, each empty unless one asks for it: see Tally. */
  confusion: number[];
  deviations: number[];
  outputs: number[];
  targets: number[];
}

/** A fit that was cut by its budget, or is under way: what it needs to go on. */
export interface Run {
  /** Epochs done, the first `initialEpoch` among them. */
  epochs: number;
  partial: PartialEpoch;
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
  run: Run | undefined;
}

export const emptyPartial = (): PartialEpoch => ({
  batches: 0,
  rows: 0,
  loss: 0,
  mass: 0,
  hits: 0,
  topHits: 0,
  confusion: [],
  deviations: [],
  outputs: [],
  targets: [],
});

/** A network that was never trained. */
export function startOfProgress(): Progress {
  const plateau: Plateau = { factor: 1, best: undefined, waited: 0, cooling: 0 };
  return { step: 0, epoch: 0, pairs: 0, plateau, run: undefined };
}

/** A fit that begins, at an epoch number as users count them on. */
export function startOfRun(initialEpoch: number): Run {
  return {
    epochs: initialEpoch,
    partial: emptyPartial(),
    history: emptyHistory(),
    best: undefined,
    waited: 0,
  };
}
