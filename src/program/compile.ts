import type { NetworkSpec } from "../model/spec.js";
import { gatherBatch } from "./batch.js";
import type { Instruction } from "./instruction.js";
import { LAYERS } from "./layers/index.js";
import { count, lossOf, scatter } from "./loss.js";
import { penalize, update } from "./optimizer.js";
import type { Store } from "./parameters.js";
import type { LayerPlan, Plan } from "./plan.js";
import { isTiny, tinyStep } from "./tiny.js";

/** Whether the last A is not needed, because the loss reads its Z. */
function isSpared({ isFolded }: LayerPlan, { purpose, counts }: Plan): boolean {
  return isFolded && purpose !== "predict" && !counts.outputs && !counts.deviations;
}

/** From the first layer to the last. */
export function forward(plan: Plan, samples: number): Instruction[] {
  return plan.layers.flatMap((layer) => {
    const program = LAYERS[layer.spec.type].forward(layer, plan, samples);
    return isSpared(layer, plan) ? program.slice(0, -1) : program;
  });
}

/** From the last layer to the first that is trained. */
export function backward(plan: Plan, samples: number): Instruction[] {
  return [...plan.layers]
    .reverse()
    .flatMap((layer) => (layer.d ? LAYERS[layer.spec.type].backward(layer, plan, samples) : []));
}

/**
 * The program of one step over `samples` rows, as a list of equations. Pure: testable without WebAssembly.
 * @param samples default: the plan's batch; fewer for the last step of an epoch.
 */
export function compile(spec: NetworkSpec, plan: Plan, store: Store, samples = plan.batch): Instruction[] {
  if (isTiny(spec, plan)) return [tinyStep(spec, plan)];
  const program = [...gatherBatch(spec, plan, samples), ...forward(plan, samples)];
  if (plan.purpose === "predict") {
    const { output } = plan.layers[plan.layers.length - 1];
    return [...program, scatter(output, plan.predictions, plan, samples)];
  }
  program.push(lossOf(spec, plan, samples), ...count(spec, plan, samples));
  if (plan.purpose === "evaluate") return program;
  program.push(...backward(plan, samples));
  program.push(...(plan.purpose === "train" ? update(spec, plan, store) : penalize(plan)));
  return program;
}
