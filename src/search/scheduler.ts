import { checkKeys, checkWhole } from "../model/check.js";
import { exported } from "../model/exported.js";

/** Asynchronous successive halving. */
export interface Asha {
  readonly type: "asha";
  /** Updates of the first rung. */
  readonly steps: number;
  /** Factor between the updates of two rungs, of whose trials one in `factor` is promoted. */
  readonly factor: number;
}

/**
 * Successive halving as in ASHA of Li et al., "A system for massively parallel hyperparameter tuning" (MLSys 2020): every trial
 * trains for `steps` updates, the best one in `factor` of them for `factor` times as many, and so on until fit has done all its
 * epochs. A promoted trial goes on where it stopped.
 * @param options.steps updates of the first rung. Default 100. @param options.factor Default 3. @throws SpecError
 */
export const asha = /* @__PURE__ */ exported(
  "asha(options)",
  (options: { steps?: number | undefined; factor?: number | undefined } = {}): Asha => {
    const { steps = 100, factor = 3 } = checkKeys<{ steps?: number; factor?: number }>(
      options,
      ["steps", "factor"],
      "asha",
    );
    return { type: "asha", steps: checkWhole(steps, 1, "steps"), factor: checkWhole(factor, 2, "factor") };
  },
);

/** A trial at a rung. */
export interface Standing {
  trial: number;
  /** Smaller is better. */
  cost: number;
  /** True if there is nothing left to train. */
  isDone: boolean;
}

/** The rungs of all trials whose results are known. */
export class Rungs {
  readonly #factor: number;
  readonly #rungs: Standing[][] = [];
  /** Trials that were promoted from each rung. */
  readonly #promoted: Set<number>[] = [];

  constructor(factor: number) {
    this.#factor = factor;
  }

  /** Takes note of a result. */
  add(rung: number, standing: Standing): void {
    this.#rungs[rung] ??= [];
    this.#promoted[rung] ??= new Set();
    this.#rungs[rung].push(standing);
  }

  /** The trial to promote next, from the highest rung that has one, and its new rung. It counts as promoted. */
  promote(): { trial: number; rung: number } | undefined {
    for (let rung = this.#rungs.length - 1; rung >= 0; rung--) {
      const standings = this.#rungs[rung];
      const count = Math.floor(standings.length / this.#factor);
      const best = [...standings].sort((a, b) => a.cost - b.cost || a.trial - b.trial).slice(0, count);
      const next = best.find(
        ({ trial, cost, isDone }) => !isDone && cost < Infinity && !this.#promoted[rung].has(trial),
      );
      if (!next) continue;
      this.#promoted[rung].add(next.trial);
      return { trial: next.trial, rung: rung + 1 };
    }
    return undefined;
  }
}
