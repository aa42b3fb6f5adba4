/** The panel that finds good settings: a picture for each network that was tried, the best first. */

import { pixels } from "../../shared/canvas.js";
import { find, make } from "../../shared/dom.js";
import { paletteOf } from "../../shared/scale.js";
import { isDark } from "../../shared/theme.js";
import { faultOfWorker } from "../../shared/worker.js";
import type { Store } from "../store.js";
import { paintOutputs } from "../view/maps.js";
import { show, showLoss } from "../view/numbers.js";
import { SEARCH_SIDE, type SearchAnswer, type SearchOrder, TRIALS, type Tried } from "./protocol.js";

type Trial = Extract<SearchAnswer, { type: "trial" }>;

const describe = ({ layers, optimizer, rate }: Tried): string =>
  `${layers.map(({ units }) => units).join("-")} ${layers[0].activation}, ${optimizer} ${show(rate)}`;

export class SearchView {
  readonly #store: Store;
  readonly #button = find("search", HTMLButtonElement);
  readonly #progress = find("search-progress", HTMLProgressElement);
  readonly #text = find("search-text", HTMLElement);
  readonly #results = find("search-results", HTMLElement);
  readonly #onUse: () => void;
  #worker: Worker | undefined;
  /** The last result of each trial. */
  readonly #trials = new Map<number, Trial>();

  /** @param onUse called after settings of a trial were taken. */
  constructor(store: Store, onUse: () => void) {
    this.#store = store;
    this.#onUse = onUse;
    this.#button.addEventListener("click", () => (this.#worker ? this.#end("Stopped.") : this.#begin()));
  }

  #begin(): void {
    const { settings, split } = this.#store;
    if (!split) return;
    this.#trials.clear();
    this.#results.replaceChildren();
    this.#button.textContent = "Stop";
    this.#progress.hidden = false;
    this.#progress.value = 0;
    this.#worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
    this.#worker.onmessage = ({ data }: MessageEvent<SearchAnswer>) => this.#take(data);
    this.#worker.onerror = (event) => this.#end(faultOfWorker(event));
    const order: SearchOrder = { settings, split };
    this.#worker.postMessage(order);
  }

  #end(text: string): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#button.textContent = `Try ${TRIALS} networks`;
    this.#progress.hidden = true;
    this.#text.textContent = text;
  }

  #take(answer: SearchAnswer): void {
    switch (answer.type) {
      case "trial":
        this.#trials.set(answer.trial, answer);
        this.#progress.value = this.#trials.size;
        this.#show();
        return;
      case "done":
        this.#end(
          `Done. The best has a loss of ${showLoss(this.#best?.score ?? Number.NaN)} on points that it had not seen. Press a picture to use its settings.`,
        );
        return;
      case "failed":
        this.#end(answer.message);
    }
  }

  get #sorted(): Trial[] {
    const rank = ({ score }: Trial) => (Number.isFinite(score) ? score : Number.POSITIVE_INFINITY);
    return [...this.#trials.values()].sort((a, b) => rank(a) - rank(b));
  }

  get #best(): Trial | undefined {
    return this.#sorted[0];
  }

  #show(): void {
    const sorted = this.#sorted;
    this.#text.textContent = `${this.#trials.size} of ${TRIALS} networks; the best so far: ${describe(sorted[0].tried)}`;
    this.#results.replaceChildren(...sorted.map((trial) => this.#card(trial)));
  }

  readonly #cards = new WeakMap<Trial, HTMLElement>();

  #card(trial: Trial): HTMLElement {
    const known = this.#cards.get(trial);
    if (known) return known;
    const canvas = make("canvas", { "aria-hidden": "true" });
    const { plane } = trial;
    if (plane) {
      const { classes } = this.#store;
      pixels(canvas, SEARCH_SIDE, (data) => paintOutputs(data, plane, classes, paletteOf(isDark())));
    }
    const card = make(
      "button",
      { type: "button", className: "trial", title: describe(trial.tried) },
      canvas,
      make("span", { className: "number" }, plane ? showLoss(trial.score) : "diverged"),
      make("span", { className: "small soft" }, describe(trial.tried)),
    );
    card.addEventListener("click", () => {
      this.#store.change({ ...trial.tried, schedule: "constant", momentum: 0, decay: 0 });
      this.#onUse();
    });
    this.#cards.set(trial, card);
    return card;
  }
}
