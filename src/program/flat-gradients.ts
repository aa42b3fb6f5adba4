import { Op } from "../../assembly/isa.js";
import { alignTo } from "../machine/align.js";
import type { Instruction } from "./instruction.js";
import { scatter } from "./loss.js";
import { type Matrix, type ParameterMatrix, sizeOf } from "./matrix.js";
import { matricesOf } from "./parameters.js";
import type { Plan } from "./plan.js";

/** The gradients of the parameters that are trained, in the order of the public arrays. */
export function trainedGradients({ gradients, layers }: Plan): ParameterMatrix[] {
  return matricesOf({ ...gradients, layers: layers.map((layer) => layer.gradients) });
}

/** Copies a gradient to an address, a weight matrix unit by unit. */
function flatten(from: ParameterMatrix, result: Matrix, c: number): Instruction {
  const { layout, rows, cols } = from;
  const equation = `${result.name} = ${from.name}`;
  return layout === "panels"
    ? { equation, result, op: Op.unpack, rows, cols, a: from, c }
    : { equation, result, op: Op.scatter, rows: 1, cols: rows, a: from, c };
}

/**
 * The gradients as users hold them, one behind the other: of all parameters, and then of the inputs, row by row. Of a batch of all
 * rows, their largest magnitude too, which tells if all are finite.
 */
export function flattenGradients(plan: Plan): Instruction[] {
  const { flatGradients: flat, layers, cell, slots } = plan;
  const { dInput } = layers[0];
  let { address } = flat;
  const program = trainedGradients(plan).map((gradient) => {
    const copy = flatten(gradient, flat, address);
    address += 4 * sizeOf([gradient]);
    return copy;
  });
  if (dInput) {
    program.push({ ...scatter(dInput, flat, plan), c: address });
    address += 4 * dInput.rows * plan.batch;
  }
  if (slots === 1) {
    const cols = alignTo((address - flat.address) / 4, 4);
    program.push({ equation: `max |${flat.name}|`, result: cell, op: Op.magnitude, cols, a: flat, d: cell });
  }
  return program;
}
