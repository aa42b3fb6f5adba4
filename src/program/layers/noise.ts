import { Op } from "../../../assembly/isa.js";
import type { DropoutSpec, GaussianNoiseSpec } from "../../model/layers.js";
import { brief, type Instruction } from "../instruction.js";
import type { Matrix } from "../matrix.js";
import type { LayerPlan, Plan } from "../plan.js";
import type { LayerProgram } from "./layer.js";

function elementwise(from: Matrix, to: Matrix, samples: number) {
  const shape = { rows: samples, cols: to.rows };
  return { result: to, ...shape, a: from, c: to };
}

/** A mask of the step, which dropout applies to the outputs and then to their gradients. */
function mask(layer: LayerPlan, { seed }: Plan, from: Matrix, to: Matrix, samples: number): Instruction {
  const { rate } = layer.spec as DropoutSpec;
  return {
    equation: `${to.name} = ${from.name} * mask(${rate}, step) / ${brief(1 - rate)}`,
    ...elementwise(from, to, samples),
    op: Op.dropout,
    f: layer.index,
    p: [rate, seed],
  };
}

export const dropoutProgram: LayerProgram = {
  forward: (layer, plan, samples) =>
    layer.input === layer.output ? [] : [mask(layer, plan, layer.input, layer.output, samples)],
  backward: (layer, plan, samples) => {
    if (layer.input === layer.output) return [];
    const d = layer.d as Matrix;
    return [mask(layer, plan, d, { ...d, name: `d${layer.input.name}` }, samples)];
  },
};

/** Noise is added, so its gradient is that of the sum. */
export const gaussianNoiseProgram: LayerProgram = {
  forward: (layer, { seed }, samples) => {
    const { input, output, index } = layer;
    const { stddev } = layer.spec as GaussianNoiseSpec;
    if (input === output) return [];
    return [
      {
        equation: `${output.name} = ${input.name} + ${stddev}·normal(step)`,
        ...elementwise(input, output, samples),
        op: Op.noise,
        f: index,
        p: [stddev, seed],
      },
    ];
  },
  backward: () => [],
};
