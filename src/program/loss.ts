import { Hit, Loss, Op } from "../../assembly/isa.js";
import type { LossName } from "../model/names.js";
import { isFolded, type NetworkSpec, picksLargest, thresholdOf } from "../model/spec.js";
import { shareOf } from "./batch.js";
import type { Instruction } from "./instruction.js";
import type { Matrix } from "./matrix.js";
import type { LayerPlan, Plan } from "./plan.js";

/** What a loss compares, where its values go, and its scale: 1/m, or 1/m by the outputs. */
export interface LossOperands {
  /** The last A, or the last Z of a loss that contains the activation. */
  input: Matrix;
  Y: Matrix;
  /** Where dL/d(input) goes, if it is wanted. */
  gradient?: Matrix;
  losses: Matrix;
  scratch: Matrix;
  scale: number;
  /** What each row counts, in place of the scale. */
  factors?: Matrix;
  /** The loss's own number. */
  option?: number;
}

/** L and, where it is wanted, dL/dZ or dL/dA of the last layer. */
export function loss(
  f: LossName,
  { input, Y, gradient, losses, scratch, scale, factors, option = 0 }: LossOperands,
  samples: number,
): Instruction {
  return {
    equation: `${gradient ? `L, d${input.name}` : "L"} = ${f}(${input.name}, Y)`,
    result: gradient ?? losses,
    op: Op.loss,
    f: Loss[f],
    rows: samples,
    cols: input.rows,
    a: input,
    b: Y,
    c: gradient,
    d: losses,
    e: scratch,
    h: factors,
    p: [scale, option],
  };
}

const lastOf = ({ layers }: Plan): LayerPlan => layers[layers.length - 1];

/** The matrix that the loss and the decisions read: the last Z where the loss contains the activation, else the last A. */
function lossInput(plan: Plan): Matrix {
  const { isFolded: folded, Z, output } = lastOf(plan);
  return folded ? Z : output;
}

/** The loss of the network. The divergence of logits from targets is their cross-entropy less that of the targets. */
export function lossOf(spec: NetworkSpec, plan: Plan, samples: number): Instruction {
  const { Y, losses, scratch, weighted, factors } = plan;
  const { type } = spec.loss;
  const isDivergence = type === "klDivergence" && isFolded(spec);
  const operands = {
    input: lossInput(plan),
    gradient: lastOf(plan).d,
    Y,
    losses,
    scratch,
    scale: shareOf(spec) / samples,
    factors: weighted ? factors : undefined,
    option: "delta" in spec.loss ? spec.loss.delta : Number(isDivergence),
  };
  const instruction = loss(isDivergence ? "categoricalCrossentropy" : type, operands, samples);
  return { ...instruction, equation: instruction.equation.replace(/= \w+/, `= ${type}`) };
}

/** A comparison of outputs with targets, added up at `result`. */
function compare(from: Matrix, { Y }: Plan, samples: number, result: Matrix) {
  return {
    result,
    rows: samples,
    cols: from.rows,
    a: from,
    b: Y,
    d: result,
  };
}

/** How the core takes outputs for decisions: the largest of them, or each beyond a threshold. */
function decisionOf(spec: NetworkSpec): { f: Hit; p: [threshold: number] } {
  return { f: picksLargest(spec) ? Hit.largest : Hit.threshold, p: [isFolded(spec) ? 0 : thresholdOf(spec)] };
}

/** How many predictions of the batch are right. */
function hits(spec: NetworkSpec, plan: Plan, samples: number): Instruction {
  const input = lossInput(plan);
  const decision = decisionOf(spec);
  const rule =
    decision.f === Hit.largest
      ? `argmax ${input.name} = argmax Y`
      : `${input.name} > ${decision.p[0]} = Y > 0.5`;
  return {
    equation: `hits = count(${rule})`,
    ...compare(input, plan, samples, plan.hits),
    op: Op.hits,
    ...decision,
  };
}

/** How many rows have their class among the `top` largest outputs. */
function topHits(plan: Plan, top: number, samples: number): Instruction {
  const input = lossInput(plan);
  return {
    equation: `hits = count(argmax Y in the ${top} largest of ${input.name})`,
    ...compare(input, plan, samples, plan.topHits),
    op: Op.hits,
    f: Hit.top,
    p: [top],
  };
}

/** True classes by predicted ones, or for each output the decisions by what is right. */
function confuse(spec: NetworkSpec, plan: Plan, samples: number): Instruction {
  const input = lossInput(plan);
  return {
    equation: `C = C + confusion(${input.name}, Y)`,
    ...compare(input, plan, samples, plan.confusion),
    op: Op.confuse,
    ...decisionOf(spec),
  };
}

/** Sums of errors and targets. */
function deviate(plan: Plan, samples: number): Instruction {
  const { output } = lastOf(plan);
  return {
    equation: `S = S + (1, |E|, E², Y, Y²) with E = ${output.name} - Y`,
    ...compare(output, plan, samples, plan.deviations),
    op: Op.deviate,
  };
}

/** Rows of a batch to a table, in the order in which the steps take them. */
export function scatter(from: Matrix, to: Matrix, { batch }: Plan, samples: number): Instruction {
  return {
    equation: `${to.name} = ${from.name}`,
    result: to,
    op: Op.scatter,
    rows: samples,
    inner: batch,
    cols: from.rows,
    a: from,
    c: to,
  };
}

/** What is counted beside the loss. */
export function count(spec: NetworkSpec, plan: Plan, samples: number): Instruction[] {
  const { counts, Y, predictions, expected } = plan;
  const program: Instruction[] = [];
  if (counts.hits) program.push(hits(spec, plan, samples));
  if (counts.top) program.push(topHits(plan, counts.top, samples));
  if (counts.confusion) program.push(confuse(spec, plan, samples));
  if (counts.deviations) program.push(deviate(plan, samples));
  if (counts.outputs) {
    program.push(
      scatter(lastOf(plan).output, predictions, plan, samples),
      scatter(Y, expected, plan, samples),
    );
  }
  return program;
}
