/** A network in training on the points of the page, some steps at a time. */

import { type History, Network } from "densely";
import "densely/lbfgs";
import type { Split } from "../data/points.js";
import { batchOf, networkOptions, rateOf } from "../model/network.js";
import type { Settings } from "../model/settings.js";

export class Training {
  readonly network: Network;
  readonly settings: Settings;
  readonly split: Split;
  readonly batch: number;
  /** Steps of an epoch. */
  readonly stepsPerEpoch: number;
  /** The step and the epoch at which these points came. */
  readonly #first: number;
  readonly #epochs: number;

  /**
   * @param before the training whose network goes on with other points; a new network if there is none.
   * @throws SpecError for settings that the library refuses.
   */
  constructor(settings: Settings, split: Split, before?: Training) {
    const rows = split.train.y.length;
    this.settings = settings;
    this.split = split;
    this.network = before?.network ?? new Network(networkOptions(settings, split.train.classes));
    // Parameters that are set discard the epoch under way, whose points are gone.
    if (before) this.network.setParams(this.network.getParams());
    this.#first = this.network.step;
    this.#epochs = before?.epoch ?? 0;
    this.batch = batchOf(settings, rows);
    this.stepsPerEpoch = Math.ceil(rows / this.batch);
  }

  get step(): number {
    return this.network.step;
  }

  /** Epochs, with the part of the one under way. */
  get epoch(): number {
    return this.#epochs + (this.step - this.#first) / this.stepsPerEpoch;
  }

  /** Goes on with another learning rate or schedule. */
  setRate(settings: Settings): void {
    this.network.learningRate = settings.optimizer === "lbfgs" ? settings.rate : rateOf(settings);
  }

  /**
   * Makes about so many steps: to the end of the epoch under way and whole epochs if they are enough for that, else these steps.
   * However they are divided, the bits are the same.
   * @throws DivergenceError, and then the parameters are those of before.
   */
  advance(steps: number): History {
    if (steps < this.stepsToEpoch) return this.#fit(1, steps);
    if (this.stepsToEpoch < this.stepsPerEpoch) return this.#fit(1);
    return this.#fit(Math.floor(steps / this.stepsPerEpoch));
  }

  /** Steps until the epoch under way, or the next one, is complete. */
  get stepsToEpoch(): number {
    return this.stepsPerEpoch - ((this.step - this.#first) % this.stepsPerEpoch);
  }

  #fit(epochs: number, maxSteps?: number): History {
    const { x, y } = this.split.train;
    return this.network.fitSync(x, y, { epochs, maxSteps, batchSize: this.batch });
  }

  dispose(): void {
    this.network.dispose();
  }
}
