/** The state of the page: the settings, the visitor's data, the points in use. Parts of the page listen to its changes. */

import { generate } from "./data/generate.js";
import { NOTHING, type OwnData } from "./data/own.js";
import { type Points, type Split, split } from "./data/points.js";
import { addressOf, type Place, placeOf } from "./model/address.js";
import { effectOf, type Settings } from "./model/settings.js";

/**
 * "none": only the view has changed; "rate": the training goes on at another rate; "points": it goes on with other points; "new": a
 * new network begins.
 */
export type Effect = "none" | "rate" | "points" | "new";

/** Least points that can be divided and learnt. */
export const LEAST_POINTS = 4;

export class Store {
  #place: Place;
  #points: Points;
  #split: Split | undefined;
  readonly #listeners: ((effect: Effect) => void)[] = [];

  constructor(fragment: string) {
    this.#place = placeOf(fragment);
    this.#points = this.#makePoints();
    this.#split = this.#divide();
  }

  get settings(): Settings {
    return this.#place.settings;
  }

  /** The visitor's own data, or none yet. */
  get own(): OwnData {
    return this.#place.own ?? NOTHING;
  }

  /** The points in use, made or the visitor's own. */
  get points(): Points {
    return this.#points;
  }

  /** The points to train and to test on; undefined if there are too few. */
  get split(): Split | undefined {
    return this.#split;
  }

  /** Number of classes of the points in use; 0 for a regression. */
  get classes(): number {
    return this.#points.classes;
  }

  /** The fragment of the address, without "#". */
  get address(): string {
    return addressOf(this.#place);
  }

  listen(listener: (effect: Effect) => void): void {
    this.#listeners.push(listener);
  }

  /** Changes some settings. */
  change(changes: Partial<Settings>): void {
    const settings = { ...this.settings, ...changes };
    this.#move({ ...this.#place, settings }, effectOf(this.settings, settings));
  }

  /** Takes the visitor's data, and uses them. The network stays if it has the outputs for them. */
  takeOwn(own: OwnData): void {
    const hasEnough = this.#split !== undefined && own.points.y.length >= LEAST_POINTS;
    const fits = hasEnough && this.classes === own.points.classes;
    this.#move({ settings: { ...this.settings, data: "own" }, own }, fits ? "points" : "new");
  }

  /** The data that the visitor draws on: those in use. */
  get canvas(): OwnData {
    return this.settings.data === "own" ? this.own : { ...NOTHING, points: this.#points };
  }

  /** Moves to the place of another address, as when the visitor goes back. */
  moveTo(fragment: string): void {
    if (fragment.replace(/^#/, "") === this.address) return;
    this.#move(placeOf(fragment), "new");
  }

  #move(place: Place, effect: Effect): void {
    this.#place = place;
    if (effect === "new" || effect === "points") {
      this.#points = this.#makePoints();
      this.#split = this.#divide();
    }
    for (const listener of this.#listeners) listener(effect);
  }

  #makePoints(): Points {
    const { data } = this.settings;
    return data === "own" ? this.own.points : generate(data, this.settings);
  }

  #divide(): Split | undefined {
    if (this.#points.y.length < LEAST_POINTS) return undefined;
    return split(this.#points, this.settings.test, this.settings.draw);
  }
}
