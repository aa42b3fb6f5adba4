/** part / whole, or 0 of nothing. */
export const ratio = (part: number, whole: number): number => (whole > 0 ? part / whole : 0);

/** Results of steps, one entry a step. A field is undefined if it was not requested. */
export interface StepResults {
  /** Slot of the first step. */
  slot: number;
  /** Rows of a step, except the last one of a pass. */
  batch: number;
  /** Rows of the last step of a pass. */
  lastRows: number;
  /** Steps of a pass. */
  period: number;
  /** Mean loss of each step's rows. */
  losses: Float64Array;
  /** Sum of the weights of each step's rows. */
  masses: Float64Array | undefined;
  /** Weight of the right predictions of each step. */
  hits: Float64Array | undefined;
  /** Weight of the rows of each step whose class is among the k largest outputs. */
  topHits: Float64Array | undefined;
}

/** Sums over the steps of one pass over the rows. */
export interface Sums {
  /** Steps so far. */
  batches: number;
  rows: number;
  /** Σ loss·mass of the steps. */
  loss: number;
  /** Σ weights of the rows, or the number of rows where they have none. */
  mass: number;
  hits: number;
  topHits: number;
  /** The numbers that metrics over a whole pass are computed from. Each list is empty unless requested: see Counts. */
  confusion: number[];
  deviations: number[];
  outputs: number[];
  targets: number[];
  /** Sample weights; empty if the rows have none. */
  weights: number[];
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
  weights: [],
});

/** Starts a pass anew, for steps that keep no lists. */
export function clearNumbers(sums: Sums): void {
  sums.batches = 0;
  sums.rows = 0;
  sums.loss = 0;
  sums.mass = 0;
  sums.hits = 0;
  sums.topHits = 0;
}

/** The mean loss of a pass. */
export const meanLoss = ({ loss, mass }: Sums): number => ratio(loss, mass);

/** Adds the results from entry `first` to before `end`, which must belong to one pass. */
export function addSteps(sums: Sums, results: StepResults, first: number, end: number): void {
  const { losses, masses, hits, topHits, batch, lastRows, period, slot } = results;
  const isShort = lastRows < batch && (slot + end) % period === 0;
  let { rows, loss, mass } = sums;
  for (let i = first; i < end; i++) {
    const count = isShort && i === end - 1 ? lastRows : batch;
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
}
