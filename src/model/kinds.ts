import { SpecError } from "../errors.js";
import { checkName, isPlain, show } from "./check.js";

/**
 * Everything of one sort that a network can name: its layers, optimizers or schedules.
 *
 * A table begins with the few kinds of densely/core. Class Network of densely completes it, so that an app without that
 * class does not load the code of the others.
 */
export class KindTable<T extends object> {
  #kinds: Partial<T>;
  /** Ends the names of options in messages while the table has only some kinds. */
  #place = ' of "densely/core"';

  constructor(few: Partial<T>) {
    this.#kinds = few;
  }

  /** Adds all other kinds. */
  complete(all: T): void {
    this.#kinds = all;
    this.#place = "";
  }

  /** True for a name of the table. */
  has(name: string): boolean {
    return Object.keys(this.#kinds).includes(name);
  }

  /** The kind of a name that was checked. */
  of<N extends keyof T>(name: N): T[N] {
    return this.#kinds[name] as T[N];
  }

  /** @returns the name if it is one of the table. @throws SpecError with the nearest name. */
  checkName(name: unknown, what: string): keyof T & string {
    return checkName(name, Object.keys(this.#kinds) as (keyof T & string)[], what + this.#place);
  }

  /**
   * Splits what a user gave into a name of the table and options: a name alone, or an object with `type`.
   * @param what how messages call it, such as "optimizer". @param example what to give, for the message.
   * @throws SpecError for anything else, with the nearest name.
   */
  check(given: unknown, what: string, example: string): { name: keyof T & string; options: object } {
    const named = typeof given === "string" ? { type: given } : given;
    if (!isPlain(named)) throw new SpecError(`${what} is ${show(given)}: give ${example}.`);
    const { type, ...options } = named;
    return { name: this.checkName(type, what), options };
  }
}
