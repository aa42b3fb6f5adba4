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
export function forward(plan: Plan): Instruction[] {
  return plan.layers.flatMap((layer) => kindOf(layer.spec).forward(layer, plan));
}

/** The backward pass, from the last layer to the first one that needs a gradient. */
export function backward(plan: Plan): Instruction[] {
  return [...plan.layers].reverse().flatMap((layer) => {
    const { spec, d } = layer;
    return d ? kindOf(spec).backward({ ...layer, d }, plan) : [];
  });
}

/**
 * The program of one step over any number of rows up to the batch of the plan: one instruction per equation. Pure: testable
 * without WebAssembly.
 */
export function compile(spec: NetworkSpec, plan: Plan, store: Store): Instruction[] {
  if (isTiny(spec, plan)) return [tinyStep(spec, plan)];
  if (plan.purpose === "update") return update(spec, plan, store);
  const program = [...gatherBatch(spec, plan), ...forward(plan)];
  if (plan.purpose === "predict") {
    const { output } = plan.layers[plan.layers.length - 1];
    const { predictions } = plan.rowTables;
    if (predictions.address !== output.address) program.push(scatter(output, predictions, plan));
    return program;
  }
  if (plan.targets === "gradient") program.push(givenGradient(plan));
  else {
    program.push(...lossOf(spec, plan), ...addPenalties(spec, plan));
    program.push(...countResults(spec, plan));
  }
  if (plan.purpose === "evaluate") return program;
  if (!IS_BASIC && plan.weighted) program.push(...silence(plan));
  program.push(...backward(plan), ...penalize(plan));
  if (!IS_BASIC && plan.purpose === "gradients") program.push(...flattenGradients(plan));
  if (plan.purpose === "train") program.push(...update(spec, plan, store));
  return program;
}
