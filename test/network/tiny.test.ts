/** Whole steps in one instruction: the bits of the general path, which trains a single row, and who takes which. */

import { expect, test } from "vitest";
import { Op } from "../../assembly/isa.js";
import { dense, Network, sgd } from "../../src/index.js";
import { checkSpec, type SpecOptions } from "../../src/model/spec.js";
import { compile } from "../../src/program/compile.js";
import { plan } from "../../src/program/plan.js";
import { BUILDS, expectSameBits, floats, parametersOf, requestOf, storeOf, wholes } from "../helpers.js";

const WIDTHS = [1, 2, 3, 4];
const SIZES = WIDTHS.flatMap((inputs) => WIDTHS.map((units) => [inputs, units] as const));

// Neither a multiple of four steps in an epoch nor in all.
const ROWS = 7;
const EPOCHS = 3;

const layersOf = (units: number) => [dense(units, "sigmoid"), dense(1, "sigmoid")];

test.each(BUILDS)("$name: the bits of the general path, for every width", (math) => {
  for (const [inputs, units] of SIZES) {
    const make = () =>
      new Network({ inputs, layers: layersOf(units), optimizer: sgd({ learningRate: 0.7 }), seed: 4, math });
    const x = floats(ROWS * inputs, 10 * inputs + units, 3);
    const y = wholes(ROWS, 5, 2);
    const [fitted, stepped] = [make(), make()];
    const { loss } = fitted.fitSync(x, y, { epochs: EPOCHS, batchSize: 1, shuffle: false });
    const losses = Array.from({ length: EPOCHS * ROWS }, (_, step) => {
      const row = step % ROWS;
      return stepped.trainOnBatch(x.subarray(row * inputs, (row + 1) * inputs), [y[row]]);
    });
    expectSameBits(parametersOf(fitted), parametersOf(stepped));
    expectSameBits(fitted.predict(x), stepped.predict(x));
    const means = Array.from({ length: EPOCHS }, (_, epoch) => {
      const own = losses.slice(epoch * ROWS, (epoch + 1) * ROWS);
      return own.reduce((sum, value) => sum + value, 0) / ROWS;
    });
    expect(loss).toEqual(means);
  }
});

test.each(BUILDS)("$name: logits beyond 87 too", (math) => {
  const make = () => {
    const network = new Network({ inputs: 2, layers: layersOf(3), optimizer: sgd(), math });
    network.setParams({
      ...network.getParams(),
      W1: [90, -90, 300, 20, -1e3, 0.5],
      W2: [1e3, -500, 60],
    });
    return network;
  };
  const x = Float32Array.of(1, 0.5, -1, 2, 1e4, -3);
  const [fitted, stepped] = [make(), make()];
  fitted.fitSync(x, [0, 1, 0], { batchSize: 1, epochs: 1, shuffle: false });
  [0, 1, 0].forEach((y, row) => {
    stepped.trainOnBatch(x.subarray(2 * row, 2 * row + 2), [y]);
  });
  expectSameBits(parametersOf(fitted), parametersOf(stepped));
});

test("only plain descent, sample by sample, of a small network of sigmoids is one instruction", () => {
  const isOne = (options: Partial<SpecOptions> = {}, request: Parameters<typeof requestOf>[0] = {}) => {
    const spec = checkSpec({ inputs: 2, layers: layersOf(3), optimizer: sgd(), ...options });
    const store = storeOf(spec);
    const planned = plan(spec, store, requestOf({ batch: 1, rows: 4, targets: "matrix", ...request }));
    const program = compile(spec, planned, store);
    return program.length === 1 && program[0].op === Op.tiny;
  };
  expect(isOne()).toBe(true);
  expect(isOne({ inputs: 5 })).toBe(false);
  expect(isOne({ layers: layersOf(5) })).toBe(false);
  expect(isOne({ layers: [dense(3, "tanh"), dense(1, "sigmoid")] })).toBe(false);
  expect(isOne({ layers: [dense(3, "sigmoid"), dense(2, "sigmoid")] })).toBe(false);
  expect(isOne({ layers: [dense(1, "sigmoid")] })).toBe(false);
  expect(isOne({ layers: [dense(2, "sigmoid"), ...layersOf(3)] })).toBe(false);
  expect(isOne({ loss: "meanSquaredError" })).toBe(false);
  expect(isOne({ optimizer: sgd({ momentum: 0.9 }) })).toBe(false);
  expect(isOne({ optimizer: "adam" })).toBe(false);
  expect(isOne({}, { batch: 2 })).toBe(false);
  expect(isOne({}, { rows: 1 })).toBe(false);
  expect(isOne({ loss: { type: "binaryCrossentropy", labelSmoothing: 0.1 } })).toBe(false);
  expect(isOne({ layers: [dense(3, "sigmoid", { maxNorm: 1 }), dense(1, "sigmoid")] })).toBe(false);
  expect(isOne({ layers: [dense(3, "sigmoid", { bias: false }), dense(1, "sigmoid")] })).toBe(false);
  expect(isOne({ layers: [dense(3, "sigmoid", { trainable: false }), dense(1, "sigmoid")] })).toBe(false);
  expect(isOne({ layers: [dense(3, "sigmoid", { l2: 0.1 }), dense(1, "sigmoid")] })).toBe(false);
  expect(isOne({}, { weighted: true })).toBe(false);
  expect(isOne({}, { byteInputs: true })).toBe(false);
  expect(isOne({}, { counts: { hits: true } })).toBe(false);
  expect(isOne({}, { purpose: "evaluate" })).toBe(false);
});
