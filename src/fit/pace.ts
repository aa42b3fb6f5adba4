/** Milliseconds between two messages of a worker: some tens of messages a second. */
const INTERVAL = 40;

/** The steps between two messages grow at most by this factor at a time: one short measurement says little. */
const GROWTH = 4;

/**
 * Chooses how many steps a worker makes between two messages. Each message costs a turn of the event loop on this thread, and a
 * report of each batch alone would halve the speed of a small network. Results do not depend on it.
 */
export class Pace {
  /** Steps until the next message. */
  steps: number;
  readonly #least: number;
  readonly #most: number;

  /** @param least steps between messages, at the start too. @param most steps, where clocks stand still. */
  constructor(least: number, most: number) {
    this.steps = least;
    this.#least = least;
    this.#most = Math.max(least, most);
  }

  /** Adapts to the time that some steps took. */
  measure(steps: number, milliseconds: number): void {
    // The end of an epoch: too few steps to learn that there were too many.
    if (steps < this.steps && milliseconds < INTERVAL) return;
    const wanted = Math.min(steps * (INTERVAL / Math.max(milliseconds, 1)), steps * GROWTH);
    this.steps = Math.min(Math.max(Math.round(wanted), this.#least), this.#most);
  }
}
