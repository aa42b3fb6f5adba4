/** The initializers of densely/core. */

import { number, positive } from "./check.js";
import { type InitializerKind, normal, normalOf, uniform, uniformOf } from "./initializer-kind.js";

/** The initial weights of a layer of densely/core, as plain data. */
export type BasicInitializerSpec =
  | { type: "glorotUniform" | "glorotNormal" | "heUniform" | "heNormal" | "lecunUniform" | "lecunNormal" }
  | { type: "zeros" }
  | { type: "uniform"; limit: number; mean: number }
  | { type: "normal"; stddev: number; mean: number }
  | { type: "constant"; value: number };

/**
 * Variances: 2 / (inputs + units) of Glorot and Bengio (2010), 2 / inputs of He et al. (2015), 1 / inputs of LeCun et al. (1998).
 */
const BASIC_INITIALIZERS: {
  readonly [N in BasicInitializerSpec["type"]]: InitializerKind<BasicInitializerSpec & { type: N }>;
} = {
  glorotUniform: { options: {}, draw: (_, inputs, units) => uniformOf(2 / (inputs + units)) },
  glorotNormal: { options: {}, draw: (_, inputs, units) => normalOf(2 / (inputs + units)) },
  heUniform: { options: {}, draw: (_, inputs) => uniformOf(2 / inputs) },
  heNormal: { options: {}, draw: (_, inputs) => normalOf(2 / inputs) },
  lecunUniform: { options: {}, draw: (_, inputs) => uniformOf(1 / inputs) },
  lecunNormal: { options: {}, draw: (_, inputs) => normalOf(1 / inputs) },
  normal: {
    options: { stddev: positive(0.05), mean: number(0, -Infinity) },
    draw: ({ stddev, mean }) => normal(stddev, 0, mean),
  },
  uniform: {
    options: { limit: positive(0.05), mean: number(0, -Infinity) },
    draw: ({ limit, mean }) => uniform(limit, mean),
  },
  zeros: { options: {}, draw: () => ({ from: "constant", size: 0 }) },
  constant: {
    options: { value: number(0, -Infinity) },
    draw: ({ value }) => ({ from: "constant", size: value }),
  },
};

export default BASIC_INITIALIZERS;
