import type { Host } from "../machine/host.js";
import { plateauOf, rateAt } from "../model/rates.js";
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

/** The table of learning rates that updates read, one entry a slot. */
export class RateTable {
  readonly #host: Host;
  readonly #plan: Plan;
  /** The constant rate that all slots have, if they do. */
  #constant: number | undefined;

  constructor(host: Host, plan: Plan) {
    this.#host = host;
    this.#plan = plan;
  }

  /** Writes the rates of `steps` slots from `slot` on. @param first number of the first one's update. */
  set(spec: NetworkSpec, progress: Progress, slot: number, steps: number, first: number): void {
    const { address, cols } = this.#plan.tables.rates;
    const { arena } = this.#host;
    const { learningRate } = spec.optimizer;
    if (typeof learningRate === "number") {
      if (learningRate === this.#constant) return;
      this.#host.write(arena.doublesAt(address, cols), (rates) => rates.fill(learningRate));
      this.#constant = learningRate;
      return;
    }
    // A rate that is a function may use the network, which moves memory: all numbers come first, then the view.
    const values = new Float64Array(steps);
    for (let i = 0; i < steps; i++) values[i] = learningRateAt(spec, progress, first + i);
    this.#host.write(arena.doublesAt(address + 8 * slot, steps), (rates) => rates.set(values));
  }

  /** The rates of some slots, as a live view. */
  of(slot: number, steps: number): Float64Array {
    return this.#host.arena.doublesAt(this.#plan.tables.rates.address + 8 * slot, steps);
  }
}
