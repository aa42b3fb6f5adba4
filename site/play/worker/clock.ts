/** Decides how many steps are due, so that a worker trains at the speed that was chosen and still answers within a frame. */

import type { Speed } from "../model/vocabulary.js";

/** Milliseconds of training between two looks at the messages. */
const SLICE = 6;

/** Steps a second: some speeds count epochs. Infinity for as many as possible. */
function stepsPerSecond(speed: Speed, stepsPerEpoch: number): number {
  switch (speed) {
    case "slow":
      return 5;
    case "steady":
      return 10 * stepsPerEpoch;
    case "brisk":
      return 60 * stepsPerEpoch;
    case "full":
      return Number.POSITIVE_INFINITY;
  }
}

export class Clock {
  /** Steps that one call makes in about half a slice, as measured. */
  #portion = 1;
  #due = 0;
  #last: number;
  readonly #rate: number;

  constructor(speed: Speed, stepsPerEpoch: number, now: number) {
    this.#rate = stepsPerSecond(speed, stepsPerEpoch);
    this.#last = now;
    this.#portion = stepsPerEpoch;
  }

  get #isUnlimited(): boolean {
    return this.#rate === Number.POSITIVE_INFINITY;
  }

  /** Runs steps for a slice of time, or as many as are due. @returns milliseconds until the next ones are due. */
  turn(advance: (steps: number) => void, clock: () => number, stepOf: () => number): number {
    const start = clock();
    // Clocks of browsers are coarse: no time may have passed, and 0 times Infinity is no number.
    const passed = start > this.#last ? ((start - this.#last) / 1000) * this.#rate : 0;
    this.#due = this.#isUnlimited ? Number.POSITIVE_INFINITY : Math.min(this.#due + passed, this.#rate);
    this.#last = start;
    for (let now = start; now - start < SLICE && this.#due >= 1; ) {
      const before = stepOf();
      advance(Math.min(this.#portion, Math.floor(this.#due)));
      const after = clock();
      const made = stepOf() - before;
      if (!this.#isUnlimited) this.#due -= made;
      this.#adapt(made, after - now);
      now = after;
    }
    return this.#due >= 1 ? 0 : (1000 * (1 - this.#due)) / this.#rate;
  }

  /** Makes the portion larger or smaller, by what a call took. */
  #adapt(made: number, milliseconds: number): void {
    if (milliseconds > SLICE / 2) this.#portion = Math.max(1, Math.floor(made / 2));
    else if (milliseconds < SLICE / 4 && made >= this.#portion) this.#portion *= 2;
  }
}
