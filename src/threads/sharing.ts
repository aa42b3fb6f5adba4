/** Slices by the fastest of which a way to run is judged: others may have been held up. */
const TRIES = 3;

/** Largest share of the time of one thread that is worth the other threads. */
const WORTHWHILE = 0.95;

/** Slices on one thread before all threads are tried again: at first, and at most. */
const SHORTEST_PAUSE = 16;
const LONGEST_PAUSE = 1024;

/** Groups of shared slices before one thread is timed again; then twice as many, and so on. */
const FIRST_CHECK = 32;

/**
 * The choice between one thread and all of them for the steps of one program, by the times that slices of its steps took: the
 * size from which sharing pays depends on the machine, and other programs may need its cores. It never changes a result.
 */
export class Sharing {
  #isShared = false;
  /** Milliseconds of a step on one thread. */
  #alone = Infinity;
  /** The least milliseconds of a step in the last slices, and how many are left before it is judged. */
  #best = Infinity;
  #left = TRIES;
  #pause = SHORTEST_PAUSE;
  /** Groups of slices in which sharing was faster. */
  #successes = 0;
  #check = FIRST_CHECK;

  /** True if the next slice is to be shared. */
  get isShared(): boolean {
    return this.#isShared;
  }

  /** Takes note of a slice. @param milliseconds of a step. @param mayShare true if the other threads are ready. */
  note(milliseconds: number, mayShare: boolean): void {
    this.#best = Math.min(this.#best, milliseconds);
    this.#left--;
    if (this.#left > 0) {
      // Only the last slices count.
      if (this.#left === TRIES) this.#best = Infinity;
      return;
    }
    const best = this.#best;
    this.#best = Infinity;
    this.#left = TRIES;
    if (this.#isShared) this.#judge(best);
    else {
      this.#alone = best;
      this.#isShared = mayShare;
    }
  }

  /** Judges a group of shared slices. */
  #judge(shared: number): void {
    if (shared > WORTHWHILE * this.#alone) {
      this.#isShared = false;
      this.#left = this.#pause;
      this.#pause = Math.min(2 * this.#pause, LONGEST_PAUSE);
      this.#successes = 0;
      this.#check = FIRST_CHECK;
      return;
    }
    this.#pause = SHORTEST_PAUSE;
    this.#successes++;
    if (this.#successes < this.#check) return;
    this.#isShared = false;
    this.#check *= 2;
  }
}
