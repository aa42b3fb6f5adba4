import type { Results, Session } from "./session.js";

export const ratio = (part: number, whole: number): number => (whole > 0 ? part / whole : 0);

/** What the steps of one pass over the rows add up to. */
export interface Sums {
  rows: number;
  /** Losses of the steps, each times its mass. */
  loss: number;
  /** Weights of the rows, or how many there are. */
  mass: number;
  hits: number;
  topHits: number;
  /** What metrics of whole passes are made of, each empty unless one asks for it: see Counts. */
  confusion: number[];
  deviations: number[];
  outputs: number[];
  targets: number[];
}

export const emptySums = (): Sums => ({
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

/** Adds the results from `first` to before `end`, which are of one pass. @returns whether the losses are finite. */
export function addSteps(sums: Sums, results: Results, first: number, end: number): boolean {
  const { losses, masses, hits, topHits, batch, period, slot } = results;
  const lastRows = (slot + end) % period === 0 ? results.lastRows : batch;
  let { rows, loss, mass } = sums;
  for (let i = first; i < end; i++) {
    const count = i === end - 1 ? lastRows : batch;
    const weight = masses ? masses[i] : count;
    rows += count;
    mass += weight;
    loss += losses[i] * weight;
  }
  sums.rows = rows;
  sums.loss = loss;
  sums.mass = mass;
  if (hits) for (let i = first; i < end; i++) sums.hits += hits[i];
  if (topHits) for (let i = first; i < end; i++) sums.topHits += topHits[i];
  return Number.isFinite(loss);
}

/** Takes note of what the core has summed up itself or kept, of a single pass alone. */
export function noteSums(sums: Sums, session: Session, slot: number, steps: number): void {
  if (!session.keepsSums) return;
  const { confusion, deviations } = session.sums;
  sums.confusion = Array.from(confusion);
  sums.deviations = Array.from(deviations);
  const { outputs, targets } = session.outputs(slot, steps);
  for (const value of outputs) sums.outputs.push(value);
  for (const value of targets) sums.targets.push(value);
}

/** The mean loss of the results from `first` to before `end`, which are of one whole pass. */
export function meanLoss({ losses, masses, batch, lastRows }: Results, first: number, end: number): number {
  let loss = 0;
  let mass = 0;
  for (let i = first; i < end; i++) {
    const weight = masses ? masses[i] : i === end - 1 ? lastRows : batch;
    mass += weight;
    loss += losses[i] * weight;
  }
  return ratio(loss, mass);
}
