/** The last slices of a way to run by whose median time it is judged: four of them may be held up. */
const SLICES = 9;

/** Largest share of the time of one thread that is worth the other threads. */
const WORTHWHILE = 0.95;

/** Maximum of slices of the chosen way between two of the other one. */
const LONGEST_PAUSE = 256;

/** The times of the last slices of one way to run. */
class Times {
  readonly #last: number[] = [];
  /** The median, of an even number the lower one; Infinity before the first time. */
  median = Infinity;

  add(milliseconds: number): void {
    this.#last.push(milliseconds);
    if (this.#last.length > SLICES) this.#last.shift();
    const sorted = [...this.#last].sort((a, b) => a - b);
    this.median = sorted[(sorted.length - 1) >> 1];
  }
}

/** True if sharing pays. @param alone milliseconds of a step on one thread. @param shared those on all threads. */
function pays(alone: number, shared: number): boolean {
  return shared <= WORTHWHILE * alone;
}

/**
 * The choice between one thread and all of them for the steps of one program, by the times that slices of its steps took: the
 * size from which sharing pays depends on the machine, and other programs may need its cores. It never changes a result.
 *
 * The way that is not chosen is tried again and again: soon after a slice that speaks for it or after another choice, else
 * after four times the pause before. So a thread that is held up changes nothing, and a choice that is wrong is soon mended.
 */
export class Sharing {
  readonly #alone = new Times();
  readonly #shared = new Times();
  #isShared = false;
  /** True if all threads are the chosen way. */
  #isChosen = false;
  /** Slices of the chosen way between two of the other one, and how many are left. */
  #pause = 1;
  #untilTrial = 1;

  /** True if the next slice is to be shared. */
  get isShared(): boolean {
    return this.#isShared;
  }

  /** Takes note of a slice that ran as `isShared` says, and chooses how the next one runs. @param milliseconds of a step. */
  note(milliseconds: number): void {
    const isShared = this.#isShared;
    if (isShared === this.#isChosen) this.#untilTrial--;
    else {
      const isForSharing = isShared
        ? pays(this.#alone.median, milliseconds)
        : pays(milliseconds, this.#shared.median);
      this.#pauseFor(isForSharing === isShared ? 1 : Math.min(4 * this.#pause, LONGEST_PAUSE));
    }
    (isShared ? this.#shared : this.#alone).add(milliseconds);
    const isChosen = pays(this.#alone.median, this.#shared.median);
    if (isChosen !== this.#isChosen) this.#pauseFor(1);
    this.#isChosen = isChosen;
    this.#isShared = this.#untilTrial > 0 ? isChosen : !isChosen;
  }

  #pauseFor(slices: number): void {
    this.#pause = slices;
    this.#untilTrial = slices;
  }
}
