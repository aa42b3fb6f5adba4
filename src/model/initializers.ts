import { INITIALIZERS as DEFAULTS } from "../formulas/activations.js";
import { checkKind, number, type Open, oneOf, positive, type Rules } from "./check.js";
import type { ActivationName } from "./names.js";

/** The initial weights of a layer, as plain data. */
export type InitializerSpec =
  | { type: "glorotUniform" | "glorotNormal" | "heUniform" | "heNormal" | "lecunUniform" | "lecunNormal" }
  | { type: "zeros" | "article" }
  | { type: "uniform"; limit: number }
  | { type: "normal" | "truncatedNormal"; stddev: number }
  | { type: "orthogonal"; gain: number }
  | { type: "constant"; value: number }
  | {
      type: "varianceScaling";
      scale: number;
      mode: "inputs" | "units" | "average";
      distribution: "uniform" | "normal" | "truncatedNormal";
    };

/** The name of an initializer. */
export type InitializerName = InitializerSpec["type"];

/** A name, which takes the default options, or a name with its option. */
export type Initializer = InitializerName | (Open<InitializerSpec> & { type: InitializerName });

/**
 * The distribution of a weight. Uniform: from -size to size. Normal: mean 0, standard deviation `size`, truncated at
 * `cut` standard deviations (0: not truncated). Orthogonal: times `size`. Constant: `size` itself.
 */
export type Draw =
  | { from: "uniform" | "orthogonal"; size: number }
  | { from: "normal"; size: number; cut: number }
  | { from: "constant"; size: number };

const normal = (size: number, cut = 0): Draw => ({ from: "normal", size, cut });
const uniform = (size: number): Draw => ({ from: "uniform", size });

/** A uniform distribution from -h to h has the variance h² / 3. */
const uniformOf = (variance: number): Draw => uniform(Math.sqrt(3 * variance));
const normalOf = (variance: number): Draw => normal(Math.sqrt(variance));

/** The standard deviation of a standard normal distribution that is cut at two standard deviations. */
const CUT_DEVIATION = 0.8796256610342398;

/** One initializer: the rules of its options, and the distribution that it draws from. */
interface InitializerKind<S> {
  options: Rules<Omit<S, "type">>;
  /** @param inputs inputs of the layer. @param units its outputs. */
  draw(spec: S, inputs: number, units: number): Draw;
}

type Named<N extends InitializerName> = InitializerSpec & { type: N };

/**
 * Every initializer. Variances: 2 / (inputs + units) of Glorot and Bengio (2010), 2 / inputs of He et al. (2015),
 * 1 / inputs of LeCun et al. (1998).
 */
export const INITIALIZERS: { readonly [N in InitializerName]: InitializerKind<Named<N>> } = {
  glorotUniform: { options: {}, draw: (_, inputs, units) => uniformOf(2 / (inputs + units)) },
  glorotNormal: { options: {}, draw: (_, inputs, units) => normalOf(2 / (inputs + units)) },
  heUniform: { options: {}, draw: (_, inputs) => uniformOf(2 / inputs) },
  heNormal: { options: {}, draw: (_, inputs) => normalOf(2 / inputs) },
  lecunUniform: { options: {}, draw: (_, inputs) => uniformOf(1 / inputs) },
  lecunNormal: { options: {}, draw: (_, inputs) => normalOf(1 / inputs) },
  orthogonal: { options: { gain: positive(1) }, draw: ({ gain }) => ({ from: "orthogonal", size: gain }) },
  truncatedNormal: { options: { stddev: positive(0.05) }, draw: ({ stddev }) => normal(stddev, 2) },
  normal: { options: { stddev: positive(0.05) }, draw: ({ stddev }) => normal(stddev) },
  uniform: { options: { limit: positive(0.05) }, draw: ({ limit }) => uniform(limit) },
  zeros: { options: {}, draw: () => ({ from: "constant", size: 0 }) },
  constant: {
    options: { value: number(0, -Infinity) },
    draw: ({ value }) => ({ from: "constant", size: value }),
  },
  article: { options: {}, draw: () => normal(0.01) },
  varianceScaling: {
    options: {
      scale: positive(1),
      mode: oneOf("inputs", ["inputs", "units", "average"]),
      distribution: oneOf("truncatedNormal", ["truncatedNormal", "normal", "uniform"]),
    },
    draw: ({ scale, mode, distribution }, inputs, units) => {
      const variance = scale / { inputs, units, average: (inputs + units) / 2 }[mode];
      if (distribution === "uniform") return uniformOf(variance);
      if (distribution === "normal") return normalOf(variance);
      return normal(Math.sqrt(variance) / CUT_DEVIATION, 2);
    },
  },
};

/** The default initializer of a layer with this activation. */
export function defaultInitializer(activation: ActivationName): InitializerName {
  return DEFAULTS[activation];
}

/**
 * Checks an initializer and fills in its defaults.
 * @param what the place of the value, as messages name it.
 * @throws SpecError
 */
export function checkInitializer(given: unknown, what: string): InitializerSpec {
  const example = 'a name such as "heNormal" or { type: "normal", stddev: 0.05 }';
  return checkKind(INITIALIZERS, given, what, example) as InitializerSpec;
}

/** The distribution that an initializer draws the weights of a layer from. */
export function drawOf(init: InitializerSpec, inputs: number, units: number): Draw {
  return (INITIALIZERS[init.type] as InitializerKind<InitializerSpec>).draw(init, inputs, units);
}
