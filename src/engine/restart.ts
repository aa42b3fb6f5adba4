import { kindOf } from "../model/layers.js";
import type { NetworkSpec } from "../model/spec.js";
import { startOfProgress } from "../record/progress.js";
import type { Engine } from "./engine.js";
import { initializeParameters, initializeStates } from "./initialize.js";

/** True if a step depends on the seed: only layers that predictions pass by are random. */
function isRandom({ layers }: NetworkSpec): boolean {
  return layers.some((layer) => kindOf(layer).stepsOf(layer).length === 0);
}

/**
 * Makes an engine that of a network that was never trained, of the same spec except for seed and learning rate. Plans are kept. No
 * session may be open.
 */
export function restart(
  engine: Engine,
  seed: number,
  learningRate: NetworkSpec["optimizer"]["learningRate"],
): void {
  const { spec, core, store } = engine;
  spec.seed = seed;
  spec.optimizer.learningRate = learningRate;
  engine.state.fill(0);
  initializeParameters(core, spec, store);
  if (engine.hasStates) initializeStates(core, spec, store);
  engine.progress = startOfProgress();
  engine.best = undefined;
  engine.metadata = {};
  for (const { program, window } of engine.plans.kept) {
    program.plan.seed = seed;
    if (isRandom(spec)) program.write();
    // The instruction that shuffles.
    window.place();
  }
}
