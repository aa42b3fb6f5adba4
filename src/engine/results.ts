import type { Host } from "../machine/host.js";
import { IS_BASIC } from "../machine/is-basic.js";
import { LiveView } from "../machine/live-view.js";
import type { MemoryRange } from "../machine/orders.js";
import type { Plan } from "../program/plan.js";
import { resultsOf } from "../program/tables.js";
import type { StepResults, Sums } from "../record/tally.js";
import type { Window } from "./window.js";

/**
 * Results of steps in linear memory: one entry per step in tables by slot, and sums over all steps. Views of both are live:
 * read them at once and never keep them.
 */
export class ResultTables {
  readonly #host: Host;
  readonly #plan: Plan;
  readonly #window: Window;
  readonly #losses: LiveView<Float64Array>;
  readonly #predictions: LiveView<Float32Array>;
  /** The view that `losses` made last, and its first slot. */
  #lossesOfSteps: Float64Array = new Float64Array(0);
  #firstSlot = 0;

  constructor(host: Host, plan: Plan, window: Window) {
    this.#host = host;
    this.#plan = plan;
    this.#window = window;
    const { losses } = plan.tables;
    const { predictions } = plan.rowTables;
    this.#losses = new LiveView(() => host.arena.doublesAt(losses.address, losses.cols));
    this.#predictions = new LiveView(() => host.arena.floatsAt(predictions.address, predictions.bytes / 4));
  }

  /** Where `steps` steps from a slot on leave their results. */
  ranges(slot: number, steps: number): MemoryRange[] {
    return resultsOf(this.#plan, slot, steps);
  }

  /** The results of `steps` steps from a slot on. */
  of(slot: number, steps: number): StepResults {
    const { batch, counts } = this.#plan;
    const { hits, topHits } = this.#plan.tables;
    const { arena } = this.#host;
    const { period, lastRows } = this.#window;
    return {
      slot,
      batch,
      period,
      lastRows,
      losses: this.losses(slot, steps),
      masses: this.#masses(slot, steps),
      hits: counts.hits ? arena.doublesAt(hits.address + 8 * slot, steps) : undefined,
      topHits: counts.top ? arena.doublesAt(topHits.address + 8 * slot, steps) : undefined,
    };
  }

  /** The outputs of all rows that the tables have room for, row by row, of which the first ones are those of the rows loaded. */
  get predictions(): Float32Array {
    return this.#predictions.array;
  }

  /** The loss of each step. */
  losses(slot: number, steps: number): Float64Array {
    const { array } = this.#losses;
    // Epochs of small networks ask for the same steps again and again: making a view takes as long as a step of XOR.
    if (slot !== this.#firstSlot || steps !== this.#lossesOfSteps.length) {
      this.#firstSlot = slot;
      this.#lossesOfSteps = array.subarray(slot, slot + steps);
    }
    return this.#lossesOfSteps;
  }

  /** The loss of one step. */
  loss(slot: number): number {
    return this.#losses.array[slot];
  }

  #masses(slot: number, steps: number): Float64Array | undefined {
    const { weighted, tables } = this.#plan;
    if (IS_BASIC || !weighted) return undefined;
    const { arena } = this.#host;
    // A batch of all rows is gathered once, so that slot 0 alone has the sum of its weights.
    if (this.#window.isOneBatch)
      return new Float64Array(steps).fill(arena.doublesAt(tables.masses.address, 1)[0]);
    return arena.doublesAt(tables.masses.address + 8 * slot, steps);
  }

  /** True if steps keep anything besides their loss and their numbers of hits. */
  get #hasSums(): boolean {
    const { confusion, deviations, outputs } = this.#plan.counts;
    return !IS_BASIC && Boolean(confusion || deviations || outputs);
  }

  get #confusion(): Float64Array {
    const { address, bytes } = this.#plan.tables.confusion;
    return this.#host.arena.doublesAt(address, bytes / 8);
  }

  get #deviations(): Float64Array {
    const { address, bytes } = this.#plan.tables.deviations;
    return this.#host.arena.doublesAt(address, bytes / 8);
  }

  /**
   * Sets the sums to those of a pass so far. The core then adds each step to them, so that their last bits do not depend on
   * how the pass is cut into slices.
   */
  setSums({ confusion, deviations }: Pick<Sums, "confusion" | "deviations">): void {
    if (!this.#hasSums) return;
    this.#host.write(this.#confusion, (sums) => {
      sums.fill(0);
      sums.set(confusion);
    });
    this.#host.write(this.#deviations, (sums) => {
      sums.fill(0);
      sums.set(deviations);
    });
  }

  /** Copies the sums as they stand to `to`, and appends the outputs, targets and weights of the rows of some steps. */
  readSums(to: Sums, slot: number, steps: number): void {
    if (!this.#hasSums) return;
    to.confusion = Array.from(this.#confusion);
    to.deviations = Array.from(this.#deviations);
    const { counts, weighted, batch } = this.#plan;
    const { predictions, expected, expectedWeights } = this.#plan.rowTables;
    if (!counts.outputs) return;
    const first = slot * batch;
    const rows = Math.min(steps * batch, this.#window.rows - first);
    for (const [list, { address, rows: width }] of [
      [to.outputs, predictions],
      [to.targets, expected],
    ] as const) {
      const values = this.#host.arena.floatsAt(address + 4 * first * width, rows * width);
      for (const value of values) list.push(value);
    }
    // Batches of a source may have weights or not.
    const known = to.targets.length / expected.rows;
    if (!weighted && to.weights.length === 0) return;
    while (to.weights.length < known - rows) to.weights.push(1);
    const weights = weighted ? this.#host.arena.floatsAt(expectedWeights.address + 4 * first, rows) : [];
    for (let r = 0; r < rows; r++) to.weights.push(weights[r] ?? 1);
  }
}
