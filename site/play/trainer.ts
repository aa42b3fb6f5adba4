/** The page's side of the worker: orders go out, frames come back, one for each repaint of the screen while it trains. */

import { faultOfWorker } from "../shared/worker.js";
import type { Split } from "./data/points.js";
import type { Settings } from "./model/settings.js";
import type { Speed } from "./model/vocabulary.js";
import type { Answer, FileKind, Frame, Order } from "./worker/protocol.js";

export interface TrainerEvents {
  /** True if the listing of explain() is in sight. */
  readonly wantsListing: () => boolean;
  readonly onFrame: (frame: Frame) => void;
  readonly onState: (isRunning: boolean) => void;
  /** Training ended by itself, or could not go on. */
  readonly onNotice: (text: string) => void;
  readonly onFile: (name: string, content: string | Uint8Array<ArrayBuffer>) => void;
}

/** Networks of one worker. Engines free the memory of past ones late, and a page has room for some hundred. */
const MOST_NETWORKS = 24;

export class Trainer {
  #worker: Worker;
  /** Networks that the worker has made. */
  #networks = 0;
  readonly #events: TrainerEvents;
  #isRunning = false;
  /** True while a frame is on its way. */
  #isAsked = false;
  /** True if something has changed since the frame that is on its way was asked for. */
  #isStale = false;
  /** The step of the last frame. */
  #step: number | undefined;

  constructor(events: TrainerEvents) {
    this.#events = events;
    this.#worker = this.#start();
  }

  #start(): Worker {
    const worker = new Worker(new URL("./worker/worker.ts", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<Answer>) => this.#take(data);
    worker.onerror = (event) => this.#events.onNotice(faultOfWorker(event));
    return worker;
  }

  /** Replaces a worker that has made many networks. */
  #renew(): void {
    this.#worker.terminate();
    this.#worker = this.#start();
    this.#networks = 0;
    this.#isAsked = false;
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** Begins a new network, without a step. */
  set(settings: Settings, split: Split): void {
    this.#setRunning(false);
    if (this.#networks === MOST_NETWORKS) this.#renew();
    this.#networks++;
    this.#order({ type: "set", settings, split });
    this.draw();
  }

  /** Goes on with the same weights and other points. */
  setPoints(settings: Settings, split: Split): void {
    this.#order({ type: "points", settings, split });
    this.draw();
  }

  setRate(settings: Settings): void {
    this.#order({ type: "rate", settings });
    this.draw();
  }

  run(speed: Speed): void {
    this.#order({ type: "run", speed });
    this.#setRunning(true);
    this.draw();
  }

  pause(): void {
    this.#order({ type: "pause" });
    this.#setRunning(false);
    this.draw();
  }

  advance(by: "step" | "epoch"): void {
    this.#order({ type: "advance", by });
    this.#setRunning(false);
    this.draw();
  }

  /** Asks for a file; onFile gets it. */
  file(kind: FileKind): void {
    this.#order({ type: "file", kind });
  }

  /** Asks for a frame of what is there now. */
  draw(): void {
    if (this.#isAsked) this.#isStale = true;
    else this.#ask();
  }

  /** @param known the step on the screen, if nothing else can have changed. */
  #ask(known?: number): void {
    this.#isAsked = true;
    this.#isStale = false;
    this.#order({ type: "frame", listing: this.#events.wantsListing(), known });
  }

  #order(order: Order): void {
    this.#worker.postMessage(order);
  }

  #setRunning(isRunning: boolean): void {
    if (this.#isRunning === isRunning) return;
    this.#isRunning = isRunning;
    this.#events.onState(isRunning);
  }

  #take(answer: Answer): void {
    switch (answer.type) {
      case "frame":
        this.#isAsked = false;
        this.#step = answer.frame.step;
        this.#show(answer.frame);
        return;
      case "unchanged":
        this.#isAsked = false;
        this.#show(undefined);
        return;
      case "file":
        this.#events.onFile(answer.name, answer.content);
        return;
      case "ended":
        this.#setRunning(false);
        this.#events.onNotice(answer.reason);
        this.draw();
        return;
      case "failed":
        this.#setRunning(false);
        this.#isAsked = false;
        this.#events.onNotice(answer.message);
    }
  }

  /** Shows a frame at the next repaint. While it trains, the worker makes the next one meanwhile. */
  #show(frame: Frame | undefined): void {
    requestAnimationFrame(() => {
      if (!this.#isAsked && (this.#isRunning || this.#isStale)) {
        this.#ask(this.#isStale ? undefined : this.#step);
      }
      if (frame) this.#events.onFrame(frame);
    });
  }
}
