import { Refusal } from "./refusal.js";

/** Calls of fit, trainOnBatch, evaluate and predict, and batches of fitDataset and evaluateDataset, since `accelerate`. */
export interface AccelerationReport {
  /** Calls that densely computed. */
  densely: number;
  /** Calls that were left to TensorFlow.js. */
  tfjs: number;
  /** Why they were, with the number of calls. */
  reasons: Record<string, number>;
}

/** The counts behind a report. */
export class Counts {
  #densely = 0;
  readonly #reasons = new Map<string, number>();

  /** Counts a call that densely computed. */
  take(): void {
    this.#densely++;
  }

  /**
   * Counts a call that is left to TensorFlow.js.
   * @param error a refusal, or an error of TensorFlow.js or of the user, such as that of a tensor that was disposed of:
   * TensorFlow.js then throws its own, after the callbacks that come before it.
   */
  leave(error: unknown): void {
    const reason = error instanceof Refusal ? error.reason : String(error);
    this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + 1);
  }

  get report(): AccelerationReport {
    const counts = [...this.#reasons.values()];
    return {
      densely: this.#densely,
      tfjs: counts.reduce((sum, count) => sum + count, 0),
      reasons: Object.fromEntries(this.#reasons),
    };
  }
}
