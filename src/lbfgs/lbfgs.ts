import { enterUpdater } from "../fit/updaters.js";
import { exported } from "../model/exported.js";
import kind, { type LbfgsSpec } from "../program/lbfgs.js";
import { completeOptimizer, type Options } from "../program/optimizer.js";
import { Lbfgs } from "./updater.js";

enterUpdater("lbfgs", (engine, session, host) => new Lbfgs(engine, session, host));

/**
 * L-BFGS with a strong Wolfe line search (Nocedal and Wright, "Numerical Optimization", 2006, algorithms 3.5, 3.6 and
 * 7.5), for data that fits into one batch: batchSize is "full", and an epoch is one step.
 * @param options learningRate 1, historySize 10, maxEvaluations 25, toleranceGradient 1e-7, toleranceChange 1e-9.
 * @throws SpecError for an unknown option or a value out of range.
 */
export const lbfgs = /* @__PURE__ */ exported(
  "lbfgs(options)",
  (options: Options<LbfgsSpec> = {}): LbfgsSpec => completeOptimizer(kind, "lbfgs", options),
);
