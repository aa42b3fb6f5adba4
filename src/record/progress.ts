import { emptyHistory, type History } from "./history.js";
import { emptySums, type Sums } from "./tally.js";

/**
 * A fit that is under way, was cut by maxSteps, or was stopped by a signal or a callback: what it resumes from. One that
 * was stopped is resumed only where the option `resume` asks for it.
 */
export interface FitProgress {
  /** Epochs done, counting the `initialEpoch` ones that were skipped. */
  epochs: number;
  /** Rows that it trains on; 0 for a source of batches. Undefined in files of versions that did not know it. */
  rows: number | undefined;
  /** Rows per update; 0 for a source of batches. Undefined in files of versions that did not know it. */
  batch: number | undefined;
  /** True once a signal or a callback has stopped it. */
  isStopped: boolean;
  /** True once lbfgs makes no further update. */
  isConverged: boolean;
  /**
   * True while the network has the parameters of the best epoch, which a fit that was stopped leaves behind; those of the
   * last epoch, from which it resumes, are then kept as the best ones are while it runs.
   */
  showsBest: boolean;
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
  /** Factor of the learning rate. */
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
export function startOfFit(initialEpoch: number, rows?: number, batch?: number): FitProgress {
  return {
    epochs: initialEpoch,
    rows,
    batch,
    isStopped: false,
    isConverged: false,
    showsBest: false,
    partial: emptySums(),
    history: emptyHistory(),
    best: undefined,
    waited: 0,
  };
}

/** A copy of plain data. */
export function copyOf<T>(value: T): T {
  if (Array.isArray(value)) return value.slice() as T;
  if (typeof value !== "object" || value === null) return value;
  const copy = { ...value };
  for (const key in copy) copy[key] = copyOf(copy[key]);
  return copy;
}
