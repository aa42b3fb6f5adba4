import type { Session } from "./session.js";

/** What the steps of a pass add up to. */
export class Tally {
  rows = 0;
  /** Losses of the steps, each times its mass. */
  loss = 0;
  /** Weights of the rows, or how many there are. */
  mass = 0;
  hits = 0;
  topHits = 0;
  confusion = new Int32Array();
  deviations = new Float64Array();
  outputs = new Float32Array();
  targets = new Float32Array();

  /** Adds the window that a session has just passed through: what its steps have not summed up one by one. */
  addWindow(session: Session): void {
    const { confusion, deviations } = session.takeSums();
    this.confusion = add(this.confusion, confusion, new Int32Array(confusion.length));
    this.deviations = add(this.deviations, deviations, new Float64Array(deviations.length));
    const { outputs, targets } = session.outputs();
    this.outputs = concatenate(this.outputs, outputs);
    this.targets = concatenate(this.targets, targets);
  }
}

function add<A extends Int32Array | Float64Array>(sum: A, more: A, result: A): A {
  for (let i = 0; i < result.length; i++) result[i] = (sum[i] ?? 0) + more[i];
  return result;
}

function concatenate(head: Float32Array, tail: Float32Array): Float32Array<ArrayBuffer> {
  const all = new Float32Array(head.length + tail.length);
  all.set(head);
  all.set(tail, head.length);
  return all;
}

/** Adds `steps` steps from a slot on, each to the tally of its pass. */
export function addSteps(tallies: readonly Tally[], session: Session, slot: number, steps: number): void {
  const { period } = session;
  const losses = session.losses(slot, steps);
  const hits = session.hits(slot, steps);
  const topHits = session.topHits(slot, steps);
  for (let i = 0; i < steps; i++) {
    const tally = tallies[Math.floor((slot + i) / period)];
    const rows = session.rowsAt(slot + i);
    const mass = session.massAt(slot + i) ?? rows;
    tally.rows += rows;
    tally.mass += mass;
    tally.loss += losses[i] * mass;
    if (hits.length > 0) tally.hits += hits[i];
    if (topHits.length > 0) tally.topHits += topHits[i];
  }
}
