/** Predictions, classes, losses and accuracies against the reference. */

import { describe, expect, test } from "vitest";
import { dense, type LayerSpec, type LossName, Network } from "../../src/index.js";
import {
  BUILDS,
  denseLayers,
  expectClose,
  expectSameBits,
  floats,
  mirror,
  oneHot,
  toRows,
  wholes,
} from "../helpers.js";
import { cost, predict, type Row } from "../reference.js";

const INPUTS = 6;
const x = (rows: number): Float32Array => floats(rows * INPUTS, 1, 2);
const largest = (row: Row): number => row.indexOf(Math.max(...row));

/** Rows of one row, of a short batch, of one batch, and of several with a short last one. */
const SIZES = [1, 7, 64, 65, 200];

describe.each(BUILDS)("$name", (math) => {
  const make = (layers: LayerSpec[], loss?: LossName): Network =>
    new Network({ inputs: INPUTS, layers: [dense(9, "tanh"), ...layers], loss, math, seed: 8 });

  describe.each([
    ["softmax", make([dense(4, "softmax")])],
    ["softmax and squares", make([dense(4, "softmax")], "meanSquaredError")],
    ["logits of classes", make([dense(4)], "categoricalCrossentropy")],
  ])("%s", (_, network) => {
    test.each(SIZES)("%i rows", (rows) => {
      const labels = wholes(rows, 2, 4);
      const data = toRows(x(rows), INPUTS);
      const wanted = predict(mirror(network), data);
      expectClose(network.predict(x(rows)), wanted.flat(), 1e-5);
      expect([...network.predictClasses(x(rows))]).toEqual(wanted.map(largest));
      const right = wanted.filter((row, r) => largest(row) === labels[r]).length;
      const { loss, accuracy } = network.evaluate(x(rows), oneHot(labels, 4), { metrics: ["accuracy"] });
      expectClose([loss], [cost(mirror(network), data, oneHot(labels, 4))], 1e-5);
      expect(accuracy).toBe(right / rows);
    });
  });

  test.each([
    ["one sigmoid", make([dense(1, "sigmoid")]), 0.5],
    ["three sigmoids", make([dense(3, "sigmoid")]), 0.5],
    ["three sigmoids and squares", make([dense(3, "sigmoid")], "meanSquaredError"), 0.5],
    ["one logit", make([dense(1)], "binaryCrossentropy"), 0],
  ])("%s", (_, network, threshold) => {
    for (const rows of SIZES) {
      const { units } = denseLayers(network)[1];
      const targets = wholes(rows * units, 2, 2);
      const data = toRows(x(rows), INPUTS);
      const wanted = predict(mirror(network), data);
      expectClose(network.predict(x(rows)), wanted.flat(), 1e-5);
      const right = wanted.flat().filter((p, i) => p > threshold === targets[i] > 0.5).length;
      const { loss, accuracy } = network.evaluate(x(rows), targets, { metrics: ["accuracy"] });
      expectClose([loss], [cost(mirror(network), data, toRows(targets, units))], 1e-5);
      expect(accuracy).toBe(right / (rows * units));
      const classes = wanted.flat().map((p) => Number(p > threshold));
      expect([...network.predictClasses(x(rows))]).toEqual(classes);
    }
  });

  test("loss equals the loss of evaluate, which has accuracy only if it is requested", () => {
    const network = make([dense(4, "softmax")]);
    const y = wholes(70, 2, 4);
    expect(network.evaluate(x(70), y)).toEqual({ loss: network.loss(x(70), y) });
    expect(network.gradients(x(70), y).loss).toBeCloseTo(network.loss(x(70), y), 6);
  });

  test("the accuracy of an epoch is counted before each update", () => {
    const network = make([dense(4, "softmax")]);
    const y = wholes(70, 2, 4);
    const { accuracy } = network.evaluate(x(70), y, { metrics: ["accuracy"] });
    const options = {
      epochs: 1,
      batchSize: "full",
      metrics: ["accuracy"],
      validationData: [x(70), y],
    } as const;
    const history = network.fitSync(x(70), y, options);
    expect(history.accuracy).toEqual([accuracy]);
    expect(history.valAccuracy).toEqual([network.evaluate(x(70), y, { metrics: ["accuracy"] }).accuracy]);
    expectClose(history.valLoss ?? [], [network.loss(x(70), y)], 1e-12);
  });

  test("predict writes to out and returns it", () => {
    const network = make([dense(4, "softmax")]);
    const out = new Float32Array(70 * 4);
    expect(network.predict(x(70), { out })).toBe(out);
    expectSameBits(out, network.predict(x(70)));
  });

  test("predictions are copies", () => {
    const network = make([dense(4, "softmax")]);
    const first = network.predict(x(5));
    const kept = first.slice();
    network.predict(floats(5 * INPUTS, 9));
    expectSameBits(first, kept);
  });

  test("logits of ±1000 give finite losses and gradients", () => {
    for (const [layer, loss] of [
      [dense(3, "softmax"), "categoricalCrossentropy"],
      [dense(3), "categoricalCrossentropy"],
      [dense(3, "sigmoid"), "binaryCrossentropy"],
      [dense(3), "binaryCrossentropy"],
    ] as const) {
      const network = new Network({ inputs: 1, layers: [layer], loss, math });
      network.setParams({ W1: [1000, -1000, 0] });
      for (const y of oneHot([0, 1, 2], 3)) {
        const { loss: value, ...gradients } = network.gradients([[1]], [y]);
        expect(Number.isFinite(value)).toBe(true);
        expect(Object.values<Float32Array>(gradients).every((values) => values.every(Number.isFinite))).toBe(
          true,
        );
      }
      // The logit of the true class is 1000 too low or more.
      expect(network.loss([[1]], [[0, 1, 0]])).toBeGreaterThan(600);
    }
  });
});
