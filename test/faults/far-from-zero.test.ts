/** Columns, rows and targets far from zero: what a sum of squares loses there. */

import { describe, expect, test } from "vitest";
import { type Batch, batchNorm, dense, type LayerInput, layerNorm, Network, sgd } from "../../src/index.js";
import { oneWeight } from "./tools.js";

/** The outputs of a normalisation of `inputs` features in training: gradients of |W·A + 1e6| by W are means of A. */
function normalised(layer: LayerInput, x: readonly number[][]): number[][] {
  const inputs = x[0].length;
  return x.map((_, r) =>
    Array.from({ length: inputs }, (_, c) => {
      const layers = [layer, dense(1, "linear", { bias: false, init: "zeros" })];
      const network = new Network({ inputs, layers, loss: "meanSquaredError" });
      // 2·(0 - y)·A/m is A of the one row whose y is not 0.
      const y = x.map((_, i) => (i === r ? -x.length / 2 : 0));
      return network.gradients(x, y, { training: true }).W1[c];
    }),
  );
}

describe("Columns and rows far from zero", () => {
  test("a constant column is normalised to 0", () => {
    for (const value of [1000003, 16777213, -54321.7, 3e7, 1e-3]) {
      const x = Array.from({ length: 9 }, () => [value]);
      for (const [A] of normalised(batchNorm(), x)) expect(Math.abs(A), `${value}`).toBeLessThan(1e-3);
    }
  });

  test("a constant column has the statistics of a constant", () => {
    const network = new Network({
      inputs: 1,
      layers: [batchNorm(), dense(1)],
      optimizer: sgd({ learningRate: 0 }),
    });
    network.trainOnBatch(new Float32Array(33).fill(1000003), new Float32Array(33));
    const { mean1, variance1 } = network.getParams();
    expect(mean1[0] / 100000.3).toBeCloseTo(1, 6);
    expect(variance1[0]).toBeCloseTo(0.9, 6);
  });

  test("batchNorm of 1e6 + 0..6 is that of 0..6", () => {
    const x = Array.from({ length: 21 }, (_, i) => [i % 7, (i * i) % 5]);
    const wanted = normalised(batchNorm(), x).flat();
    const far = normalised(
      batchNorm(),
      x.map(([a, b]) => [a + 1e6, b - 8e6]),
    );
    for (const [i, value] of far.flat().entries()) expect(value).toBeCloseTo(wanted[i], 3);
    const network = new Network({
      inputs: 2,
      layers: [batchNorm(), dense(1)],
      optimizer: sgd({ learningRate: 0 }),
    });
    network.trainOnBatch(
      x.map(([a, b]) => [a + 1e6, b - 8e6]),
      x.map(() => 0),
    );
    // The unbiased variance of 0..6, three times each.
    expect(network.getParams().variance1[0]).toBeCloseTo(0.9 + 0.1 * 4 * (21 / 20), 4);
  });

  test("layerNorm of 1e6 + 0..6 is that of 0..6, and of a constant row 0", () => {
    const row = [0, 1, 2, 3, 4, 5, 6];
    const [wanted] = normalised(layerNorm(), [row, row]);
    const [far] = normalised(layerNorm(), [row.map((v) => v + 1e6), row]);
    for (const [i, value] of far.entries()) expect(value).toBeCloseTo(wanted[i], 3);
    for (const [row] of [normalised(layerNorm(), [Array(7).fill(1000003), [1, 2, 3, 4, 5, 6, 7]])]) {
      for (const A of row) expect(Math.abs(A)).toBeLessThan(1e-3);
    }
  });

  test("layerNorm predicts so too", () => {
    const network = new Network({ inputs: 3, layers: [layerNorm()] });
    for (const A of network.predict([1000003, 1000003, 1000003])) expect(Math.abs(A)).toBeLessThan(1e-3);
    const wanted = Math.sqrt(1.5);
    for (const [i, A] of network.predict([8e6, 8e6 + 1, 8e6 + 2]).entries()) {
      expect(A).toBeCloseTo((i - 1) * wanted, 3);
    }
  });
});

const ROWS = 700;
const STILL = { optimizer: sgd({ learningRate: 0 }) };

/** R² in float64 of rows that weigh `w`. */
function determination(a: ArrayLike<number>, y: ArrayLike<number>, w: ArrayLike<number>): number {
  const sum = (term: (r: number) => number) =>
    Array.from(y, (_, r) => w[r] * term(r)).reduce((s, v) => s + v);
  const mean = sum((r) => y[r]) / sum(() => 1);
  return 1 - sum((r) => (a[r] - y[r]) ** 2) / sum((r) => (y[r] - mean) ** 2);
}

describe.each([0, 1e4, 1e7, -3e6, 1.6e7])("r2 of targets %d + (i mod 7)", (base) => {
  // Every third prediction is off by 1, which float32 holds exactly.
  const y = Float32Array.from({ length: ROWS }, (_, i) => base + (i % 7));
  const x = y.map((target, i) => target + Number(i % 3 === 0));
  const ones = new Float32Array(ROWS).fill(1);
  const weights: [string, Float32Array | undefined][] = [
    ["without weights", undefined],
    ["with weights", ones.map((_, i) => (i % 5) / 3)],
  ];

  test.each(weights)("evaluate and fit %s", (_, w) => {
    const wanted = determination(x, y, w ?? ones);
    expect(wanted).toBeGreaterThan(0.8);
    expect(wanted).toBeLessThan(0.95);
    expect(oneWeight(1).evaluate(x, y, { metrics: ["r2"], sampleWeight: w }).r2).toBeCloseTo(wanted, 10);
    for (const batchSize of [1, 33, "full"] as const) {
      const validationData = w ? ([x, y, w] as const) : ([x, y] as const);
      const options = { metrics: ["r2"], sampleWeight: w, validationData, batchSize, epochs: 2 } as const;
      const { r2, valR2 } = oneWeight(1, STILL).fitSync(x, y, options);
      for (const value of [...(r2 ?? []), ...(valR2 ?? [])]) expect(value).toBeCloseTo(wanted, 10);
    }
  });

  test("fit that is cut inside an epoch, and fit of a source", async () => {
    const wanted = determination(x, y, ones);
    const network = oneWeight(1, STILL);
    const options = { metrics: ["r2"], batchSize: 50 } as const;
    network.fitSync(x, y, { ...options, maxSteps: 5 });
    const cut = Network.resume(network.checkpoint());
    const { r2 } = cut.fitSync(x, y, { ...options, resume: true });
    expect(r2?.[0]).toBeCloseTo(wanted, 10);
    function* batches(): Generator<Batch> {
      for (const [first, end] of [
        [0, 100],
        [100, 300],
        [300, ROWS],
      ]) {
        yield [x.slice(first, end), y.slice(first, end)];
      }
    }
    const history = await oneWeight(1, STILL).fit(batches(), { metrics: ["r2"] });
    expect(history.r2?.[0]).toBeCloseTo(wanted, 10);
  });
});

describe("r2 of constant targets far from zero", () => {
  test.each([9876543, 0.1, 1e-30, -3e38])("%d is 1 where they are met, else 0", (value) => {
    const y = new Float32Array(90).fill(value);
    const w = y.map((_, i) => 0.1 + (i % 7));
    for (const sampleWeight of [undefined, w]) {
      expect(oneWeight(1).evaluate(y, y, { metrics: ["r2"], sampleWeight }).r2).toBe(1);
      const half = y.map((target) => target / 2);
      const huber = oneWeight(1, { loss: "meanAbsoluteError" });
      expect(huber.evaluate(half, y, { metrics: ["r2"], sampleWeight }).r2).toBe(0);
    }
  });
});
