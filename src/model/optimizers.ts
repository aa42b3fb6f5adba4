import { SpecError } from "../errors.js";
import { completeOptimizer, type OptimizerKind } from "../program/optimizer.js";
import OPTIMIZERS, { type OptimizerName, type OptimizerSpec } from "../program/optimizers.js";
import { checkName, show } from "./check.js";

export type { LbfgsSpec, OptimizerInput, OptimizerName, OptimizerSpec } from "../program/optimizers.js";

/** The names of all optimizers. */
export const OPTIMIZER_NAMES = Object.keys(OPTIMIZERS) as OptimizerName[];

/** The entry of an optimizer in the table of optimizers. */
export function optimizerKindOf({ type }: Pick<OptimizerSpec, "type">): OptimizerKind<OptimizerSpec> {
  return OPTIMIZERS[type] as OptimizerKind<OptimizerSpec>;
}

/**
 * Checks an optimizer and fills in its defaults.
 * @param given a name, what a function such as adam() returns, or the same as plain data.
 * @throws SpecError for an unknown name or option, a value out of range, or options that contradict each other.
 */
export function checkOptimizer(given: unknown): OptimizerSpec {
  const named = typeof given === "string" ? { type: given } : given;
  if (typeof named !== "object" || named === null) {
    throw new SpecError(
      `optimizer is ${show(given)}: give "adam" or a call such as adam({ learningRate: 0.001 }).`,
    );
  }
  const { type, ...options } = named as { type?: unknown };
  const name = checkName(type, OPTIMIZER_NAMES, "optimizer");
  return completeOptimizer(optimizerKindOf({ type: name }), name, options);
}
