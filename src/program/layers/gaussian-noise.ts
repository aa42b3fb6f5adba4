import { Op } from "../../../assembly/isa.js";
import { checkOptions, number, type Rules } from "../../model/check.js";
import { exported } from "../../model/exported.js";
import { SAMPLES } from "../instruction.js";
import { ELEMENTWISE, ELEMENTWISE_WORK, IDLE, type LayerKind, WITHOUT_PARAMETERS } from "./layer.js";

/** Gaussian noise as plain data. */
export interface GaussianNoiseSpec {
  type: "gaussianNoise";
  /** Standard deviation of the noise that is added in training. */
  stddev: number;
}

const RULES: Rules<Omit<GaussianNoiseSpec, "type">> = { stddev: number(0.1) };

/**
 * Normal noise of mean 0, added in training. Predictions pass unchanged.
 * @param stddev its standard deviation, at least 0. Default 0.1.
 * @throws SpecError for a stddev out of range.
 */
export const gaussianNoise = /* @__PURE__ */ exported(
  "gaussianNoise(stddev)",
  (stddev?: number): GaussianNoiseSpec => kind.check({ stddev }, "gaussianNoise"),
);

const kind: LayerKind<GaussianNoiseSpec> = {
  ...WITHOUT_PARAMETERS,
  letter: "G",
  check: (options, what) => ({ type: "gaussianNoise", ...checkOptions(RULES, options, what) }),
  describe: ({ stddev }) => `gaussianNoise ${stddev}`,
  stepsOf: () => [],
  keepsZeros: false,
  workOf: (_, inputs) => ELEMENTWISE_WORK * inputs,
  memoryOf: (_spec, _features, _samples, training) => (training ? ELEMENTWISE : IDLE),
  /** G = A + stddev·normal. */
  forward: ({ spec: { stddev }, index, input, output }, { seed, scratch }) => {
    if (input === output) return [];
    return [
      {
        equation: `${output.name} = ${input.name} + ${stddev}·normal(step)`,
        result: output,
        op: Op.noise,
        f: index,
        rows: SAMPLES,
        cols: output.rows,
        a: input,
        c: output,
        e: scratch,
        p: [stddev, seed],
      },
    ];
  },
  /** dA = dG: the gradient of a sum, which is there already. */
  backward: () => [],
};

export default kind;
