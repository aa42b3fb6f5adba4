export const ratio = (part: number, whole: number): number => (whole > 0 ? part / whole : 0);

/** What steps leave in the tables, one number a step; nothing of what is not counted. */
export interface Results {
  /** The slot of the first one. */
  slot: number;
  /** Rows of a step, but of the last one of a pass, and steps of a pass. */
  batch: number;
  lastRows: number;
  period: number;
  losses: Float64Array;
  /** The sum of the weights of each step's rows, where rows have weights. */
  masses: Float64Array | undefined;
  /** The right predictions. */
  hits: Int32Array | undefined;
  /** The rows whose class is among the largest outputs. */
  topHits: Int32Array | undefined;
}

/** What the steps of one pass over the rows add up to. */
export interface Sums {
  /** Steps so far. */
  batches: number;
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
  sums.batches += end - first;
  sums.rows = rows;
  sums.loss = loss;
  sums.mass = mass;
  if (hits) for (let i = first; i < end; i++) sums.hits += hits[i];
  if (topHits) for (let i = first; i < end; i++) sums.topHits += topHits[i];
  return Number.isFinite(loss);
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
