/** The pace of what changes too fast to be read. */

export class Pace {
  readonly #interval: number;
  #last = Number.NEGATIVE_INFINITY;

  /** @param interval milliseconds between two times, at least. */
  constructor(interval: number) {
    this.#interval = interval;
  }

  /** True if the last time was long enough ago. It is then now. */
  isDue(now = performance.now()): boolean {
    if (now - this.#last < this.#interval) return false;
    this.#last = now;
    return true;
  }
}
