import { SpecError } from "../errors.js";
import { checkBoolean, checkKeys, checkPlain, checkWhole, show } from "../model/check.js";
import { exported } from "../model/exported.js";
import { exp, ln } from "./exact.js";

/**
 * One dimension of a space. Settings are drawn on the scale from 0 to 1, on which every part of the dimension is equally
 * likely.
 */
export abstract class Dimension<T> {
  /** Number of values, if they have no order. */
  abstract readonly options: number | undefined;
  /** The value at a place of at least 0 and below 1. */
  abstract at(place: number): T;
  /** The place of a value: the middle of all places that have it. */
  abstract placeOf(value: T): number;
}

class Choice<T> extends Dimension<T> {
  readonly #values: readonly T[];

  constructor(values: readonly T[]) {
    super();
    this.#values = values;
  }

  get options(): number {
    return this.#values.length;
  }

  at(place: number): T {
    return this.#values[Math.floor(place * this.#values.length)];
  }

  placeOf(value: T): number {
    return (this.#values.indexOf(value) + 0.5) / this.#values.length;
  }
}

class Real extends Dimension<number> {
  readonly options = undefined;
  readonly #low: number;
  readonly #high: number;
  readonly #log: boolean;

  constructor(low: number, high: number, log: boolean) {
    super();
    [this.#low, this.#high] = log ? [ln(low), ln(high)] : [low, high];
    this.#log = log;
  }

  at(place: number): number {
    const value = this.#low + place * (this.#high - this.#low);
    return this.#log ? exp(value) : value;
  }

  placeOf(value: number): number {
    return ((this.#log ? ln(value) : value) - this.#low) / (this.#high - this.#low);
  }
}

/** Whole numbers: each has the places of the reals that round to it. */
class Whole extends Dimension<number> {
  readonly options = undefined;
  readonly #reals: Real;
  readonly #low: number;
  readonly #high: number;

  constructor(low: number, high: number, log: boolean) {
    super();
    this.#low = low;
    this.#high = high;
    this.#reals = new Real(low - 0.5, high + 0.5, log);
  }

  at(place: number): number {
    return Math.min(this.#high, Math.max(this.#low, Math.round(this.#reals.at(place))));
  }

  placeOf(value: number): number {
    return this.#reals.placeOf(value);
  }
}

/** Options of whole and real. */
export interface ScaleOptions {
  /** True if equal ratios are equally likely instead of equal differences. Default false. */
  log?: boolean | undefined;
}

function checkScale(options: unknown, call: string): boolean {
  return checkBoolean(checkKeys<ScaleOptions>(options, ["log"], call).log ?? false, "log");
}

function checkBounds(low: unknown, high: unknown, least: number, call: string): [number, number] {
  const isBound = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);
  if (isBound(low) && isBound(high) && low < high && low >= least) return [low, high];
  throw new SpecError(
    `${call} was given ${show(low)} and ${show(high)}: give a low and a higher bound${least > -Infinity ? `, on a log scale both of at least ${least}` : ""}.`,
  );
}

/** One of several values, without an order. @throws SpecError for an empty list. */
export const choice = /* @__PURE__ */ exported(
  "choice(values)",
  <const T>(values: readonly T[]): Dimension<T> => {
    if (Array.isArray(values) && values.length > 0) return new Choice(values as readonly T[]);
    throw new SpecError(`choice was given ${show(values)}: give an array of at least one value.`);
  },
);

/** A whole number from low to high, both included. @throws SpecError */
export const whole = /* @__PURE__ */ exported(
  "whole(low, high, options)",
  (low: number, high: number, options: ScaleOptions = {}): Dimension<number> => {
    const log = checkScale(options, "whole");
    const bounds = [checkWhole(low, log ? 1 : -(2 ** 53), "low"), checkWhole(high, -(2 ** 53), "high")];
    return new Whole(...checkBounds(bounds[0], bounds[1], -Infinity, "whole"), log);
  },
);

/** A number from low to below high. @throws SpecError */
export const real = /* @__PURE__ */ exported(
  "real(low, high, options)",
  (low: number, high: number, options: ScaleOptions = {}): Dimension<number> => {
    const log = checkScale(options, "real");
    return new Real(...checkBounds(low, high, log ? 2.3e-308 : -Infinity, "real"), log);
  },
);

/** Settings by name. */
export type Settings = Readonly<Record<string, unknown>>;

/**
 * A space of settings: for each name a dimension, a constant, or a function of the settings before it that returns one of
 * both, or undefined for a setting that there is not.
 */
export type Space = Readonly<Record<string, unknown>>;

/** The values that an entry of a space may have. */
type ValueOf<E> = E extends Dimension<infer T> ? T : E extends (settings: never) => infer R ? ValueOf<R> : E;

/** The settings that are drawn from a space. */
export type SettingsOf<S extends Space> = { readonly [K in keyof S]: ValueOf<S[K]> };

/** A setting that was drawn. */
export interface Drawn {
  name: string;
  dimension: Dimension<unknown>;
  place: number;
}

/**
 * Draws settings from a space.
 * @param place chooses the place of a dimension, whose name and number among the names of the space it is given.
 */
export function drawSettings(
  space: Space,
  place: (name: string, dimension: Dimension<unknown>, number: number) => number,
): { settings: Settings; drawn: Drawn[] } {
  const settings: Record<string, unknown> = {};
  const drawn: Drawn[] = [];
  Object.entries(space).forEach(([name, entry], number) => {
    const dimension: unknown = typeof entry === "function" ? entry({ ...settings }) : entry;
    if (!(dimension instanceof Dimension)) {
      if (dimension !== undefined) settings[name] = dimension;
      return;
    }
    const value: unknown = dimension.at(place(name, dimension, number));
    settings[name] = value;
    drawn.push({ name, dimension, place: dimension.placeOf(value) });
  });
  return { settings, drawn };
}

/** Names of the columns of a trial, which no setting may have. */
const COLUMNS = ["trial", "state", "score", "steps"];

/** Checks a space. @throws SpecError */
export function checkSpace<S extends Space>(space: S): S {
  checkPlain(space, "space");
  for (const name of Object.keys(space)) {
    if (!COLUMNS.includes(name)) continue;
    throw new SpecError(
      `The space has a setting ${show(name)}, which is a column of every trial: give it another name.`,
    );
  }
  return space;
}
