import { Activation, Loss, Op } from "../../assembly/isa.js";
import { inputsOf, isFused, type NetworkSpec, outputLayer } from "../spec/spec.js";
import type { Store } from "./compile.js";
import type { Instruction } from "./equations.js";
import type { Plan } from "./plan.js";

/** Inputs and units at most: one vector. */
const WIDTH = 4;

const ACTIVATIONS: readonly string[] = ["linear", "sigmoid", "tanh", "relu"];
const LOSSES: readonly string[] = ["meanSquaredError", "binaryCrossentropy"];

/**
 * Whether whole steps are one instruction (assembly/tiny.ts): plain descent, one sample a step, vectors of four. A
 * window of one row is left out, since its batch is gathered once.
 */
export function isTiny(spec: NetworkSpec, plan: Plan): boolean {
  const { descends, batch, rows, bytes, targets, accuracy } = plan;
  return (
    descends &&
    batch === 1 &&
    rows > 1 &&
    targets === "matrix" &&
    !bytes &&
    !accuracy &&
    spec.inputs <= WIDTH &&
    spec.layers.every(({ units, activation }) => units <= WIDTH && ACTIVATIONS.includes(activation)) &&
    LOSSES.includes(spec.loss)
  );
}

/** The step of a tiny network: its ends, then a line for each layer, there and back. */
export function tinyStep(spec: NetworkSpec, plan: Plan, { parameters }: Store): Instruction[] {
  const { x, y, order, losses, rates, A, Z, d } = plan;
  const last = spec.layers.length;
  const input = (isFused(spec) ? Z : A)[last].name;
  const ends: Instruction = {
    equation: `A0 = X[order], L, ${input.replace("A", "dA").replace("Z", "dZ")} = ${spec.loss}(${input}, Y[order])`,
    result: losses,
    op: Op.tiny,
    f: Loss[spec.loss],
    inner: spec.inputs,
    cols: outputLayer(spec).units,
    a: x.address,
    lda: x.stride,
    b: order.address,
    c: y.address,
    ldc: y.stride,
    d: losses.address,
    rates: rates.address,
    p: [1 / outputLayer(spec).units],
  };
  const layers = spec.layers.map(({ units, activation }, i): Instruction => {
    const { W, b } = parameters.layers[i];
    const l = i + 1;
    const f = l === last && isFused(spec) ? "linear" : activation;
    const product = `W${l}·A${i} + b${l}`;
    const forward = f === "linear" ? `Z${l} = ${product}` : `A${l} = ${f}(${product})`;
    return {
      equation: `${forward}, W${l} = W${l} - α·dZ${l}·A${i}ᵀ, b${l} = b${l} - α·dZ${l}`,
      result: W,
      op: Op.tiny,
      f: Activation[f],
      inner: inputsOf(spec, i),
      cols: units,
      a: A[i].address,
      b: W.address,
      d: b.address,
      e: d[l].address,
    };
  });
  return [ends, ...layers];
}
