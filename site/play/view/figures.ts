/** The numbers beside the buttons, and what a screen reader hears of them. */

import { find } from "../../shared/dom.js";
import type { Store } from "../store.js";
import type { Frame } from "../worker/protocol.js";
import { show, showCount, showLoss, showPercent } from "./numbers.js";

/** Milliseconds between two announcements of a training under way. */
const QUIET = 5000;

export class Figures {
  readonly #store: Store;
  readonly #epoch = find("at-epoch", HTMLElement);
  readonly #step = find("at-step", HTMLElement);
  readonly #rate = find("at-rate", HTMLElement);
  readonly #train = find("train-loss", HTMLElement);
  readonly #test = find("test-loss", HTMLElement);
  readonly #scoreName = find("score-name", HTMLElement);
  readonly #score = find("score", HTMLElement);
  readonly #announcement = find("announcement", HTMLElement);
  #announced = 0;
  #wasRunning = false;

  constructor(store: Store) {
    this.#store = store;
  }

  clear(): void {
    for (const figure of [this.#train, this.#test, this.#score]) figure.textContent = "–";
    this.#epoch.textContent = this.#step.textContent = "0";
    this.#rate.textContent = show(this.#store.settings.rate);
  }

  show({ epoch, step, rate, train, test, isRunning }: Frame): void {
    const isRegression = this.#store.classes === 0;
    this.#epoch.textContent = showCount(epoch);
    this.#step.textContent = showCount(step);
    this.#rate.textContent = show(rate);
    this.#train.textContent = showLoss(train.loss);
    this.#test.textContent = showLoss(test.loss);
    this.#scoreName.textContent = isRegression ? "Test RMSE" : "Test accuracy";
    this.#score.textContent = isRegression ? show(test.score) : showPercent(test.score);
    const hasStopped = this.#wasRunning && !isRunning;
    this.#wasRunning = isRunning;
    if (hasStopped || (isRunning && performance.now() - this.#announced > QUIET)) this.#announce();
  }

  #announce(): void {
    this.#announced = performance.now();
    this.#announcement.textContent = `Epoch ${this.#epoch.textContent}, train loss ${this.#train.textContent}, test loss ${this.#test.textContent}, ${this.#scoreName.textContent} ${this.#score.textContent}`;
  }
}
