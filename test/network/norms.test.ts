/** batchNorm and layerNorm end to end: running statistics over many batches, as first and last layers, short batches. */

import { describe, expect, test } from "vitest";
import { batchNorm, dense, type LayerInput, layerNorm, Network, sgd } from "../../src/index.js";
import { BUILDS, expectClose, expectSameBits, floats, toRows, wholes } from "../helpers.js";
import type { Row } from "../reference.js";

const INPUTS = 4;
const still = sgd({ learningRate: 0 });
const mean = (values: Row): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const columnsOf = (rows: Row[]): Row[] => rows[0].map((_, c) => rows.map((row) => row[c]));

/** Columns of different means and deviations. */
function uneven(rows: number, seed: number): Row[] {
  return toRows(floats(rows * INPUTS, seed), INPUTS).map((row) =>
    row.map((value, c) => value * (c + 1) + 3 * c - 2),
  );
}

/** torch.nn.BatchNorm1d: running statistics after batches, the variance of a batch by n - 1. */
function running(batches: Row[][], momentum: number): { means: Row; variances: Row } {
  let [means, variances] = [new Array(INPUTS).fill(0), new Array(INPUTS).fill(1)];
  for (const batch of batches) {
    const columns = columnsOf(batch);
    const averages = columns.map(mean);
    const spreads = columns.map(
      (column, c) => column.reduce((sum, v) => sum + (v - averages[c]) ** 2, 0) / (column.length - 1),
    );
    means = means.map((m, c) => (1 - momentum) * m + momentum * averages[c]);
    variances = variances.map((v, c) => (1 - momentum) * v + momentum * spreads[c]);
  }
  return { means, variances };
}

describe.each(BUILDS)("$name", (math) => {
  const make = (layers: LayerInput[], optimizer: ReturnType<typeof sgd> = still): Network =>
    new Network({ inputs: INPUTS, layers, optimizer, math });

  test.each([0.1, 0.5, 1])(
    "running statistics with momentum %f are torch's, the short last batch too",
    (momentum) => {
      const x = uneven(50, 1);
      const y = wholes(50, 2, 3);
      const network = make([batchNorm({ momentum }), dense(3, "softmax")]);
      network.fitSync(x, y, { epochs: 2, batchSize: 16, shuffle: false });
      const cut = [0, 16, 32, 48].map((from) => x.slice(from, from + 16));
      const { means, variances } = running([...cut, ...cut], momentum);
      expectClose(network.getParams().mean1, means, 1e-5);
      expectClose(network.getParams().variance1, variances, 1e-5);
      // Predictions are by them.
      const wanted = x.map((row) =>
        row.map((value, c) => (value - means[c]) / Math.sqrt(variances[c] + 1e-5)),
      );
      expectClose(network.activations(x, 0), wanted.flat(), 1e-4);
    },
  );

  test("in training the batch's own statistics count, and only updates move the running ones", () => {
    const x = uneven(30, 1);
    const network = make([batchNorm({ epsilon: 0.01 }), dense(2)]);
    const y = toRows(floats(60, 3), 2);
    const { mean1, variance1 } = network.getParams();
    const { W1, b1, gamma1, beta1 } = network.getParams();
    expect([...gamma1, ...beta1]).toEqual([1, 1, 1, 1, 0, 0, 0, 0]);
    const columns = columnsOf(x);
    const normal = x.map((row) =>
      row.map((value, c) => {
        const average = mean(columns[c]);
        return (value - average) / Math.sqrt(mean(columns[c].map((v) => (v - average) ** 2)) + 0.01);
      }),
    );
    const outputs = normal.map((row) =>
      toRows(W1, INPUTS).map((w, unit) => w.reduce((sum, weight, i) => sum + weight * row[i], b1[unit])),
    );
    const loss = mean(outputs.flatMap((row, r) => row.map((a, c) => (a - y[r][c]) ** 2)));
    expectClose([network.gradients(x, y, { training: true }).loss], [loss], 1e-5);
    network.evaluate(x, y);
    network.predict(x);
    expectSameBits(network.getParams().mean1, mean1);
    expectSameBits(network.getParams().variance1, variance1);
    expectClose([network.trainOnBatch(x, y)], [loss], 1e-5);
    expectClose(
      network.getParams().mean1,
      columns.map((column) => 0.1 * mean(column)),
      1e-5,
    );
  });

  test("gradients in training are those of finite differences", () => {
    const x = uneven(12, 1);
    const y = toRows(floats(24, 3), 2);
    const network = make([batchNorm(), dense(3, "tanh"), layerNorm(), batchNorm(), dense(2)]);
    network.setParams({ gamma1: [1.5, 0.5, -1, 2], beta1: [0.1, -0.2, 0.3, 0.4], gamma2: [2, -1, 0.5] });
    const params = network.getParams();
    const gradients = network.gradients(x, y, { training: true });
    const h = 2 ** -7;
    for (const name of ["gamma1", "beta1", "W1", "gamma2", "beta2", "gamma3", "beta3", "W2"] as const) {
      const slopes = Array.from(params[name], (value, i) => {
        const at = (moved: number) => {
          network.setParams({ [name]: params[name].map((w, k) => (k === i ? moved : w)) });
          return network.gradients(x, y, { training: true }).loss;
        };
        return (at(value + h) - at(value - h)) / (2 * h);
      });
      network.setParams(params);
      expectClose(gradients[name], slopes, 0.05);
    }
  });

  test("a batch of one row takes the running statistics, and everything stays finite", () => {
    const network = make([batchNorm(), dense(2)], sgd({ learningRate: 1e-4 }));
    const x = uneven(9, 1);
    const y = toRows(floats(18, 3), 2);
    const wanted = network.loss(x.slice(0, 1), y.slice(0, 1));
    expectClose([network.trainOnBatch(x.slice(0, 1), y.slice(0, 1))], [wanted], 1e-5);
    expect([...network.getParams().mean1, ...network.getParams().variance1]).toEqual([
      0, 0, 0, 0, 1, 1, 1, 1,
    ]);
    network.fitSync(x, y, { epochs: 3, batchSize: 4 });
    for (const values of Object.values<Float32Array>(network.getParams()))
      expect(values.every(Number.isFinite)).toBe(true);
    expect(network.getParams().variance1.every((variance) => variance > 0)).toBe(true);
    expect(network.predict(x).every(Number.isFinite)).toBe(true);
  });

  test("a frozen batchNorm uses its running statistics in training too, and keeps them", () => {
    const x = uneven(20, 1);
    const y = wholes(20, 2, 3);
    const network = make([batchNorm({ trainable: false }), dense(3, "softmax")], sgd({ learningRate: 0.1 }));
    network.setParams({ mean1: [1, 2, 3, 4], variance1: [4, 3, 2, 1], gamma1: [1, 2, 1, 2] });
    const { mean1, variance1, gamma1 } = network.getParams();
    const loss = network.loss(x, y);
    expectClose([network.trainOnBatch(x, y)], [loss], 1e-6);
    network.fitSync(x, y, { epochs: 3, batchSize: 8 });
    expectSameBits(network.getParams().mean1, mean1);
    expectSameBits(network.getParams().variance1, variance1);
    expectSameBits(network.getParams().gamma1, gamma1);
  });

  test("layerNorm does the same in training and prediction, for each row by itself", () => {
    const x = uneven(20, 1);
    const y = wholes(20, 2, 3);
    const network = make([layerNorm({ epsilon: 0.1 }), dense(3, "softmax")]);
    network.setParams({ gamma1: [1, 2, 3, 4], beta1: [0.5, 0, -0.5, 1] });
    const wanted = x.map((row) => {
      const deviation = Math.sqrt(mean(row.map((v) => (v - mean(row)) ** 2)) + 0.1);
      return row.map((v, c) => ((c + 1) * (v - mean(row))) / deviation + [0.5, 0, -0.5, 1][c]);
    });
    expectClose(network.activations(x, 0), wanted.flat(), 1e-5);
    expectSameBits(network.activations([x[7]], 0), network.activations(x, 0).slice(28, 32));
    expectClose([network.trainOnBatch(x, y)], [network.loss(x, y)], 1e-6);
  });

  test("normalisations learn: inputs far from 0 are no obstacle", () => {
    const x = uneven(64, 1).map((row) => row.map((value) => 1000 + 30 * value));
    const y = x.map((row) => Number(row[0] > 940));
    const accuracy = (layers: LayerInput[]) => {
      const network = make([...layers, dense(8, "tanh"), dense(1, "sigmoid")], sgd({ learningRate: 0.3 }));
      network.fitSync(x, y, { epochs: 150, batchSize: 16 });
      return network.evaluate(x, y, { metrics: ["accuracy"] }).accuracy;
    };
    expect(accuracy([batchNorm()])).toBeGreaterThan(0.95);
    expect(accuracy([])).toBeLessThan(0.9);
  });
});

test("summary and explain tell of them", () => {
  const network = new Network({
    inputs: INPUTS,
    layers: [batchNorm(), dense(3, "relu"), layerNorm(), dense(2, "softmax")],
  });
  for (const word of ["batchNorm", "layerNorm", "dense"]) expect(network.summary()).toContain(word);
  for (const word of ["batchNorm(A0)", "layerNorm(", "gamma1", "beta2"])
    expect(network.explain()).toContain(word);
});
