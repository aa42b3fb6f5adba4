import { Op } from "../../../assembly/isa.js";
import { checkOptions, flag, type Open, positive, type Rules } from "../../model/check.js";
import { exported } from "../../model/exported.js";
import { type FactorOptions, type FactorSpecs, factors } from "./factors.js";
import { ELEMENTWISE, type LayerKind } from "./layer.js";
import { NORMALIZATION, normalize, normalizeGradient, scaleAndShift } from "./normalization.js";

/** Layer normalization as plain data. */
export interface LayerNormSpec extends FactorSpecs<"gamma" | "beta"> {
  type: "layerNorm";
  /** Added to the variance. */
  epsilon: number;
  /** False for a frozen layer. */
  trainable: boolean;
}

/** Options of layerNorm; see LayerNormSpec. */
export type LayerNormOptions = Open<Omit<LayerNormSpec, "type" | "rate" | "decay">> &
  FactorOptions<"gamma" | "beta">;

const RULES: Rules<Omit<LayerNormSpec, "type">> = {
  epsilon: positive(1e-5),
  trainable: flag(true),
  ...factors("gamma", "beta"),
};

/**
 * Layer normalization (Ba et al., 2016), as torch.nn.LayerNorm: N = γ·(X - mean) / √(variance + ε) + β, with mean and
 * variance of each sample over its features.
 * @param options epsilon 1e-5, trainable true, rate 1, decay 1.
 * @throws SpecError for an unknown option or a value out of range.
 */
export const layerNorm = /* @__PURE__ */ exported(
  "layerNorm(options)",
  (options: LayerNormOptions = {}): LayerNormSpec => kind.check(options, "layerNorm"),
);

/** Bytes of the mean, in two parts, and 1 / √(variance + ε) of a sample, and four bytes more. */
const SAVED = 4 * 4;

const kind: LayerKind<LayerNormSpec, "gamma" | "beta"> = {
  ...NORMALIZATION,
  check: (options, what) => ({ type: "layerNorm", ...checkOptions(RULES, options, what) }),
  describe: () => "layerNorm",
  tensorsOf: (_, features) => scaleAndShift(features),
  stepsOf: ({ epsilon }) => [{ kind: "layerNorm", epsilon }],
  savedPerSample: SAVED,
  memoryOf: (_, _features, samples) => ({ ...ELEMENTWISE, savedBytes: SAVED * samples }),
  forward: (layer) => [{ op: Op.layerNorm, p: [layer.spec.epsilon], ...normalize(layer, "layerNorm") }],
  backward: (layer) => [{ op: Op.layerNormGradient, ...normalizeGradient(layer, "layerNorm") }],
};

export default kind;
