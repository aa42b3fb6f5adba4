import { Op, Source } from "../../assembly/isa.js";
import { IS_BASIC } from "../machine/is-basic.js";
import { isMeanOverSamples, isOverClasses, smoothingOf } from "../model/losses.js";
import { type NetworkSpec, outputsOf } from "../model/spec.js";
import { brief, type Instruction, SAMPLES } from "./instruction.js";
import type { Matrix } from "./matrix.js";
import type { Plan } from "./plan.js";

/** Share of one output in the loss of its sample: 1 / outputs for a mean over outputs, 1 for a mean over samples only. */
export function shareOf(spec: NetworkSpec): number {
  return isMeanOverSamples(spec.loss) ? 1 : 1 / outputsOf(spec);
}

/** to = the rows of a table that the order table names. */
export function gather(equation: string, from: Matrix, to: Matrix, plan: Plan, f = Source.float32) {
  return {
    equation,
    result: to,
    op: Op.gather,
    f,
    rows: SAMPLES,
    inner: plan.batch,
    cols: from.rows,
    a: from,
    b: plan.tables.order,
    c: to,
  };
}

/** Y from rows of targets or from class indices, and what label smoothing makes of it for the loss. Metrics read Y. */
function gatherTargets(spec: NetworkSpec, plan: Plan): Instruction[] {
  const { Y, smoothed, rowTables } = plan;
  const isClasses = plan.targets === "classes";
  const isInPlace = rowTables.y.address === Y.address;
  const taken = gather(isClasses ? "Y = oneHot(y[order])" : "Y = Y[order]", rowTables.y, Y, plan);
  const program: Instruction[] = isInPlace ? [] : [isClasses ? { ...taken, op: Op.oneHot } : taken];
  const s = smoothingOf(spec.loss);
  if (s > 0) {
    const rest = s / (isOverClasses(spec.loss) ? Y.rows : 2);
    program.push({
      equation: `${smoothed.name} = ${1 - s}·Y + ${brief(rest)}`,
      result: smoothed,
      op: Op.smooth,
      rows: SAMPLES,
      cols: Y.rows,
      a: Y,
      c: smoothed,
      p: [1 - s, rest],
    });
  }
  return program;
}

/** The sample weights, and the factor of each row in the mean loss. */
function gatherWeights(spec: NetworkSpec, plan: Plan): Instruction[] {
  const { w, factors, tables, rowTables, isMeanOverRows } = plan;
  return [
    gather("w = w[order]", rowTables.weights, w, plan),
    {
      equation: isMeanOverRows ? "f = w / rows" : "f = w / Σw",
      result: factors,
      op: Op.weigh,
      f: Number(isMeanOverRows),
      rows: SAMPLES,
      a: w,
      c: factors,
      d: tables.masses,
      p: [shareOf(spec)],
    },
  ];
}

/**
 * Copies the rows of the batch from the window, in the order of the order table, unless the one row of the window is the batch.
 * Targets become a matrix.
 */
export function gatherBatch(spec: NetworkSpec, plan: Plan): Instruction[] {
  const scale = plan.byteInputs ? ` · ${brief(spec.inputScale)}` : "";
  const source = plan.byteInputs ? Source.uint8 : Source.float32;
  const inputs = {
    p: [spec.inputScale],
    ...gather(`A0 = X[order]${scale}`, plan.rowTables.x, plan.A0, plan, source),
  };
  // Given gradients stand in the place of targets, and go to the last layer instead of Y.
  const hasTargets = plan.targets === "matrix" || plan.targets === "classes";
  return [
    ...(plan.rowTables.x.address === plan.A0.address ? [] : [inputs]),
    ...(hasTargets ? gatherTargets(spec, plan) : []),
    ...(!IS_BASIC && plan.weighted ? gatherWeights(spec, plan) : []),
  ];
}

/**
 * The random order of an epoch, which is the step number of the run: of the rows in the window, or of all rows of a data set
 * that is larger.
 */
export function shuffle(plan: Plan): Instruction {
  const { rows, batch, seed, scratch } = plan;
  const { order, permutation } = plan.tables;
  const result = permutation.cols > 0 ? permutation : order;
  return {
    equation: `${result.name} = shuffle(epoch)`,
    result,
    op: Op.shuffle,
    rows: permutation.cols || rows,
    c: result,
    e: scratch,
    ldc: 4 * batch * Math.ceil(rows / batch),
    p: [seed],
  };
}
