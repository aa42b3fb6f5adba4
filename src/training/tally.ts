import type { Session } from "./session.js";

/** One number a pass. A typed array is made at once for many, an ordinary one for one. */
type Numbers = { [pass: number]: number };

const zeros = (count: number): Numbers => (count === 1 ? [0] : new Float64Array(count));

/** What the steps of one pass over the rows, or of several that run in one go, add up to: one number a pass. */
export class Tally {
  readonly rows: Numbers;
  /** Losses of the steps, each times its mass. */
  readonly loss: Numbers;
  /** Weights of the rows, or how many there are. */
  readonly mass: Numbers;
  readonly hits: Numbers;
  readonly topHits: Numbers;
  /** What is kept of a single pass alone: see Counts. */
  confusion: number[] = [];
  deviations: number[] = [];
  outputs: number[] = [];
  targets: number[] = [];

  constructor(readonly passes = 1) {
    this.rows = zeros(passes);
    this.loss = zeros(passes);
    this.mass = zeros(passes);
    this.hits = zeros(passes);
    this.topHits = zeros(passes);
  }

  /**
   * Adds `steps` steps of a session from a slot on, each to its pass.
   * @returns whether all losses are finite.
   */
  add(session: Session, slot: number, steps: number): boolean {
    const { period, loaded } = session;
    const { batch, counts } = session.plan;
    const losses = session.losses(slot, steps);
    const masses = session.masses(slot, steps);
    let allFinite = true;
    const lastRows = loaded - (period - 1) * batch;
    for (let i = 0; i < steps; ) {
      const pass = Math.floor((slot + i) / period);
      // Where the pass ends, counted like i.
      const last = (pass + 1) * period - slot - 1;
      let loss = this.loss[pass];
      let mass = this.mass[pass];
      let rows = this.rows[pass];
      for (; i <= last && i < steps; i++) {
        const count = i === last ? lastRows : batch;
        const weight = masses ? masses[i] : count;
        rows += count;
        mass += weight;
        loss += losses[i] * weight;
      }
      this.loss[pass] = loss;
      this.mass[pass] = mass;
      this.rows[pass] = rows;
      allFinite &&= Number.isFinite(loss);
    }
    if (counts.hits) addAll(this.hits, session.hits(slot, steps), slot, period);
    if (counts.top) addAll(this.topHits, session.topHits(slot, steps), slot, period);
    if (session.keepsSums) this.#noteSums(session, slot, steps);
    return allFinite;
  }

  /** Takes note of what the steps have not summed up one by one. */
  #noteSums(session: Session, slot: number, steps: number): void {
    const { confusion, deviations } = session.sums;
    this.confusion = Array.from(confusion);
    this.deviations = Array.from(deviations);
    const { outputs, targets } = session.outputs(slot, steps);
    for (const value of outputs) this.outputs.push(value);
    for (const value of targets) this.targets.push(value);
  }
}

/** Adds the counts of steps to those of their passes. */
function addAll(sums: Numbers, counts: Int32Array, slot: number, period: number): void {
  for (let i = 0; i < counts.length; i++) sums[Math.floor((slot + i) / period)] += counts[i];
}
