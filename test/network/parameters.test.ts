/** Parameters and whole networks, out and in again. */

import { expect, test } from "vitest";
import { adam, dense, Network, piecewise, sgd } from "../../src/index.js";
import { relaxed } from "../../src/relaxed.js";
import { denseLayers, expectSameBits, floats, parametersOf, toRows, wholes } from "../helpers.js";

const x = floats(40 * 9, 1);
const y = wholes(40, 2, 3);

const make = (seed = 0): Network =>
  new Network({ inputs: 9, layers: [dense(17, "tanh"), dense(3, "softmax")], seed, inputScale: 0.25 });

test("getParams gives W as [units][inputs] and b, as copies", () => {
  const network = make();
  const params = network.getParams();
  expect(Object.entries(params).map(([name, values]) => [name, values.length])).toEqual([
    ["W1", 17 * 9],
    ["b1", 17],
    ["W2", 3 * 17],
    ["b2", 3],
  ]);
  const before = params.W1.slice();
  params.W1.fill(0);
  expectSameBits(network.getParams().W1, before);
});

test("a weight of [unit][input] is the slope of that output by that input", () => {
  const network = new Network({ inputs: 3, layers: [dense(10)] });
  const { W1, b1 } = network.getParams();
  for (let input = 0; input < 3; input++) {
    const outputs = network.predict([0, 1, 2].map((i) => Number(i === input)));
    outputs.forEach((output, unit) => {
      expect(output).toBe(Math.fround(W1[unit * 3 + input] + b1[unit]));
    });
  }
});

test("initial weights keep within He's and Glorot's limits, biases are 0", () => {
  const { W1, b1, W2, b2 } = new Network([100, 50, 10]).getParams();
  const largest = (values: Float32Array) => Math.max(...values.map(Math.abs));
  expect(largest(W1)).toBeLessThanOrEqual(Math.sqrt(6 / 100));
  expect(largest(W1)).toBeGreaterThan(0.99 * Math.sqrt(6 / 100));
  expect(largest(W2)).toBeLessThanOrEqual(Math.sqrt(6 / 60));
  expect(largest(W2)).toBeGreaterThan(0.95 * Math.sqrt(6 / 60));
  expect([...b1, ...b2].every((bias) => bias === 0)).toBe(true);
});

test("setParams takes flat arrays, rows and single parameters", () => {
  const [source, target] = [make(1), make(2)];
  const params = source.getParams();
  const untouched = target.getParams();
  target.setParams({ W1: toRows(params.W1, 9), b2: Array.from(params.b2) });
  expectSameBits(target.getParams().W1, params.W1);
  expectSameBits(target.getParams().W2, untouched.W2);
  target.setParams(params);
  expectSameBits(parametersOf(target), parametersOf(source));
  expectSameBits(target.predict(x), source.predict(x));
  target.setParams({ W2: toRows(params.W2, 17).map((row) => Float64Array.from(row)) });
  expectSameBits(parametersOf(target), parametersOf(source));
});

test("toJSON and fromJSON keep every bit, through text", () => {
  const network = make(5);
  network.fitSync(x, y, { epochs: 3 });
  // The smallest, the largest and other numbers whose shortest decimals are long.
  network.setParams({ b2: [1.1754943508222875e-38, 3.4028234663852886e38, -1.401298464324817e-45] });
  const text = JSON.stringify(network);
  for (const json of [network.toJSON(), text, JSON.parse(text)]) {
    const copy = Network.fromJSON(json);
    expectSameBits(parametersOf(copy), parametersOf(network));
    expect(copy.spec).toEqual(network.spec);
    expect(JSON.stringify(copy)).toBe(text);
  }
});

test("a network from JSON predicts and trains as the one that wrote it did from there", () => {
  const network = make(5);
  const copy = Network.fromJSON(JSON.stringify(network));
  expectSameBits(copy.predict(x), network.predict(x));
  expect(copy.fitSync(x, y, { epochs: 2 })).toEqual(network.fitSync(x, y, { epochs: 2 }));
  expectSameBits(parametersOf(copy), parametersOf(network));
});

test("toJSON is plain data with the whole spec", () => {
  const json = make(5).toJSON();
  expect(json).toMatchObject({
    format: "densely",
    version: 2,
    inputs: 9,
    layers: [
      { type: "dense", units: 17, activation: "tanh" },
      { type: "dense", units: 3, activation: "softmax" },
    ],
    loss: { type: "categoricalCrossentropy", labelSmoothing: 0 },
    optimizer: adam(),
    seed: 5,
    inputScale: 0.25,
  });
  expect(JSON.parse(JSON.stringify(json))).toEqual(json);
  expect(Object.keys(json.params)).toEqual(["W1", "b1", "W2", "b2"]);
});

test("JSON of version 1 is read, and what it does not say is a default", () => {
  const network = make(5);
  const { loss, optimizer: _, ...json } = network.toJSON();
  const copy = Network.fromJSON({ ...json, loss: loss.type, version: 1 });
  expectSameBits(copy.predict(x), network.predict(x));
  expect(copy.spec.loss).toEqual(loss);
  expect(copy.spec.optimizer).toEqual(adam());
});

test("fromJSON takes the build", () => {
  const copy = Network.fromJSON(make().toJSON(), { math: relaxed });
  expect(copy.math).toBe("relaxed");
  expect(make().math).toBe("strict");
});

test("spec is complete, and a copy", () => {
  const network = new Network({ inputs: 2, layers: [dense(1)], optimizer: "sgd" });
  const { spec } = network;
  expect(spec).toEqual({
    inputs: 2,
    layers: [dense(1)],
    loss: { type: "meanSquaredError" },
    optimizer: sgd(),
    seed: 0,
    inputScale: 1 / 255,
  });
  spec.layers[0] = dense(5);
  expect(network.spec.layers[0]).toEqual(dense(1));
});

test("spec has a learning rate that is a function, and copies the rest of a schedule", () => {
  const rate = (step: number): number => 1 / (1 + step);
  const network = new Network({ inputs: 2, layers: [dense(1)], optimizer: sgd({ learningRate: 1 }) });
  network.learningRate = rate;
  expect(network.spec.optimizer.learningRate).toEqual({ type: "custom", rate });
  network.learningRate = piecewise({ boundaries: [1], rates: [1, 2] });
  for (const copy of [network.spec.optimizer.learningRate, network.learningRate]) {
    (copy as { rates: number[] }).rates[0] = 3;
  }
  expect(network.learningRate).toEqual(piecewise({ boundaries: [1], rates: [1, 2] }));
});

test.each([
  [[4, 16, 3], ["relu", "softmax"], "categoricalCrossentropy"],
  [[2, 3, 4, 1], ["relu", "relu", "sigmoid"], "binaryCrossentropy"],
  [[5, 2], ["softmax"], "categoricalCrossentropy"],
])("the shorthand %j", (sizes, activations, loss) => {
  const network = new Network(sizes);
  const layers = denseLayers(network);
  expect([network.spec.inputs, ...layers.map(({ units }) => units)]).toEqual(sizes);
  expect(layers.map(({ activation }) => activation)).toEqual(activations);
  expect(network.spec.loss.type).toBe(loss);
});

test("explain and summary tell of this network and change nothing", () => {
  const network = make();
  const before = { bytes: network.memoryBytes, params: network.getParams() };
  expect(network.explain({ batchSize: 100_000 })).toMatch(/^One training step of 9-17-3, batch of 100000:\n/);
  expect(network.explain()).toMatch(/batch of 32:\n.*\n.*\nZ1 = W1·A0 \+ b1 +17x32 +@[0-9a-f]{6}\n/);
  expect(network.summary()).toContain(
    `${9 * 17 + 17 + 17 * 3 + 3} parameters, categoricalCrossentropy, adam`,
  );
  expect({ bytes: network.memoryBytes, params: network.getParams() }).toEqual(before);
});
