/** Results that cancel, overflow or round away: small losses, rare masks, huge weights and numbers that float32 has not. */

import { describe, expect, test } from "vitest";
import { batchNorm, dense, dropout, layerNorm, Network, sgd } from "../../src/index.js";
import { identity, oneWeight } from "./tools.js";

describe("dropout keeps the mean at any rate", () => {
  /** The mean of the masks of some steps of 2^20 values: 1 but for the draw. */
  function meanOf(rate: number, steps: number): number {
    const [inputs, rows] = [2 ** 14, 2 ** 6];
    const layers = [dropout(rate), dense(1, "linear", { bias: false, init: { type: "constant", value: 1 } })];
    const optimizer = sgd({ learningRate: 0 });
    const network = new Network({ inputs, layers, loss: "meanAbsoluteError", optimizer, seed: 0 });
    const [ones, zeros] = [new Float32Array(rows * inputs).fill(1), new Float32Array(rows)];
    let sum = 0;
    for (let step = 0; step < steps; step++) sum += network.trainOnBatch(ones, zeros);
    network.dispose();
    return sum / inputs / steps;
  }

  // Shares kept of 1/10000 and so on: the draws leave 2 % of standard deviation or less.
  test.each([
    [0.9999, 32, 0.05],
    [0.99995, 32, 0.08],
    [0.9995, 16, 0.03],
    [0.999, 8, 0.03],
    [0.5, 4, 0.01],
    [1e-6, 4, 1e-3],
  ])("%d", (rate, steps, tolerance) => {
    expect(Math.abs(meanOf(rate, steps) - 1)).toBeLessThan(tolerance);
  });
});

describe("Small results are not lost in large ones", () => {
  test("logCosh is d²/2 near 0, |d| - ln 2 far away, and never negative", () => {
    const network = identity(1, "linear", "logCosh");
    for (const d of [0, 1e-20, 1e-8, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 0.5, 1, 3, 10, 100, 1e10, 1e30]) {
      const wanted = d < 0.05 ? (d * d) / 2 - d ** 4 / 12 : d + Math.log1p(Math.exp(-2 * d)) - Math.LN2;
      for (const [x, y] of [
        [d, 0],
        [-d, 0],
        [0, d],
      ]) {
        const loss = network.loss([x], [y]);
        expect(loss).toBeGreaterThanOrEqual(0);
        expect(Math.abs(loss - wanted), `${d}`).toBeLessThanOrEqual(1e-4 * wanted + 1e-38);
      }
    }
  });

  test.each([
    [20, 1, Math.log1p(Math.exp(-20))],
    [-15, 0, Math.log1p(Math.exp(-15))],
  ])("binaryCrossentropy of the logit %d for %d", (x, y, wanted) => {
    for (const activation of ["linear", "sigmoid"] as const) {
      const value = identity(1, activation, "binaryCrossentropy").loss([x], [y]);
      expect(Math.abs(value / wanted - 1)).toBeLessThan(1e-3);
    }
  });

  test("no loss is negative where its least value is 0", () => {
    for (const loss of ["categoricalCrossentropy", "klDivergence", "binaryCrossentropy"] as const) {
      const network = identity(3, loss === "binaryCrossentropy" ? "sigmoid" : "softmax", loss);
      for (const size of [1e-3, 0.1, 1, 5, 16, 20, 60, 500]) {
        for (const y of [
          [1, 0, 0],
          [0, 1, 0],
          [0, 0, 1],
        ]) {
          const z = y.map((value) => (2 * value - 1) * size);
          expect(network.loss([z], [y]), `${loss} ${size}`).toBeGreaterThanOrEqual(0);
          const p = network.predict([z]);
          expect(network.loss([z], [[...p]]), `${loss} ${size}, soft`).toBeGreaterThan(-1e-6);
        }
      }
    }
  });

  test.each([
    ["softplus", -20, Math.log1p(Math.exp(-20))],
    ["elu", -1e-6, Math.expm1(-1e-6)],
    ["selu", -1e-6, 1.0507009873554805 * 1.6732632423543772 * Math.expm1(-1e-6)],
    ["tanh", 1e-6, 1e-6],
    ["sigmoid", -30, 1 / (1 + Math.exp(30))],
    ["silu", -30, -30 / (1 + Math.exp(30))],
    ["mish", -20, -20 * Math.tanh(Math.log1p(Math.exp(-20)))],
    ["gelu", 1e-6, 0.5e-6],
  ] as const)("%s(%d)", (activation, z, wanted) => {
    const [value] = identity(1, activation, "meanSquaredError").predict([z]);
    expect(Math.abs(value / wanted - 1)).toBeLessThan(1e-4);
  });
});

describe("Squares of large numbers do not overflow where the result does not", () => {
  const still = sgd({ learningRate: 0 });

  test.each([1e20, 3e37, 1e-25])("maxNorm of weights around %d", (size) => {
    const layers = [dense(2, "linear", { maxNorm: 1 })];
    const network = new Network({ inputs: 2, layers, optimizer: still });
    network.setParams({ W1: [size, size, 3 * size, -4 * size].map((value) => Math.min(value, 3e38)) });
    network.trainOnBatch([0, 0], [0, 0]);
    const wanted = size < 1 ? [size, size, 3 * size, -4 * size] : [Math.SQRT1_2, Math.SQRT1_2, 0.6, -0.8];
    for (const [i, w] of network.getParams().W1.entries()) expect(w / wanted[i]).toBeCloseTo(1, 4);
  });

  test("layerNorm of ±1e20 is ±1", () => {
    const network = new Network({ inputs: 2, layers: [layerNorm()] });
    for (const size of [1e20, 1e30, 1e38]) {
      const [a, b] = network.predict([size, -size]);
      expect([a, b].map((value) => Math.round(value * 1e4) / 1e4)).toEqual([1, -1]);
    }
  });

  test("batchNorm of ±1e20 is ±1 in training", () => {
    const layers = [batchNorm(), dense(1, "linear", { init: { type: "constant", value: 1 } })];
    const network = new Network({ inputs: 1, layers });
    const { loss } = network.gradients([1e20, -1e20], [1, -1], { training: true });
    expect(loss).toBeLessThan(1e-4);
  });

  test.each([1e20, 1e30])("clipNorm of gradients around %d", (size) => {
    const network = oneWeight(0, {
      loss: "meanAbsoluteError",
      optimizer: sgd({ learningRate: 1, clipNorm: 0.5 }),
    });
    network.trainOnBatch([size], [-1]);
    expect(network.getParams().W1[0]).toBeCloseTo(-0.5, 4);
  });

  test("rootMeanSquaredError and r2 of targets around 1e20", () => {
    const network = oneWeight(1, { loss: "meanAbsoluteError" });
    const metrics = ["rootMeanSquaredError", "r2"] as const;
    const measures = network.evaluate([1e20, 3e20], [2e20, 4e20], { metrics });
    expect((measures.rootMeanSquaredError as number) / 1e20).toBeCloseTo(1, 4);
    expect(measures.r2).toBeCloseTo(0, 4);
  });

  test("the gradient of layerNorm at ±1e20 is finite", () => {
    const network = new Network({ inputs: 2, layers: [layerNorm(), dense(1)] });
    const { loss, inputs, W1, gamma1 } = network.gradients([1e20, -1e20], [0]);
    expect([loss, ...inputs, ...W1, ...gamma1].every(Number.isFinite)).toBe(true);
  });
});
