import { Op } from "../../../assembly/isa.js";
import type { FeatureStep } from "../../formulas/steps.js";
import { checkOptions, flag, number, type Rules } from "../../model/check.js";
import { exported } from "../../model/exported.js";
import { type Instruction, SAMPLES } from "../instruction.js";
import { type FactorOptions, type FactorSpecs, factors } from "./factors.js";
import { ELEMENTWISE, type LayerKind } from "./layer.js";
import { constant } from "./normalization.js";

/** A learnt factor for each feature as plain data. */
export interface ScaleSpec extends FactorSpecs<"scale"> {
  type: "scale";
  /** Initial value of every factor. */
  init: number;
  /** False for a frozen layer. */
  trainable: boolean;
}

/** Options of scale. */
export interface ScaleOptions extends FactorOptions<"scale"> {
  /** Default 1. */
  init?: number | undefined;
  /** Default true. */
  trainable?: boolean | undefined;
}

const RULES: Rules<Omit<ScaleSpec, "type">> = {
  init: number(1, -Infinity),
  trainable: flag(true),
  ...factors("scale"),
};

/**
 * A learnt factor for each feature, S = s * A: the first layer of RealMLP (Holzmüller et al., 2024), where it learns which
 * inputs matter.
 * @param options init 1, trainable true, rate 1, decay 1.
 * @throws SpecError for an unknown option or a value out of range.
 */
export const scale = /* @__PURE__ */ exported(
  "scale(options)",
  (options: ScaleOptions = {}): ScaleSpec => kind.check(options, "scale"),
);

/** s·x of one value. */
const SCALE: FeatureStep = {
  kind: "feature",
  name: "scale",
  fields: ["weight"],
  options: {},
  formula: (x, { weight }, { mul }) => mul(weight, x),
};

const kind: LayerKind<ScaleSpec, "scale"> = {
  letter: "S",
  check: (options, what) => ({ type: "scale", ...checkOptions(RULES, options, what) }),
  describe: () => "scale",
  widthOf: (_, inputs) => inputs,
  tensorsOf: ({ init }, features) => [
    { role: "scale", field: "weight", shape: [features], init: constant(init), isStatistic: false },
  ],
  stepsOf: () => [SCALE],
  isTrained: ({ trainable }) => trainable,
  canDescend: () => false,
  keepsZeros: true,
  workOf: (_, inputs) => inputs,
  memoryOf: () => ELEMENTWISE,
  /** S = s * A. */
  forward: ({ input, output, parameters: { scale } }) => [
    {
      equation: `${output.name} = ${scale.name} * ${input.name}`,
      result: output,
      op: Op.scale,
      rows: SAMPLES,
      cols: output.rows,
      a: input,
      b: scale,
      c: output,
    },
  ],
  /** ds = Σ dS * A, and dA = s * dS in place. */
  backward: ({ input, d, parameters: { scale }, gradients }) => {
    const ds = gradients.scale;
    const own = ds ? `, ${ds.name} = (${d.name} * ${input.name})·1` : "";
    return [
      {
        equation: `d${input.name} = ${scale.name} * ${d.name}${own}`,
        result: d,
        op: Op.scaleGradient,
        rows: SAMPLES,
        cols: d.rows,
        a: input,
        b: scale,
        c: d,
        d: ds,
      },
    ];
  },
  penalize: (): Instruction[] => [],
  limitNorms: (): Instruction[] => [],
};

export default kind;
