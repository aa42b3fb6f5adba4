import type { Host } from "../machine/host.js";
import { plateauOf, rateAt } from "../model/rates.js";
import { scheduledOptions, scheduledValue } from "../model/scheduled.js";
import type { NetworkSpec } from "../model/spec.js";
import type { Plan } from "../program/plan.js";
import type { Progress } from "../record/progress.js";

/** The learning rate of the update after `step` updates. */
export function learningRateAt(
  { optimizer: { learningRate } }: NetworkSpec,
  progress: Progress,
  step: number,
): number {
  if (typeof learningRate === "number") return learningRate;
  const rate = rateAt(learningRate, step);
  const plateau = plateauOf(learningRate);
  return plateau ? Math.max(rate * progress.plateau.factor, Math.min(rate, plateau.least)) : rate;
}

/** The tables of learning rates and of other options that follow a schedule, one entry a slot. */
export class RateTable {
  readonly #host: Host;
  readonly #plan: Plan;
  /** The constant rate that all slots have, if they do. */
  #constant: number | undefined;

  constructor(host: Host, plan: Plan) {
    this.#host = host;
    this.#plan = plan;
  }

  /** Writes the rates and the scheduled options of `steps` slots from `slot` on. @param first number of the first one's update. */
  set(spec: NetworkSpec, progress: Progress, slot: number, steps: number, first: number): void {
    this.#setRates(spec, progress, slot, steps, first);
    this.setScheduled(spec, slot, steps, first);
  }

  /** Writes the options that follow a schedule, besides the learning rate. */
  setScheduled(spec: NetworkSpec, slot: number, steps: number, first: number): void {
    if (this.#plan.tables.scheduled.length === 0) return;
    scheduledOptions(spec).forEach((option, i) => {
      const { address } = this.#plan.tables.scheduled[i].values;
      this.#write(address, slot, steps, (k) => scheduledValue(option, first + k));
    });
  }

  #setRates(spec: NetworkSpec, progress: Progress, slot: number, steps: number, first: number): void {
    const { address, cols } = this.#plan.tables.rates;
    const { arena } = this.#host;
    const { learningRate } = spec.optimizer;
    if (typeof learningRate === "number") {
      if (learningRate === this.#constant) return;
      this.#host.write(arena.doublesAt(address, cols), (rates) => rates.fill(learningRate));
      this.#constant = learningRate;
      return;
    }
    this.#constant = undefined;
    this.#write(address, slot, steps, (k) => learningRateAt(spec, progress, first + k));
  }

  /**
   * Writes `steps` numbers of a table from `slot` on. A function of the user may use the network, which moves memory: all
   * numbers come first, then the view.
   */
  #write(address: number, slot: number, steps: number, at: (k: number) => number): void {
    const values = Float64Array.from({ length: steps }, (_, k) => at(k));
    this.#host.write(this.#host.arena.doublesAt(address + 8 * slot, steps), (table) => table.set(values));
  }

  /** The rates of some slots, as a live view. */
  of(slot: number, steps: number): Float64Array {
    return this.#host.arena.doublesAt(this.#plan.tables.rates.address + 8 * slot, steps);
  }
}
