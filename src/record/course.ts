import type { CourseReport } from "./course-text.js";
import type { BatchReport } from "./history.js";

/** Seconds before the first guess of the time left. */
const FIRST_GUESS_SECONDS = 0.2;

/** Epochs of one network. */
interface Member {
  /** Share of its epochs that was done when it was first seen: more than 0 for a fit that is resumed. */
  from: number;
  share: number;
  seconds: number;
}

/** How far a fit has come, of one network or of several, by its reports. */
export class Course {
  readonly #now: () => number;
  #started: number;
  readonly #members = new Map<number, Member>();
  #last: CourseReport | undefined;
  #count = 1;
  /** The epoch under way: when it began, its rows so far, and the sum of their losses. */
  #epoch = { number: 0, started: 0, rows: 0, loss: 0 };

  /** @param now time in milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
    this.#started = now();
  }

  /** Takes note of an epoch. */
  add(report: CourseReport): void {
    const { member = 1, members = 1, epoch, epochs, seconds = 0 } = report;
    // The first report comes at the end of its epoch.
    if (this.#members.size === 0) this.#started = Math.min(this.#started, this.#now() - 1000 * seconds);
    const of = this.#member(member, (epoch - 1) / epochs);
    of.share = epoch / epochs;
    of.seconds += seconds;
    this.#count = members;
    this.#last = report;
  }

  /** Takes note of a batch of the only network. */
  addBatch({ epoch, epochs, batch, batches, rows, loss }: BatchReport): void {
    if (this.#epoch.number !== epoch) {
      this.#epoch = { number: epoch, started: this.#now(), rows: 0, loss: 0 };
    }
    this.#epoch.rows += rows;
    this.#epoch.loss += loss * rows;
    // Infinitely many batches leave the share at the beginning of the epoch.
    const done = epoch - 1 + batch / batches;
    this.#member(1, (epoch - 1) / epochs).share = done / epochs;
  }

  #member(member: number, from: number): Member {
    const known = this.#members.get(member);
    if (known) return known;
    const first = { from, share: from, seconds: 0 };
    this.#members.set(member, first);
    return first;
  }

  /** The last report; within an epoch, with the mean loss and the rate of its batches so far. @param batch the last one */
  report({ epoch, epochs }: BatchReport): CourseReport {
    const { started, rows, loss } = this.#epoch;
    const seconds = (this.#now() - started) / 1000;
    return {
      ...this.#last,
      ...{ epoch, epochs, loss: loss / rows, samplesPerSecond: seconds > 0 ? rows / seconds : 0 },
    };
  }

  /** The report of the last epoch. */
  get last(): CourseReport | undefined {
    return this.#last;
  }

  /** Share of all epochs of all networks that is done, from 0 to 1. */
  get share(): number {
    return this.#sum(({ share }) => share) / this.#count;
  }

  /**
   * Seconds that the rest takes, if it goes on at the speed of before. Infinity at first, when there is too little to tell
   * the speed by.
   */
  get left(): number {
    if (this.seconds < FIRST_GUESS_SECONDS) return Infinity;
    const done = this.share - this.#sum(({ from }) => from) / this.#count;
    return (this.seconds * (1 - this.share)) / done;
  }

  /** Seconds since the beginning. */
  get seconds(): number {
    return (this.#now() - this.#started) / 1000;
  }

  /** Seconds of all epochs of a network. */
  secondsOf(member: number): number {
    return this.#members.get(member)?.seconds ?? 0;
  }

  #sum(of: (member: Member) => number): number {
    return [...this.#members.values()].reduce((sum, member) => sum + of(member), 0);
  }
}
