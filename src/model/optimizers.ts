import BASIC_OPTIMIZERS from "../program/basic-optimizers.js";
import { completeOptimizer, type OptimizerKind } from "../program/optimizer.js";
import type { OptimizerSpec, OptimizerTable } from "../program/optimizers.js";
import { KindTable } from "./kinds.js";

export type { OptimizerInput, OptimizerName, OptimizerSpec } from "../program/optimizers.js";

/** The optimizers that a network can have. */
export const optimizerKinds = new KindTable<OptimizerTable>(BASIC_OPTIMIZERS);

/** The entry of an optimizer in the table of optimizers. */
export function optimizerKindOf({ type }: Pick<OptimizerSpec, "type">): OptimizerKind<OptimizerSpec> {
  return optimizerKinds.of(type) as OptimizerKind<OptimizerSpec>;
}

/**
 * Checks an optimizer and fills in its defaults.
 * @param given a name, what a function such as adam() returns, or the same as plain data.
 * @throws SpecError for an unknown name or option, a value out of range, or options that contradict each other.
 */
export function checkOptimizer(given: unknown): OptimizerSpec {
  const example = '"adam" or a call such as adam() or adam({ learningRate: 0.001 })';
  const { name, options } = optimizerKinds.check(given, "optimizer", example);
  return completeOptimizer(optimizerKindOf({ type: name }), name, options);
}
