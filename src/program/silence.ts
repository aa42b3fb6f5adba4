import { Op } from "../../assembly/isa.js";
import { kindOf } from "../model/layers.js";
import { type Instruction, SAMPLES } from "./instruction.js";
import type { Matrix } from "./matrix.js";
import type { Plan } from "./plan.js";

/** Every matrix by samples that the backward pass reads, except the inputs of the network, which are finite. */
function matricesOf({ layers, A0 }: Plan): Matrix[] {
  const matrices = layers.flatMap(({ spec, input, Z, output, saved, d }, i): Matrix[] => {
    if (!d) return [];
    const stride = kindOf(spec).savedPerSample;
    const kept = stride ? [{ ...saved, name: `saved of ${output.name}`, stride }] : [];
    return [input, Z, output, ...kept, ...(i === layers.length - 1 ? [d] : [])];
  });
  const byAddress = new Map(matrices.map((matrix) => [matrix.address, matrix]));
  byAddress.delete(A0.address);
  return [...byAddress.values()];
}

/**
 * Makes the rows of weight 0 zeros, behind the forward pass and before the backward pass: such a row has no gradient even if it
 * overflows on the way, where 0 · Infinity would be NaN.
 */
export function silence(plan: Plan): Instruction[] {
  return matricesOf(plan).map((matrix) => ({
    equation: `${matrix.name} = ${matrix.name} where w ≠ 0, else 0`,
    result: matrix,
    op: Op.silence,
    rows: SAMPLES,
    a: matrix,
    h: plan.w,
  }));
}
