import { checkKind, number, positive, type Rules } from "./check.js";
import type { ActivationName } from "./names.js";

/** Where the weights of a layer start, as plain data. */
export type InitializerSpec =
  | { type: "glorotUniform" | "glorotNormal" | "heUniform" | "heNormal" | "lecunUniform" | "lecunNormal" }
  | { type: "zeros" | "article" }
  | { type: "uniform"; limit: number }
  | { type: "normal" | "truncatedNormal"; stddev: number }
  | { type: "orthogonal"; gain: number }
  | { type: "constant"; value: number };

/** The name of an initializer. */
export type InitializerName = InitializerSpec["type"];

/** A name for all defaults, or a name with its option. */
export type Initializer = InitializerName | (Partial<InitializerSpec> & { type: InitializerName });

const none = {};

const INITIALIZERS: Readonly<Record<InitializerName, Rules<object>>> = {
  glorotUniform: none,
  glorotNormal: none,
  heUniform: none,
  heNormal: none,
  lecunUniform: none,
  lecunNormal: none,
  orthogonal: { gain: positive(1) } satisfies Rules<{ gain: number }>,
  truncatedNormal: { stddev: positive(0.05) } satisfies Rules<{ stddev: number }>,
  normal: { stddev: positive(0.05) } satisfies Rules<{ stddev: number }>,
  uniform: { limit: positive(0.05) } satisfies Rules<{ limit: number }>,
  zeros: none,
  constant: { value: number(0, -Infinity) } satisfies Rules<{ value: number }>,
  article: none,
};

/** Activations whose negative half passes little or nothing on, before which He's larger weights keep the variance. */
const RELU_FAMILY: readonly ActivationName[] = ["relu", "leakyRelu", "elu", "gelu", "silu", "mish"];

/** He's uniform weights before the relu family, LeCun's normal ones before selu, else Glorot's uniform ones. */
export function defaultInitializer(activation: ActivationName): InitializerName {
  if (activation === "selu") return "lecunNormal";
  return RELU_FAMILY.includes(activation) ? "heUniform" : "glorotUniform";
}

/** Checks an initializer and fills in its defaults. @throws SpecError */
export function checkInitializer(given: unknown, what: string): InitializerSpec {
  return checkKind(
    INITIALIZERS,
    given,
    what,
    'a name such as "heNormal" or { type: "normal", stddev: 0.05 }',
  ) as InitializerSpec;
}

/** How a weight is drawn: uniform in -size to size, or normal with that deviation, cut at so many of them (0: not). */
export type Draw =
  | { from: "uniform" | "orthogonal"; size: number }
  | { from: "normal"; size: number; cut: number }
  | { from: "constant"; size: number };

/**
 * What an initializer draws for a layer. Glorot and Bengio (2010): variance 2 / (inputs + units); He et al. (2015): 2 /
 * inputs; LeCun et al. (1998): 1 / inputs. A uniform distribution has that variance at a half-width of √(3·variance).
 */
export function drawOf(init: InitializerSpec, inputs: number, units: number): Draw {
  const uniform = (variance: number): Draw => ({ from: "uniform", size: Math.sqrt(3 * variance) });
  const normal = (variance: number): Draw => ({ from: "normal", size: Math.sqrt(variance), cut: 0 });
  switch (init.type) {
    case "glorotUniform":
      return uniform(2 / (inputs + units));
    case "glorotNormal":
      return normal(2 / (inputs + units));
    case "heUniform":
      return uniform(2 / inputs);
    case "heNormal":
      return normal(2 / inputs);
    case "lecunUniform":
      return uniform(1 / inputs);
    case "lecunNormal":
      return normal(1 / inputs);
    case "orthogonal":
      return { from: "orthogonal", size: init.gain };
    case "truncatedNormal":
      return { from: "normal", size: init.stddev, cut: 2 };
    case "normal":
      return { from: "normal", size: init.stddev, cut: 0 };
    case "uniform":
      return { from: "uniform", size: init.limit };
    case "constant":
      return { from: "constant", size: init.value };
    case "article":
      return { from: "normal", size: 0.01, cut: 0 };
    case "zeros":
      return { from: "constant", size: 0 };
  }
}
