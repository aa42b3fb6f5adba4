import { Op, Statistics } from "../../../assembly/isa.js";
import type { BatchNormSpec, LayerNormSpec } from "../../model/layers.js";
import type { Instruction } from "../instruction.js";
import type { Matrix } from "../matrix.js";
import type { LayerPlan, Plan } from "../plan.js";
import type { LayerProgram } from "./layer.js";

/** N = γ·(X - mean) / √(variance + ε) + β, whatever mean and variance are taken over. */
function normalise(layer: LayerPlan, f: string, samples: number) {
  const { input, output, saved } = layer;
  const { gamma, beta } = layer.parameters;
  return {
    equation: `${output.name} = ${gamma?.name}·${f}(${input.name}) + ${beta?.name}`,
    result: output,
    rows: samples,
    cols: output.rows,
    a: input,
    b: gamma,
    c: output,
    d: beta,
    h: saved,
  };
}

/** The gradients of X, in place, of γ and of β; a frozen layer has no memory for the last two. */
function gradient(layer: LayerPlan, f: string, samples: number) {
  const { input, saved } = layer;
  const { gamma, beta } = layer.gradients;
  const d = layer.d as Matrix;
  const own = gamma ? `, ${gamma.name} = ${d.name}·${f}(${input.name})ᵀ, ${beta?.name} = ${d.name}·1` : "";
  return {
    equation: `d${input.name} = ${d.name}·${f}'(${input.name})${own}`,
    result: d,
    rows: samples,
    cols: d.rows,
    a: input,
    b: layer.parameters.gamma,
    c: d,
    d: gamma,
    e: beta,
    h: saved,
  };
}

/** The batch's statistics in training, unless the layer is frozen; only an update moves the running ones. */
function statisticsOf({ spec }: LayerPlan, { purpose, training }: Plan): Statistics {
  if (!training || !(spec as BatchNormSpec).trainable) return Statistics.running;
  return purpose === "train" ? Statistics.batch : Statistics.batchOnly;
}

const wordOf = (f: Statistics): string => (f === Statistics.running ? "standardised" : "batchNorm");

export const batchNormProgram: LayerProgram = {
  forward: (layer, plan, samples): Instruction[] => {
    const f = statisticsOf(layer, plan);
    const { epsilon, momentum } = layer.spec as BatchNormSpec;
    const { mean, variance } = layer.buffers;
    const running = { e: mean, g: variance };
    return [
      { ...normalise(layer, wordOf(f), samples), op: Op.batchNorm, f, ...running, p: [epsilon, momentum] },
    ];
  },
  backward: (layer, plan, samples): Instruction[] => {
    const f = statisticsOf(layer, plan);
    return [{ ...gradient(layer, wordOf(f), samples), op: Op.batchNormGradient, f }];
  },
};

export const layerNormProgram: LayerProgram = {
  forward: (layer, _, samples): Instruction[] => {
    const { epsilon } = layer.spec as LayerNormSpec;
    return [{ ...normalise(layer, "layerNorm", samples), op: Op.layerNorm, p: [epsilon] }];
  },
  backward: (layer, _, samples): Instruction[] => [
    { ...gradient(layer, "layerNorm", samples), op: Op.layerNormGradient },
  ],
};
