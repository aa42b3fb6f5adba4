/** All initializers. To add one, write its entry in the table, which the compiler asks for. */

import BASIC_INITIALIZERS, { type BasicInitializerSpec } from "./basic-initializers.js";
import { number, oneOf, positive } from "./check.js";
import { type InitializerKind, normal, normalOf, uniformOf } from "./initializer-kind.js";

/** The initial weights of a layer, as plain data. */
export type InitializerSpec =
  | BasicInitializerSpec
  | { type: "article" }
  | { type: "truncatedNormal"; stddev: number; mean: number }
  | { type: "orthogonal" | "identity"; gain: number }
  | {
      type: "varianceScaling";
      scale: number;
      mode: "inputs" | "units" | "average";
      distribution: "uniform" | "normal" | "truncatedNormal";
    };

/** The name of an initializer. */
export type InitializerName = InitializerSpec["type"];

export type InitializerTable = {
  readonly [N in InitializerName]: InitializerKind<InitializerSpec & { type: N }>;
};

/** The standard deviation of a standard normal distribution that is cut at two standard deviations. */
const CUT_DEVIATION = 0.8796256610342398;

/** Every initializer. */
export const INITIALIZERS: InitializerTable = {
  ...BASIC_INITIALIZERS,
  orthogonal: { options: { gain: positive(1) }, draw: ({ gain }) => ({ from: "orthogonal", size: gain }) },
  identity: { options: { gain: positive(1) }, draw: ({ gain }) => ({ from: "identity", size: gain }) },
  truncatedNormal: {
    options: { stddev: positive(0.05), mean: number(0, -Infinity) },
    draw: ({ stddev, mean }) => normal(stddev, 2, mean),
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
