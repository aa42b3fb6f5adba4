/** The weighted sums of wide layers on the core, beside float64. */

import { expect, test } from "vitest";
import { sumByVectors } from "../../src/brain/dots.js";
import { NeuralNetwork } from "../../src/brain/neural-network.js";
import { floats } from "../helpers.js";

// Whole pairs of vectors, and the lengths around them; whole groups of four units, and rests behind them.
test.each([
  [1, 4],
  [7, 5],
  [8, 3],
  [9, 8],
  [96, 9],
  [101, 4],
  [784, 30],
])("the sums over %i inputs of %i units", (inputs, units) => {
  const x = floats(inputs, 1, 1);
  const weights = Array.from({ length: units }, (_, unit) => floats(inputs, 2 + unit, 1));
  const biases = floats(units, 1000, 1);
  const sums = new Float64Array(units).fill(Number.NaN);
  const done = sumByVectors(x, weights, biases, units, sums);
  expect(done).toBe(units - (units % 4));
  for (let unit = 0; unit < units; unit++) {
    const products = Array.from(weights[unit], (w, k) => w * x[k]);
    const z = products.reduce((sum, product) => sum + product, biases[unit]);
    const size = products.reduce((sum, product) => sum + Math.abs(product), 0);
    if (unit < done) expect(Math.abs(sums[unit] - z), `unit ${unit}`).toBeLessThan(1e-6 * size);
    else expect(sums[unit]).toBeNaN();
  }
});

/** A network with a wide layer, and samples for it. */
function wide() {
  const network = new NeuralNetwork({ inputSize: 120, hiddenLayers: [8], outputSize: 2, seed: 1 });
  network.initialize();
  const data = Array.from({ length: 4 }, (_, row) => ({
    input: Array.from(floats(120, row, 1)),
    output: [row % 2, 1 - (row % 2)],
  }));
  return { network, data };
}

/** The outputs in float64, without the core. */
function outputs(network: NeuralNetwork, input: readonly number[]): number[] {
  return Array.from(network.toFunction()(input as number[]) as unknown as number[]);
}

test("run sees weights that were changed in place or replaced", () => {
  const { network, data } = wide();
  const { input } = data[0];
  for (const change of [
    () => {},
    () => {
      network.weights[1][3][119] += 5;
    },
    () => {
      network.weights[1][7] = new Float32Array(120).fill(0.1);
    },
    () => network.biases[1].fill(2),
  ]) {
    change();
    const [got, wanted] = [Array.from(network.run(input) as Float32Array), outputs(network, input)];
    got.forEach((a, u) => {
      expect(a).toBeCloseTo(wanted[u], 6);
    });
  }
});

test("run in a callback leaves the training as it is", () => {
  const [watched, alone] = [wide(), wide()];
  const options = { iterations: 6, errorThresh: 1e-9, callbackPeriod: 2 };
  let calls = 0;
  watched.network.train(watched.data, {
    ...options,
    callback: () => {
      calls++;
      watched.network.run(watched.data[0].input);
    },
  });
  alone.network.train(alone.data, { ...options, callback: () => {} });
  expect(calls).toBe(3);
  expect(watched.network.weights).toEqual(alone.network.weights);
});
