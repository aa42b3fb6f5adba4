/** Where the steps of a stretch stand: the first of them, steps of a pass, samples of a step, rows of a pass. */
export interface Stretch {
  slot: number;
  period: number;
  batch: number;
  rows: number;
}

/** What passes over the rows sum up, one number a pass: an object for each took as long as three steps of XOR. */
export class Sums {
  readonly loss: Float64Array;
  readonly hits: Float64Array | undefined;

  /** @param counts whether hits are counted. */
  constructor(
    readonly passes: number,
    counts: boolean,
  ) {
    this.loss = new Float64Array(passes);
    this.hits = counts ? new Float64Array(passes) : undefined;
  }

  /** Adds the mean losses and the hits of consecutive steps; false if a sum of losses is no longer finite. */
  add({ slot, period, batch, rows }: Stretch, losses: Float64Array, hits?: Int32Array): boolean {
    let allFinite = true;
    const last = rows - (period - 1) * batch;
    for (let i = 0; i < losses.length; ) {
      const pass = Math.floor((slot + i) / period);
      const ends = (pass + 1) * period - slot;
      const end = Math.min(ends, losses.length);
      let loss = this.loss[pass];
      for (let k = i; k < end; k++) loss += losses[k] * (k + 1 === ends ? last : batch);
      this.loss[pass] = loss;
      if (!Number.isFinite(loss)) allFinite = false;
      if (this.hits && hits) for (let k = i; k < end; k++) this.hits[pass] += hits[k];
      i = end;
    }
    return allFinite;
  }
}
