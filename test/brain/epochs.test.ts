/** The core of online training beside the same rule in float64, weight by weight. */

import { describe, expect, test } from "vitest";
import { Epochs } from "../../src/brain/epochs.js";
import { NeuralNetwork } from "../../src/brain/neural-network.js";
import type { Activation, Pattern } from "../../src/brain/types.js";
import { floats } from "../helpers.js";

interface Truth {
  weights: number[][][];
  changes: number[][][];
  biases: number[][];
  outputs: number[][];
  errors: number[][];
  deltas: number[][];
}

const ALPHA = 0.01;

/** f(z), and f'(z) by a = f(z). */
const FUNCTIONS: Readonly<Record<Activation, [f: (z: number) => number, slope: (a: number) => number]>> = {
  sigmoid: [(z) => 1 / (1 + Math.exp(-z)), (a) => a * (1 - a)],
  relu: [(z) => Math.max(0, z), (a) => (a > 0 ? 1 : 0)],
  "leaky-relu": [(z) => (z > 0 ? z : ALPHA * z), (a) => (a > 0 ? 1 : ALPHA)],
  tanh: [Math.tanh, (a) => 1 - a * a],
};

const copy = (numbers: Float32Array[][]): number[][][] =>
  Array.from(numbers, (layer) => (layer ?? []).map((unit) => Array.from(unit)));

/** One sample: forward, errors, and one update. @returns the mean squared error before it */
function learn(
  truth: Truth,
  { input, output }: Pattern,
  activation: Activation,
  rate: number,
  momentum: number,
): number {
  const { weights, changes, biases, outputs, errors, deltas } = truth;
  const [f, slope] = FUNCTIONS[activation];
  const last = weights.length - 1;
  outputs[0] = Array.from(input);
  for (let l = 1; l <= last; l++) {
    outputs[l] = weights[l].map((unit, u) =>
      f(unit.reduce((z, w, k) => z + w * outputs[l - 1][k], biases[l][u])),
    );
  }
  for (let l = last; l > 0; l--) {
    errors[l] = outputs[l].map((a, u) =>
      l === last
        ? output[u] - a
        : weights[l + 1].reduce((sum, unit, k) => sum + deltas[l + 1][k] * unit[u], 0),
    );
    deltas[l] = errors[l].map((e, u) => e * slope(outputs[l][u]));
  }
  for (let l = 1; l <= last; l++) {
    weights[l].forEach((unit, u) => {
      const step = rate * deltas[l][u];
      unit.forEach((_, k) => {
        changes[l][u][k] = step * outputs[l - 1][k] + momentum * changes[l][u][k];
        unit[k] += changes[l][u][k];
      });
      biases[l][u] += step;
    });
  }
  return errors[last].reduce((sum, e) => sum + e * e, 0) / output.length;
}

function patterns(rows: number, inputs: number, outputs: number, isSparse: boolean): Pattern[] {
  const [x, y] = [floats(rows * inputs, 1, 2), floats(rows * outputs, 2, 1)];
  if (isSparse) for (let i = 0; i < x.length; i++) if ((i * 7) % 10 < 7) x[i] = 0;
  return Array.from({ length: rows }, (_, r) => ({
    input: x.slice(r * inputs, (r + 1) * inputs),
    output: y.slice(r * outputs, (r + 1) * outputs).map(Math.abs),
  }));
}

/** A network of these sizes and the same in float64. */
function pair(sizes: number[], options: object): [NeuralNetwork, Truth] {
  const [inputSize, outputSize] = [sizes[0], sizes[sizes.length - 1]];
  const network = new NeuralNetwork({
    inputSize,
    outputSize,
    hiddenLayers: sizes.slice(1, -1),
    seed: 3,
    ...options,
  });
  network.initialize();
  return [
    network,
    {
      weights: copy(network.weights),
      changes: copy(network.changes),
      biases: Array.from(network.biases, (layer) => Array.from(layer ?? [])),
      outputs: [],
      errors: [],
      deltas: [],
    },
  ];
}

const close = (got: ArrayLike<number>, wanted: readonly number[], what: string): void => {
  expect(got.length, what).toBe(wanted.length);
  wanted.forEach((value, i) => {
    expect(Math.abs(got[i] - value), `${what} ${i}`).toBeLessThan(2e-5 * (1 + Math.abs(value)));
  });
};

const EPOCHS = 3;
const ROWS = 7;

describe.each(["sigmoid", "relu", "leaky-relu", "tanh"] as const)("%s", (activation) => {
  // One vector, vectors with a rest, four vectors side by side and a rest behind them; sparse from 16 inputs on.
  test.each([
    [[2, 3, 1], false],
    [[5, 4, 8, 3], false],
    [[17, 16, 2], false],
    [[20, 23, 17], false],
    [[16, 16, 2], true],
    [[37, 21, 5], true],
  ] as const)("%j, sparse %s", (sizes, isSparse) => {
    const [rate, momentum] = [0.1, 0.3];
    const data = patterns(ROWS, sizes[0], sizes[sizes.length - 1], isSparse);
    const [network, truth] = pair([...sizes], { activation, learningRate: rate, momentum });
    const epochs = new Epochs(sizes, data);
    // Two calls: changes are carried from the one to the other.
    const results = [1, EPOCHS - 1].map((most) =>
      epochs.run(network, { activation, most, iterations: 0, interval: 1 }),
    );
    epochs.dispose();
    let error = 0;
    for (let epoch = 0; epoch < EPOCHS; epoch++) {
      error = data.reduce((sum, sample) => sum + learn(truth, sample, activation, rate, momentum), 0) / ROWS;
    }
    expect(results.map((result) => result?.epochs)).toEqual([1, EPOCHS - 1]);
    expect(results[1]?.lastError).toBeCloseTo(error, 5);
    for (let layer = 1; layer < sizes.length; layer++) {
      for (let unit = 0; unit < sizes[layer]; unit++) {
        close(network.weights[layer][unit], truth.weights[layer][unit], `weights ${layer} ${unit}`);
        close(network.changes[layer][unit], truth.changes[layer][unit], `changes ${layer} ${unit}`);
      }
      for (const name of ["biases", "outputs", "errors", "deltas"] as const) {
        close(network[name][layer], truth[name][layer], `${name} ${layer}`);
      }
    }
  });
});

test("a check of the error ends the training at the threshold", () => {
  const data = patterns(ROWS, 3, 1, false);
  const truth = pair([3, 4, 1], { learningRate: 0.3, momentum: 0.1 })[1];
  const errors = Array.from(
    { length: 40 },
    () => data.reduce((sum, sample) => sum + learn(truth, sample, "sigmoid", 0.3, 0.1), 0) / ROWS,
  );
  // Checks after epochs 4, 9, 14, ...: one epoch has run before.
  const wanted = 19;
  const errorThresh = (errors[wanted - 1] + errors[wanted - 6]) / 2;
  const [network] = pair([3, 4, 1], { errorThresh });
  const epochs = new Epochs([3, 4, 1], data);
  const result = epochs.run(network, { activation: "sigmoid", most: 40, iterations: 1, interval: 5 });
  epochs.dispose();
  expect(result?.epochs).toBe(wanted);
  expect(result?.checkedError).toBeCloseTo(errors[wanted - 1], 5);
});
