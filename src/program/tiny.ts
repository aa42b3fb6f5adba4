import { Op } from "../../assembly/isa.js";
import { isFused, type NetworkSpec } from "../model/spec.js";
import type { Instruction } from "./instruction.js";
import type { LayerSpec } from "./layers/index.js";
import type { LayerPlan } from "./layers/layer.js";
import type { Matrix } from "./matrix.js";
import type { Plan } from "./plan.js";

/** Maximum number of inputs and of hidden units: the lanes of one vector. */
const LANES = 4;

/** True if a layer has sigmoids and biases, and its update is descent along the gradient and nothing else. */
function isPlain({ spec, descends }: LayerPlan<LayerSpec>): boolean {
  return (
    descends && spec.type === "dense" && spec.activation === "sigmoid" && spec.bias && spec.maxNorm === 0
  );
}

/**
 * True if a whole step is one instruction (assembly/products/tiny.ts): a network like that of XOR, trained by plain descent
 * one sample at a time. False for a window of one row, because a batch of all rows is gathered once and not in each step.
 */
export function isTiny(spec: NetworkSpec, plan: Plan): boolean {
  const { layers, batch, rows, targets, byteInputs, weighted, counts } = plan;
  return (
    batch === 1 &&
    rows > 1 &&
    targets === "matrix" &&
    !byteInputs &&
    !weighted &&
    Object.keys(counts).length === 0 &&
    spec.loss.type === "binaryCrossentropy" &&
    spec.loss.labelSmoothing === 0 &&
    isFused(spec) &&
    layers.length === 2 &&
    layers.every(isPlain) &&
    spec.inputs <= LANES &&
    layers[0].output.rows <= LANES &&
    layers[1].output.rows === 1
  );
}

/** The step of a tiny network. */
export function tinyStep(spec: NetworkSpec, { layers, tables, rowTables }: Plan): Instruction {
  const { order, losses, rates } = tables;
  const { x, y } = rowTables;
  const [{ W, b }, output] = layers.map(({ parameters }) => parameters as Record<"W" | "b", Matrix>);
  return {
    equation: "L, W1, b1, W2, b2 = descent(binaryCrossentropy(W2·σ(W1·X[order] + b1) + b2, Y[order]), α)",
    result: losses,
    op: Op.tiny,
    inner: spec.inputs,
    cols: W.rows,
    a: x.address,
    lda: x.stride,
    b: order.address,
    c: y.address,
    d: losses.address,
    e: W.address,
    g: output.W.address,
    ldb: b.address - W.address,
    rates: rates.address,
  };
}
