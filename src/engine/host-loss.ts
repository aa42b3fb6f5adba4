import type { Host } from "../machine/host.js";
import { type CustomLossSpec, lossGradient, lossValue } from "../model/custom-loss.js";
import type { LayerSpec } from "../program/layers/index.js";
import type { LayerPlan } from "../program/layers/layer.js";
import { type Matrix, readMatrix, writeMatrix } from "../program/matrix.js";
import type { Plan } from "../program/plan.js";

/** The first `rows` rows of a batch. */
const firstRows = (matrix: Matrix, rows: number): Matrix => ({ ...matrix, cols: rows });

/** Computes a loss in code on this thread, between the two parts of a step: from the outputs to dL/d(outputs). */
export class HostLoss {
  readonly #host: Host;
  readonly #loss: CustomLossSpec;
  readonly #plan: Plan;
  readonly #last: LayerPlan<LayerSpec>;

  constructor(host: Host, loss: CustomLossSpec, plan: Plan) {
    this.#host = host;
    this.#loss = loss;
    this.#plan = plan;
    this.#last = plan.layers[plan.layers.length - 1];
  }

  /**
   * Writes the loss of a step to its slot, and the gradient if the step goes on. All views are made after the functions of the
   * user have run, which may use the network and so move memory.
   */
  compute(slot: number, rows: number): void {
    const { Y, tables } = this.#plan;
    const { output, d } = this.#last;
    const width = output.rows;
    const outputs = this.#read(firstRows(output, rows));
    const targets = this.#read(firstRows(Y, rows));
    const factors = this.#factors(rows);
    const value = factors
      ? this.#sum(outputs, targets, width, factors)
      : lossValue(this.#loss, outputs, targets, width);
    const gradient = d && lossGradient(this.#loss, outputs, targets, width);
    if (factors)
      gradient?.forEach((slope, i) => {
        // The function has divided by the rows already.
        gradient[i] = slope * rows * factors[Math.floor(i / width)];
      });
    const { arena } = this.#host;
    arena.doublesAt(tables.losses.address + 8 * slot, 1)[0] = value;
    if (d && gradient) writeMatrix(firstRows(d, rows), arena.floatsOf(d), d.address, gradient);
  }

  /** Σ f·L over the rows, each valued by itself. A row of factor 0 adds nothing, whatever its loss. */
  #sum(outputs: Float32Array, targets: Float32Array, width: number, factors: Float32Array): number {
    return factors.reduce((sum, factor, r) => {
      if (factor === 0) return sum;
      const [a, y] = [outputs, targets].map((rows) => rows.slice(r * width, (r + 1) * width));
      return sum + factor * lossValue(this.#loss, a, y, width);
    }, 0);
  }

  /** The factor of each row in the mean loss, if rows have weights. */
  #factors(rows: number): Float32Array | undefined {
    const { weighted, factors } = this.#plan;
    return weighted ? this.#host.arena.floatsAt(factors.address, rows).slice() : undefined;
  }

  #read(matrix: Matrix): Float32Array {
    return readMatrix(matrix, this.#host.arena.floatsOf(matrix), matrix.address);
  }
}
