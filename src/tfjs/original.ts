import { type Column, gatherRows, type Rows } from "./data.js";
import type { BatchFunction, Tensor, TensorFlow } from "./types.js";

/** The own functions of TensorFlow.js for one fit. */
export interface Original {
  tf: TensorFlow;
  /** One update from a batch. */
  train: BatchFunction;
  /** The loss and the metrics of the validation data; undefined if there are none. */
  validate: (() => Tensor[]) | undefined;
}

/** Updates that TensorFlow.js computes: the rest of a fit whose callback has made of the model one that densely does not have. */
export class OriginalSteps {
  readonly #original: Original;
  readonly #rows: Rows;
  readonly #batchSize: number;

  constructor(original: Original, rows: Rows, batchSize: number) {
    this.#original = original;
    this.#rows = rows;
    this.#batchSize = batchSize;
  }

  /**
   * One update.
   * @param order the rows of the batches, one after the other.
   * @returns the loss and each metric.
   */
  run(batch: number, order: Int32Array): Tensor[] {
    const { tf, train } = this.#original;
    const rows = order.subarray(batch * this.#batchSize, (batch + 1) * this.#batchSize);
    const tensorOf = (column: Column) =>
      tf.tensor(gatherRows(column, rows), [rows.length, ...column.shape], column.dtype) as Tensor;
    // Everything but the result is disposed of, also where it throws.
    const tidy = tf.tidy as unknown as (compute: () => Tensor[]) => Tensor[];
    return tidy(() => train(this.#rows.columns.map(tensorOf)));
  }

  /** The loss and each metric of the validation data. */
  validate(): Tensor[] | undefined {
    return this.#original.validate?.();
  }
}
