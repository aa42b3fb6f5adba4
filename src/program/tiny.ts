import { Op } from "../../assembly/isa.js";
import type { NetworkSpec } from "../spec/spec.js";
import type { Store } from "./compile.js";
import type { Instruction } from "./equations.js";
import type { Plan } from "./plan.js";

/** Inputs and hidden units at most: one vector. */
const WIDTH = 4;

/**
 * Whether a whole step is one instruction (assembly/tiny.ts): a network like XOR's, trained sample by sample in plain
 * descent. A window of one row is left out, since the batch of all rows is gathered once.
 */
export function isTiny(spec: NetworkSpec, plan: Plan): boolean {
  const [hidden, output, ...others] = spec.layers;
  return (
    plan.descends &&
    plan.batch === 1 &&
    plan.rows > 1 &&
    plan.targets === "matrix" &&
    !plan.bytes &&
    !plan.accuracy &&
    spec.loss === "binaryCrossentropy" &&
    spec.inputs <= WIDTH &&
    hidden.units <= WIDTH &&
    output?.units === 1 &&
    others.length === 0 &&
    spec.layers.every(({ activation }) => activation === "sigmoid")
  );
}

/** The step of a tiny network. */
export function tinyStep(spec: NetworkSpec, plan: Plan, { parameters }: Store): Instruction {
  const { x, y, order, losses, rates } = plan;
  const [{ W, b }, output] = parameters.layers;
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
