import { IS_BASIC } from "../machine/is-basic.js";
import { kindOf } from "../model/layers.js";
import type { NetworkSpec } from "../model/spec.js";
import { gatherBatch } from "./batch.js";
import { flattenGradients } from "./flat-gradients.js";
import type { Instruction } from "./instruction.js";
import { countResults, givenGradient, lossOf, scatter } from "./loss.js";
import type { Store } from "./parameters.js";
import type { Plan } from "./plan.js";
import { silence } from "./silence.js";
import { isTiny, tinyStep } from "./tiny.js";
import { addPenalties, penalize, update } from "./update.js";

/** The forward pass, from the first layer to the last. */
export function forward(plan: Plan, samples: number): Instruction[] {
  return plan.layers.flatMap((layer) => kindOf(layer.spec).forward(layer, plan, samples));
}

/** The backward pass, from the last layer to the first one that needs a gradient. */
export function backward(plan: Plan, samples: number): Instruction[] {
  return [...plan.layers].reverse().flatMap((layer) => {
    const { spec, d } = layer;
    return d ? kindOf(spec).backward({ ...layer, d }, plan, samples) : [];
  });
}

/**
 * The program of one step over `samples` rows: one instruction per equation. Pure: testable without WebAssembly.
 * @param samples default: the batch of the plan. The last step of an epoch may have fewer.
 */
export function compile(spec: NetworkSpec, plan: Plan, store: Store, samples = plan.batch): Instruction[] {
  if (isTiny(spec, plan)) return [tinyStep(spec, plan)];
  if (plan.purpose === "update") return update(spec, plan, store);
  const program = [...gatherBatch(spec, plan, samples), ...forward(plan, samples)];
  if (plan.purpose === "predict") {
    const { output } = plan.layers[plan.layers.length - 1];
    const { predictions } = plan.rowTables;
    if (predictions.address !== output.address) program.push(scatter(output, predictions, plan, samples));
    return program;
  }
  if (plan.targets === "gradient") program.push(givenGradient(plan, samples));
  else {
    program.push(...lossOf(spec, plan, samples), ...addPenalties(spec, plan));
    program.push(...countResults(spec, plan, samples));
  }
  if (plan.purpose === "evaluate") return program;
  if (!IS_BASIC && plan.weighted) program.push(...silence(plan, samples));
  program.push(...backward(plan, samples), ...penalize(plan));
  if (!IS_BASIC && plan.purpose === "gradients") program.push(...flattenGradients(plan, samples));
  if (plan.purpose === "train") program.push(...update(spec, plan, store));
  return program;
}
