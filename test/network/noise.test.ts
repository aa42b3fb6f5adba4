/** dropout and gaussianNoise end to end: when they act, on what, and how much. */

import { describe, expect, test } from "vitest";
import {
  dense,
  dropout,
  gaussianNoise,
  type LayerInput,
  Network,
  type NetworkOptions,
  sgd,
} from "../../src/index.js";
import { BUILDS, expectClose, expectSameBits, floats, parametersOf, toRows, wholes } from "../helpers.js";

const INPUTS = 5;
const ROWS = 40;
const x = floats(ROWS * INPUTS, 1);
const y = wholes(ROWS, 2, 3);

describe.each(BUILDS)("$name", (math) => {
  const make = (layers: LayerInput[], options: Partial<NetworkOptions> = {}): Network =>
    new Network({ inputs: INPUTS, layers, math, seed: 5, ...options });

  const noisy = (layer: LayerInput) => make([layer, dense(4, "tanh"), layer, dense(3, "softmax")]);

  test.each<[string, LayerInput]>([
    ["dropout", dropout(0.5)],
    ["gaussianNoise", gaussianNoise(0.5)],
  ])("%s does nothing to predictions, losses and gradients of them", (_, layer) => {
    const [network, plain] = [noisy(layer), make([dense(4, "tanh"), dense(3, "softmax")])];
    plain.setParams(network.getParams());
    expectSameBits(network.predict(x), plain.predict(x));
    expect(network.loss(x, y)).toBe(plain.loss(x, y));
    expect(network.gradients(x, y)).toEqual(plain.gradients(x, y));
    expect(network.gradients(x, y, { training: true }).loss).not.toBe(plain.loss(x, y));
    expect(network.trainOnBatch(x, y)).not.toBe(plain.loss(x, y));
  });

  test.each<[string, LayerInput]>([
    ["dropout", dropout(0.4)],
    ["gaussianNoise", gaussianNoise(0.4)],
  ])("%s gives the same bits however steps are called", (_, layer) => {
    const [one, many, streamed, alone] = [0, 1, 2, 3].map(() => noisy(layer));
    const options = { batchSize: 8, shuffle: false, epochs: 2 };
    one.fitSync(x, y, options);
    many.fitSync(x, y, { ...options, onBatch: () => void many.predict(x) });
    const batches = [0, 1].flatMap(() =>
      [0, 8, 16, 24, 32].map((r) => [x.subarray(r * INPUTS, (r + 8) * INPUTS), y.slice(r, r + 8)] as const),
    );
    streamed.fitSync(batches.values());
    for (const [a, b] of batches) alone.trainOnBatch(a, b);
    for (const other of [many, streamed, alone]) expectSameBits(parametersOf(other), parametersOf(one));
  });

  test("gradients of the next training step are of its mask, and each step has another", () => {
    const network = make([dense(4, "tanh"), dropout(0.5), dense(3, "softmax")], {
      optimizer: sgd({ learningRate: 1 }),
    });
    const before = network.getParams();
    const { loss, W1, W2 } = network.gradients(x, y, { training: true });
    expect(network.trainOnBatch(x, y)).toBe(loss);
    expectClose(
      network.getParams().W1,
      before.W1.map((w, i) => w - W1[i]),
      1e-5,
    );
    expectClose(
      network.getParams().W2,
      before.W2.map((w, i) => w - W2[i]),
      1e-5,
    );
    network.setParams(before);
    expect(network.gradients(x, y, { training: true }).loss).not.toBe(loss);
  });

  test("dropout drops its share, and scales the rest so that the mean stays", () => {
    // The gradient of the mean of outputs by the inputs is the mask itself.
    const [rows, inputs] = [400, 50];
    const layers = [dropout(0.3), dense(1, "linear", { init: { type: "constant", value: 1 } })];
    const network = new Network({ inputs, layers, loss: "meanAbsoluteError", math });
    const data = [new Float32Array(rows * inputs).fill(1), new Float32Array(rows).fill(-1e3)] as const;
    const mask = network.gradients(...data, { training: true }).inputs.map((g) => g * rows);
    const kept = mask.filter((m) => m !== 0);
    expectClose(kept, new Array(kept.length).fill(1 / (1 - Math.round(0.3 * 65536) / 65536)), 1e-6);
    // Within five standard deviations of a binomial distribution.
    const deviation = Math.sqrt(rows * inputs * 0.3 * 0.7);
    expect(Math.abs(kept.length - rows * inputs * 0.7)).toBeLessThan(5 * deviation);
    for (const part of [toRows(mask, inputs).map((row) => row.filter(Boolean).length / inputs)]) {
      expect(Math.min(...part)).toBeGreaterThan(0.35);
      expect(new Set(part).size).toBeGreaterThan(5);
    }
  });

  test("noise has its deviation, and a mean of 0", () => {
    // The mean absolute error of 0 + noise from 0 is √(2/π) of its deviation.
    const inputs = 100;
    const layers = [gaussianNoise(0.3), dense(inputs, "linear", { init: "zeros" }), gaussianNoise(0.3)];
    const network = new Network({
      inputs,
      layers,
      loss: "meanSquaredError",
      optimizer: sgd({ learningRate: 0 }),
      math,
    });
    const zeros = new Float32Array(500 * inputs);
    const squares = network.trainOnBatch(zeros, zeros);
    expect(Math.abs(Math.sqrt(squares) - 0.3)).toBeLessThan((0.3 * 5) / Math.sqrt(2 * zeros.length));
    const means: number[] = [];
    const metrics = [
      { name: "mean", measure: (a: Float32Array) => means.push(a.reduce((sum, v) => sum + v, 0) / a.length) },
    ];
    network.fitSync(zeros, zeros, { metrics });
    expect(Math.abs(means[0])).toBeLessThan((5 * 0.3) / Math.sqrt(zeros.length));
    expect(means[0]).not.toBe(0);
  });
});
