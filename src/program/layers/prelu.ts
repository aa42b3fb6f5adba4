import { Op } from "../../../assembly/isa.js";
import type { FeatureStep } from "../../formulas/steps.js";
import { checkOptions, flag, number, type Rules } from "../../model/check.js";
import { exported } from "../../model/exported.js";
import { type Instruction, SAMPLES } from "../instruction.js";
import { type FactorOptions, type FactorSpecs, factors } from "./factors.js";
import { ELEMENTWISE, type LayerKind } from "./layer.js";
import { constant } from "./normalization.js";

/** A relu with a learnt slope below 0 for each feature as plain data. */
export interface PreluSpec extends FactorSpecs<"alpha"> {
  type: "prelu";
  /** Initial value of every slope. */
  init: number;
  /** False for a frozen layer. */
  trainable: boolean;
}

/** Options of prelu. */
export interface PreluOptions extends FactorOptions<"alpha"> {
  /** Default 0.25. */
  init?: number | undefined;
  /** Default true. */
  trainable?: boolean | undefined;
}

const RULES: Rules<Omit<PreluSpec, "type">> = {
  init: number(0.25, -Infinity),
  trainable: flag(true),
  ...factors("alpha"),
};

/**
 * A relu with a learnt slope α below 0 for each feature (He et al., "Delving Deep into Rectifiers", 2015), as torch.nn.PReLU
 * with a slope for each feature: P = max(A, 0) + α * min(A, 0). It follows a dense layer without an activation.
 * @param options init 0.25, trainable true, rate 1, decay 1.
 * @throws SpecError for an unknown option or a value out of range.
 */
export const prelu = /* @__PURE__ */ exported(
  "prelu(options)",
  (options: PreluOptions = {}): PreluSpec => kind.check(options, "prelu"),
);

/** max(x, 0) + α·min(x, 0) of one value. */
const PRELU: FeatureStep = {
  kind: "feature",
  name: "prelu",
  fields: ["weight"],
  options: {},
  formula: (x, { weight }, { add, max, min, mul }) => add(max(x, 0), mul(weight, min(x, 0))),
};

const kind: LayerKind<PreluSpec, "alpha"> = {
  letter: "P",
  check: (options, what) => ({ type: "prelu", ...checkOptions(RULES, options, what) }),
  describe: () => "prelu",
  widthOf: (_, inputs) => inputs,
  tensorsOf: ({ init }, features) => [
    { role: "alpha", field: "weight", shape: [features], init: constant(init), isStatistic: false },
  ],
  stepsOf: () => [PRELU],
  isTrained: ({ trainable }) => trainable,
  canDescend: () => false,
  keepsZeros: true,
  workOf: (_, inputs) => inputs,
  memoryOf: () => ELEMENTWISE,
  /** P = max(A, 0) + α * min(A, 0). */
  forward: ({ input, output, parameters: { alpha } }) => [
    {
      equation: `${output.name} = prelu(${input.name}, ${alpha.name})`,
      result: output,
      op: Op.prelu,
      rows: SAMPLES,
      cols: output.rows,
      a: input,
      b: alpha,
      c: output,
    },
  ],
  /** dα = Σ dP * min(A, 0), and dA = dP, times α below 0, in place. */
  backward: ({ input, d, parameters: { alpha }, gradients }) => {
    const dα = gradients.alpha;
    const own = dα ? `, ${dα.name} = (${d.name} * min(${input.name}, 0))·1` : "";
    return [
      {
        equation: `d${input.name} = ${d.name} * prelu'(${input.name}, ${alpha.name})${own}`,
        result: d,
        op: Op.preluGradient,
        rows: SAMPLES,
        cols: d.rows,
        a: input,
        b: alpha,
        c: d,
        d: dα,
      },
    ];
  },
  penalize: (): Instruction[] => [],
  limitNorms: (): Instruction[] => [],
};

export default kind;
