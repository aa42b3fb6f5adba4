import type { Instruction } from "../instruction.js";
import type { LayerPlan, Plan } from "../plan.js";

/** What a kind of layer adds to a program, for so many samples. */
export interface LayerProgram {
  /** The output from the input. */
  forward(layer: LayerPlan, plan: Plan, samples: number): Instruction[];
  /** The gradients of the input and of the parameters from that of the output. */
  backward(layer: LayerPlan, plan: Plan, samples: number): Instruction[];
}
