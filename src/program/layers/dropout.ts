import { Op } from "../../../assembly/isa.js";
import { checkOptions, type Rules } from "../../model/check.js";
import { exported } from "../../model/exported.js";
import { type Scheduled, scheduled } from "../../model/rates.js";
import type { RateInput } from "../../model/schedules.js";
import { brief, type Instruction, SAMPLES } from "../instruction.js";
import type { Matrix } from "../matrix.js";
import {
  ELEMENTWISE,
  ELEMENTWISE_WORK,
  IDLE,
  type LayerContext,
  type LayerKind,
  type LayerPlan,
  WITHOUT_PARAMETERS,
} from "./layer.js";

/** Dropout as plain data. */
export interface DropoutSpec {
  type: "dropout";
  /** Probability of a value to become 0 in training; the others are divided by 1 - rate. A number or a schedule. */
  rate: Scheduled;
}

const RULES: Rules<Omit<DropoutSpec, "type">> = { rate: scheduled(0.5, 1) };

/**
 * Inverted dropout (Srivastava et al., 2014): in training each value is 0 with probability `rate`, and the others are
 * divided by 1 - rate. Predictions pass unchanged.
 * @param rate from 0 to below 1, or a schedule of it, such as flatCosine. Default 0.5.
 * @throws SpecError for a rate out of range.
 */
export const dropout = /* @__PURE__ */ exported(
  "dropout(rate)",
  (rate?: RateInput): DropoutSpec => kind.check({ rate }, "dropout"),
);

/** to = from * mask / (1 - rate). The mask is a function of seed, layer and step, so it is the same in both passes. */
function mask(
  { spec: { rate }, index }: LayerPlan<DropoutSpec>,
  { seed, scratch, tables }: LayerContext,
  from: Matrix,
  to: Matrix,
): Instruction {
  const isConstant = typeof rate === "number";
  const shown = isConstant
    ? `mask(${rate}, step) / ${brief(1 - rate)}`
    : "mask(p(step), step) / (1 - p(step))";
  return {
    equation: `${to.name} = ${from.name} * ${shown}`,
    result: to,
    op: Op.dropout,
    f: index,
    rows: SAMPLES,
    cols: to.rows,
    a: from,
    c: to,
    e: scratch,
    rates: tables.scheduled.find(({ layer }) => layer === index)?.values,
    p: [isConstant ? rate : 0, seed],
  };
}

const kind: LayerKind<DropoutSpec> = {
  ...WITHOUT_PARAMETERS,
  letter: "D",
  check: (options, what) => ({ type: "dropout", ...checkOptions(RULES, options, what) }),
  describe: ({ rate }) => `dropout ${typeof rate === "number" ? rate : rate.type}`,
  stepsOf: () => [],
  keepsZeros: true,
  workOf: (_, inputs) => ELEMENTWISE_WORK * inputs,
  memoryOf: (_spec, _features, _samples, training) => (training ? ELEMENTWISE : IDLE),
  /** D = A * mask / (1 - rate). */
  forward: (layer, context) => {
    const { input, output } = layer;
    return input === output ? [] : [mask(layer, context, input, output)];
  },
  /** dA = dD * mask / (1 - rate), in place. */
  backward: (layer, context) => {
    const { input, output, d } = layer;
    if (input === output) return [];
    return [mask(layer, context, d, { ...d, name: `d${input.name}` })];
  },
};

export default kind;
