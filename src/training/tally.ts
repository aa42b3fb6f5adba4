import type { Session } from "./session.js";

const zeros = (count: number): number[] => new Array<number>(count).fill(0);

/** What the steps of one pass over the rows, or of several that run in one go, add up to: one number a pass. */
export class Tally {
  readonly rows: number[];
  /** Losses of the steps, each times its mass. */
  readonly loss: number[];
  /** Weights of the rows, or how many there are. */
  readonly mass: number[];
  readonly hits: number[];
  readonly topHits: number[];
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
   * Lets a session's sums go on where this tally is: they are added up in one go whatever stretches the steps come in,
   * so that their last bits are the same.
   */
  handTo({ sums }: Session): void {
    for (const name of ["confusion", "deviations"] as const) {
      sums[name].fill(0);
      sums[name].set(this[name]);
    }
  }

  /** Adds `steps` steps of a session from a slot on, each to its pass. */
  add(session: Session, slot: number, steps: number): void {
    const { period, loaded } = session;
    const { batch } = session.plan;
    const losses = session.losses(slot, steps);
    const masses = session.masses(slot, steps);
    const hits = session.hits(slot, steps);
    const topHits = session.topHits(slot, steps);
    const lastRows = loaded - (period - 1) * batch;
    for (let i = 0; i < steps; ) {
      const pass = Math.floor((slot + i) / period);
      // Where the pass ends, counted like i.
      const last = (pass + 1) * period - slot - 1;
      let [loss, mass, rows] = [this.loss[pass], this.mass[pass], this.rows[pass]];
      for (; i <= last && i < steps; i++) {
        const count = i === last ? lastRows : batch;
        const weight = masses ? masses[i] : count;
        rows += count;
        mass += weight;
        loss += losses[i] * weight;
      }
      [this.loss[pass], this.mass[pass], this.rows[pass]] = [loss, mass, rows];
    }
    for (let i = 0; i < hits.length; i++) this.hits[Math.floor((slot + i) / period)] += hits[i];
    for (let i = 0; i < topHits.length; i++) this.topHits[Math.floor((slot + i) / period)] += topHits[i];
    if (session.keepsSums) this.#noteSums(session, slot, steps);
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
