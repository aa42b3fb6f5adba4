/** Trains the visitor's network in a worker of densely, with stop and continue, and keeps it after each epoch. */

import { adam, cosineDecay, dense, dropout, Network } from "densely";
import { chart, progress, together } from "densely/ui";
import { type Digits, PIXELS } from "./data.js";
import { type Kept, keep } from "./keep.js";

/** The visitor's choices. */
export interface Choices {
  readonly hidden: number;
  readonly dropout: number;
  readonly epochs: number;
}

const BATCH = 64;
const RATE = 0.004;

/** A network in training: its choices, and how far it has come. */
export class Training {
  readonly choices: Choices;
  #network: Network;
  #done = 0;
  #accuracy: number | undefined;
  #abort: AbortController | undefined;
  #isKept = true;

  constructor(choices: Choices, rows: number) {
    this.choices = choices;
    const steps = choices.epochs * Math.ceil(rows / BATCH);
    this.#network = new Network({
      inputs: PIXELS,
      layers: [
        dense(choices.hidden, "relu"),
        ...(choices.dropout > 0 ? [dropout(choices.dropout)] : []),
        dense(10, "softmax"),
      ],
      optimizer: adam({ learningRate: cosineDecay({ learningRate: RATE, steps }) }),
    });
  }

  /** The training that was kept. */
  static recall({ checkpoint, done, accuracy, ...choices }: Kept): Training {
    const training = new Training(choices, BATCH);
    training.#network.dispose();
    training.#network = Network.resume(checkpoint);
    training.#done = done;
    training.#accuracy = accuracy;
    return training;
  }

  get network(): Network {
    return this.#network;
  }

  /** Completed epochs. */
  get done(): number {
    return this.#done;
  }

  /** The accuracy on the test digits after the last epoch. */
  get accuracy(): number | undefined {
    return this.#accuracy;
  }

  get isComplete(): boolean {
    return this.#done >= this.choices.epochs;
  }

  get isRunning(): boolean {
    return this.#abort !== undefined;
  }

  /** Trains to the last epoch, or until `stop`. A training that was stopped goes on to the bits of one that never was. */
  async run(
    train: Digits,
    test: Digits,
    places: { bar: HTMLElement; chart: HTMLElement },
    onEpoch: () => void,
  ): Promise<void> {
    this.#abort = new AbortController();
    const callbacks = together([
      progress(places.bar, { label: "Training", batches: true }),
      chart(places.chart, { measures: ["loss", "valLoss"], height: 180 }),
      {
        onEpoch: ({ epoch, valAccuracy }) => {
          this.#done = epoch;
          this.#accuracy = valAccuracy;
          onEpoch();
        },
      },
    ]);
    try {
      await this.#network.fit(train.pixels, train.labels, {
        epochs: this.choices.epochs,
        batchSize: BATCH,
        validationData: [test.pixels, test.labels],
        metrics: ["accuracy"],
        worker: true,
        resume: true,
        signal: this.#abort.signal,
        ...callbacks,
      });
    } finally {
      this.#abort = undefined;
    }
    await this.keep();
  }

  stop(): void {
    this.#abort?.abort();
  }

  /** False if the browser has refused to keep the network, as some do in private windows. */
  get isKept(): boolean {
    return this.#isKept;
  }

  /** Keeps the network as it is, and what it needs to go on. */
  async keep(): Promise<void> {
    const checkpoint = this.#network.checkpoint();
    const kept = { ...this.choices, checkpoint, done: this.#done, accuracy: this.#accuracy };
    this.#isKept = await keep(kept).then(
      () => true,
      () => false,
    );
  }
}
