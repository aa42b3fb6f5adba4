import { Hit, Link, Loss, Op } from "../../assembly/isa.js";
import { IS_BASIC } from "../machine/is-basic.js";
import { namedKindOf } from "../model/losses.js";
import type { LossName } from "../model/names.js";
import { decidingThreshold, isFused, linkOf, type NetworkSpec, picksLargest } from "../model/spec.js";
import { gather, shareOf } from "./batch.js";
import { type Extent, type Instruction, SAMPLES } from "./instruction.js";
import type { LayerSpec } from "./layers/index.js";
import type { DifferentiatedPlan, LayerPlan } from "./layers/layer.js";
import type { Matrix } from "./matrix.js";
import type { Plan } from "./plan.js";

/** Operands of a loss. */
export interface LossOperands {
  /** The last A, or the last Z if the loss contains the activation. */
  input: Matrix;
  Y: Matrix;
  /** Where dL/d(input) goes; undefined if it is not needed. */
  gradient?: Matrix;
  /** Table of the loss of each step. */
  losses: Matrix;
  scratch: Matrix;
  /** Factor of every row in the mean: 1 / samples, divided by the outputs for a mean over outputs. */
  scale: number;
  /** Factors of the rows, which replace the scale. */
  factors?: Matrix;
  /** Option of the loss, such as the delta of huber. */
  option?: number;
  /** Name in the equation. Default: the name of the loss. */
  name?: string;
}

/** L and, if it is needed, dL/dZ or dL/dA of the last layer. */
export function loss(
  f: LossName,
  { input, Y, gradient, losses, scratch, scale, factors, option = 0, name = f }: LossOperands,
  samples: Extent = SAMPLES,
): Instruction {
  return {
    equation: `${gradient ? `L, d${input.name}` : "L"} = ${name}(${input.name}, Y)`,
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

const lastOf = ({ layers }: Plan): LayerPlan<LayerSpec> => layers[layers.length - 1];

/** The matrix that the loss and the decisions read: the last Z if the loss contains the activation, else the last A. */
function lossInput(plan: Plan): Matrix {
  const { isFused: fused, Z, output } = lastOf(plan);
  return fused ? Z : output;
}

/** The place of a loss in code, between the two parts of a step. It reads A and Y and writes L and dA by itself. */
function customLoss(name: string, plan: Plan): Instruction {
  const { output, d } = lastOf(plan);
  return {
    equation: `${d ? `L, d${output.name}` : "L"} = ${name}(${output.name}, Y)`,
    result: d ?? plan.tables.losses,
    op: Op.custom,
  };
}

/** dL/d(outputs) from rows that are given in the place of targets. */
export function givenGradient(plan: Plan): Instruction {
  const { output, d } = lastOf(plan) as DifferentiatedPlan<LayerSpec>;
  return gather(`d${output.name} = d${output.name}[order]`, plan.rowTables.y, d, plan);
}

/** The loss of the network. The divergence of logits from targets is their cross-entropy minus that of the targets. */
export function lossOf(spec: NetworkSpec, plan: Plan): Instruction[] {
  const { smoothed, logits, tables, scratch, weighted, factors } = plan;
  if (spec.loss.type === "custom") return [customLoss(spec.loss.name, plan)];
  const { type } = spec.loss;
  const { scalar } = namedKindOf(spec.loss);
  const isDivergence = type === "klDivergence" && isFused(spec);
  const f = isDivergence ? "categoricalCrossentropy" : type;
  const link = linkOf(spec);
  const gradient = lastOf(plan).d;
  const operands = {
    input: lossInput(plan),
    gradient,
    Y: smoothed,
    losses: tables.losses,
    scratch,
    scale: shareOf(spec),
    factors: weighted ? factors : undefined,
    option: isDivergence ? 1 : (scalar?.(spec.loss) ?? 0),
    name: type,
  };
  if (!link) return [{ ...loss(f, operands), isMean: true }];
  const linked = { f: Link[link], rows: SAMPLES, cols: logits.rows } as const;
  const { input } = operands;
  const program: Instruction[] = [
    {
      equation: `${logits.name} = ${link}(${input.name})`,
      result: logits,
      op: Op.link,
      ...linked,
      a: input,
      c: logits,
    },
    { ...loss(f, { ...operands, input: logits }), isMean: true },
  ];
  if (gradient) {
    program.push({
      equation: `d${input.name} = d${logits.name} * ${link}'(${input.name})`,
      result: gradient,
      op: Op.unlink,
      ...linked,
      a: input,
      b: logits,
      c: gradient,
    });
  }
  return program;
}

/** Fields of an instruction that compares outputs with targets and adds the outcome, times the weights, to `result`. */
function compare(from: Matrix, { Y, weighted, w }: Plan, result: Matrix) {
  return {
    result,
    rows: SAMPLES,
    cols: from.rows,
    a: from,
    b: Y,
    d: result,
    h: weighted ? w : undefined,
  };
}

/** How the core derives decisions from outputs: the largest of them, or each above a threshold. */
function decisionOf(spec: NetworkSpec): { f: Hit; p: [threshold: number] } {
  return { f: picksLargest(spec) ? Hit.largest : Hit.threshold, p: [decidingThreshold(spec)] };
}

/** Number of correct predictions of the batch. */
function hits(spec: NetworkSpec, plan: Plan): Instruction {
  const input = lossInput(plan);
  const decision = decisionOf(spec);
  const rule =
    decision.f === Hit.largest
      ? `argmax ${input.name} = argmax Y`
      : `${input.name} > ${decision.p[0]} = Y > 0.5`;
  return {
    equation: `hits = count(${rule})`,
    ...compare(input, plan, plan.tables.hits),
    op: Op.hits,
    ...decision,
  };
}

/** Number of rows whose class is among the `top` largest outputs. */
function topHits(plan: Plan, top: number): Instruction {
  const input = lossInput(plan);
  return {
    equation: `hits = count(argmax Y in the ${top} largest of ${input.name})`,
    ...compare(input, plan, plan.tables.topHits),
    op: Op.hits,
    f: Hit.top,
    p: [top],
  };
}

/** True by predicted classes, or true by predicted decisions of each output. */
function confuse(spec: NetworkSpec, plan: Plan): Instruction {
  const input = lossInput(plan);
  return {
    equation: `C = C + confusion(${input.name}, Y)`,
    ...compare(input, plan, plan.tables.confusion),
    op: Op.confuse,
    ...decisionOf(spec),
  };
}

/** Sums of errors, and the mean and the variation of targets, per output. */
function deviate(plan: Plan): Instruction {
  const { output } = lastOf(plan);
  return {
    equation: `S = S + (1, |E|, E², Y, (Y - mean)²) with E = ${output.name} - Y`,
    ...compare(output, plan, plan.tables.deviations),
    op: Op.deviate,
  };
}

/** Appends the rows of a batch to a table, in the order of the steps. */
export function scatter(from: Matrix, to: Matrix, { batch }: Plan): Instruction {
  return {
    equation: `${to.name} = ${from.name}`,
    result: to,
    op: Op.scatter,
    rows: SAMPLES,
    inner: batch,
    cols: from.rows,
    a: from,
    c: to,
  };
}

/** Instructions that count results besides the loss. */
export function countResults(spec: NetworkSpec, plan: Plan): Instruction[] {
  const { counts, Y, w, weighted } = plan;
  const { predictions, expected, expectedWeights } = plan.rowTables;
  const program: Instruction[] = [];
  if (counts.hits) program.push(hits(spec, plan));
  // densely/core counts nothing else.
  if (IS_BASIC) return program;
  if (counts.top) program.push(topHits(plan, counts.top));
  if (counts.confusion) program.push(confuse(spec, plan));
  if (counts.deviations) program.push(deviate(plan));
  if (counts.outputs) {
    program.push(scatter(lastOf(plan).output, predictions, plan), scatter(Y, expected, plan));
    if (weighted) program.push(scatter(w, expectedWeights, plan));
  }
  return program;
}
