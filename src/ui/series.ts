import { type CourseReport, measuresOf } from "../record/course-text.js";

/** The measures of a fit, epoch by epoch. */
export class Series {
  /** Values by name; the value of an epoch stands at its number, and entry 0 is empty. */
  readonly values = new Map<string, number[]>();
  /** Epochs of the fit. */
  epochs = 0;
  /** The last epoch. */
  last = 0;
  /** The first epoch: more than 1 for a fit that is resumed. */
  first = 1;
  #member = 1;
  readonly #names: readonly string[];

  /** @param names of measures. */
  constructor(names: readonly string[]) {
    this.#names = names;
  }

  /** Takes note of an epoch. An epoch that is not after the last one begins a new fit; of several networks the last one counts. */
  add(report: CourseReport): void {
    const { epoch, epochs, member = 1 } = report;
    if (member < this.#member && epoch > 1) return;
    if (epoch <= this.last || member !== this.#member) this.#clear(epoch);
    this.#member = member;
    if (this.last === 0) this.first = epoch;
    this.epochs = epochs;
    this.last = epoch;
    for (const [name, value] of measuresOf(report)) {
      if (!this.#names.includes(name)) continue;
      const values = this.values.get(name) ?? [];
      values[epoch] = value;
      this.values.set(name, values);
    }
  }

  #clear(first: number): void {
    this.values.clear();
    this.first = first;
    this.last = 0;
  }

  /** The lowest and the highest value of all that are finite and above a limit; undefined if there is none. */
  range(above = -Infinity): [low: number, high: number] | undefined {
    let [low, high] = [Infinity, -Infinity];
    for (const values of this.values.values()) {
      for (const value of values) {
        if (value === undefined || !Number.isFinite(value) || value <= above) continue;
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
    return low <= high ? [low, high] : undefined;
  }
}
