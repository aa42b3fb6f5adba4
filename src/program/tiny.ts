import { Op } from "../../assembly/isa.js";
import { isFolded, type NetworkSpec } from "../model/spec.js";
import type { Instruction } from "./instruction.js";
import type { Matrix } from "./matrix.js";
import type { LayerPlan, Plan } from "./plan.js";

/** Inputs and hidden units at most: one vector. */
const WIDTH = 4;

/** Whether a layer is of sigmoids with biases, and descends along its gradient and nothing else. */
function isPlain({ spec, descends }: LayerPlan): boolean {
  return (
    descends &&
    spec.type === "dense" &&
    spec.activation === "sigmoid" &&
    spec.bias !== false &&
    spec.maxNorm === 0
  );
}

/**
 * Whether a whole step is one instruction (assembly/tiny.ts): a network like XOR's, trained sample by sample in plain
 * descent. A window of one row is left out, since the batch of all rows is gathered once.
 */
export function isTiny(spec: NetworkSpec, plan: Plan): boolean {
  const { layers, batch, rows, targets, bytes, weighted, counts } = plan;
  return (
    batch === 1 &&
    rows > 1 &&
    targets === "matrix" &&
    !bytes &&
    !weighted &&
    Object.keys(counts).length === 0 &&
    spec.loss.type === "binaryCrossentropy" &&
    spec.loss.labelSmoothing === 0 &&
    isFolded(spec) &&
    layers.length === 2 &&
    layers.every(isPlain) &&
    spec.inputs <= WIDTH &&
    layers[0].output.rows <= WIDTH &&
    layers[1].output.rows === 1
  );
}

/** The step of a tiny network. */
export function tinyStep(spec: NetworkSpec, { layers, x, y, order, losses, rates }: Plan): Instruction {
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
