import { dense, type Network, type NetworkOptions } from "../../src/index.js";

/** Rows of the tests: two inputs on a plane, and the class of each by a curve. */
export function table(rows: number, first = 0): { x: Float32Array; y: Int32Array } {
  const at = (i: number) => Math.sin((first + i) * 12.9898) * 43758.5453;
  const x = Float32Array.from({ length: rows * 2 }, (_, i) => 2 * (at(i) - Math.floor(at(i))) - 1);
  const y = Int32Array.from({ length: rows }, (_, r) => Number(x[2 * r + 1] > x[2 * r] ** 2 - 0.5));
  return { x, y };
}

export const spec = (seed = 0): NetworkOptions => ({
  inputs: 2,
  layers: [dense(16, "tanh"), dense(2, "softmax")],
  seed,
});

/** All of a network, as text. */
export const bitsOf = (network: Network): string => Buffer.from(network.save()).toString("base64");
