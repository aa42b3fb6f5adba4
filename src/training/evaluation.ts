import { type NetworkSpec, outputLayer, picksLargest } from "../spec/spec.js";
import type { Engine } from "./engine.js";
import { type Stretches, stretchOf } from "./pace.js";
import { Session } from "./session.js";
import type { Dataset } from "./targets.js";

/** Rows of a forward step: enough for the kernels, few enough for the cache. */
export const FORWARD_BATCH = 64;

/** Bytes of rows that predictions and evaluations stage at a time. */
export const FORWARD_WINDOW = 2 ** 23;

/** What an evaluation measures. */
export interface Measures {
  /** Mean loss. */
  loss: number;
  /** Share of right predictions from 0 to 1, if asked for. */
  accuracy?: number;
}

/** What one row adds to the count of predictions: one choice, or a decision for each output. */
export function predictionsPerRow(spec: NetworkSpec): number {
  return picksLargest(spec) ? 1 : outputLayer(spec).units;
}

/** Loss and accuracy of a data set under the present parameters, as often as asked. */
export class Evaluation {
  readonly #session: Session;
  readonly #data: Dataset;
  readonly #counted: boolean;
  readonly #predictionsPerRow: number;
  #isLoaded = false;

  constructor(engine: Engine, data: Dataset, counted: boolean) {
    const { x, y, targets } = data;
    const batch = Math.min(FORWARD_BATCH, x.rows);
    const windowBytes = FORWARD_WINDOW;
    this.#session = new Session(engine, {
      purpose: "evaluate",
      x,
      y,
      targets,
      batch,
      windowBytes,
      accuracy: counted,
    });
    this.#session.orderInSequence();
    this.#data = data;
    this.#counted = counted;
    this.#predictionsPerRow = predictionsPerRow(engine.spec);
  }

  /** Measures once, in stretches. */
  *measure(): Stretches<Measures> {
    const { rows: windowRows } = this.#session.plan;
    const { rows } = this.#data.x;
    const stretch = stretchOf(this.#session.work);
    let loss = 0;
    let hits = 0;
    for (let first = 0; first < rows; first += windowRows) {
      const count = Math.min(windowRows, rows - first);
      if (!this.#isLoaded) yield* this.#session.load(first, count);
      const slots = this.#session.period;
      for (let slot = 0; slot < slots; slot += stretch) {
        const steps = Math.min(stretch, slots - slot);
        this.#session.run(0, slot, steps);
        yield steps * this.#session.work;
      }
      const losses = this.#session.losses(0, slots);
      loss += losses.reduce((sum, value, slot) => sum + value * this.#session.rowsAt(slot), 0);
      if (this.#counted) hits += this.#session.hits(0, slots).reduce((sum, value) => sum + value, 0);
    }
    this.#isLoaded = this.#session.isResident;
    const accuracy = hits / (rows * this.#predictionsPerRow);
    return this.#counted ? { loss: loss / rows, accuracy } : { loss: loss / rows };
  }

  dispose(): void {
    this.#session.dispose();
  }
}
