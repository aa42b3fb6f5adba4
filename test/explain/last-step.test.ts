/** The memory that the last training step left, against the step computed by other ways. */

import { describe, expect, it } from "vitest";
import { lastStep, type StepLine } from "../../src/explain.js";
import { adam, batchNorm, dense, dropout, Network, sgd } from "../../src/index.js";
import { lbfgs } from "../../src/lbfgs.js";

const ROWS = 10;
const x = Float32Array.from({ length: 2 * ROWS }, (_, i) => Math.sin(i * i));
const y = Float32Array.from({ length: ROWS }, (_, i) => Number(x[2 * i] > x[2 * i + 1]));

function make(): Network {
  const layers = [dense(4, "tanh"), dense(3, "tanh"), dense(1, "sigmoid")];
  return new Network({ inputs: 2, layers, optimizer: adam({ learningRate: 0.1 }) });
}

/** The values of the line that an equation begins. */
function valuesOf(lines: readonly StepLine[], begin: string): number[] {
  const line = lines.find(({ equation }) => equation.startsWith(begin));
  return Array.from(line?.values ?? []);
}

/** Lines as `explain` prints them. */
function asText(lines: readonly StepLine[]): string[] {
  return lines.map(({ equation, rows, cols, address }) =>
    [equation, `${rows}x${cols}`, `@${address.toString(16).padStart(6, "0")}`].join(" "),
  );
}

function expectClose(values: readonly number[], truth: ArrayLike<number>): void {
  expect(values).toHaveLength(truth.length);
  values.forEach((value, i) => {
    expect(value).toBeCloseTo(truth[i], 5);
  });
}

describe("lastStep", () => {
  it("has the lines of explain, with the same addresses", () => {
    const network = make();
    network.fitSync(x, y, { epochs: 1, batchSize: 5 });
    const [, ...printed] = network.explain({ batchSize: 5 }).split("\n");
    expect(asText(lastStep(network))).toEqual(printed.map((line) => line.replace(/ {2,}/g, " ")));
  });

  it("has the activations and the gradients of the parameters before the step", () => {
    const network = make();
    const [first, second] = [0, 1].map((layer) => network.activations(x, layer));
    const { W1, W2, W3 } = network.gradients(x, y);
    network.fitSync(x, y, { batchSize: "full", shuffle: false });
    const lines = lastStep(network);
    expectClose(valuesOf(lines, "A0"), x);
    expectClose(valuesOf(lines, "A1"), first);
    expectClose(valuesOf(lines, "A2"), second);
    for (const [name, truth] of Object.entries({ W1, W2, W3 }))
      expectClose(valuesOf(lines, `d${name} =`), truth);
  });

  it("has Z as the float64 product of the weights before the step", () => {
    const network = make();
    const { W1, b1 } = network.getParams();
    network.trainOnBatch(x, y);
    const z = Array.from({ length: 4 * ROWS }, (_, i) => {
      const [row, unit] = [Math.floor(i / 4), i % 4];
      return W1[2 * unit] * x[2 * row] + W1[2 * unit + 1] * x[2 * row + 1] + b1[unit];
    });
    expectClose(valuesOf(lastStep(network), "Z1"), z);
  });

  it("has no values where a later line writes to the same place", () => {
    const network = make();
    network.trainOnBatch(x, y);
    const lines = lastStep(network);
    const [dA1, dZ1] = ["dA1", "dZ1"].map((name) => lines.find(({ equation }) => equation.startsWith(name)));
    expect(dA1?.address).toBe(dZ1?.address);
    expect(dA1?.values).toBeUndefined();
    expect(dZ1?.values).toHaveLength(4 * ROWS);
  });

  it("has only the samples of a last batch that is shorter", () => {
    const network = make();
    network.fitSync(x, y, { batchSize: 4, shuffle: false });
    expectClose(valuesOf(lastStep(network), "A0"), x.subarray(16));
    network.fitSync(x, y, { batchSize: 4, shuffle: false, maxSteps: 1 });
    expectClose(valuesOf(lastStep(network), "A0"), x.subarray(0, 8));
  });

  it("follows the fit that ran last", () => {
    const network = make();
    network.fitSync(x, y, { batchSize: 4 });
    network.fitSync(x, y, { batchSize: 2 });
    expect(lastStep(network)[0].cols).toBe(2);
    network.fitSync(x, y, { batchSize: 4, shuffle: false });
    network.predict(x);
    network.evaluate(x, y);
    expectClose(valuesOf(lastStep(network), "A0"), x.subarray(16));
  });

  it("has the mask of dropout and the statistics of batchNorm as they were", () => {
    const layers = [dense(6, "relu"), batchNorm(), dropout(0.5), dense(1)];
    const network = new Network({ inputs: 2, layers });
    network.trainOnBatch(x, y);
    const lines = lastStep(network);
    const [normed, dropped] = [valuesOf(lines, "N1"), valuesOf(lines, "D1")];
    expect(dropped.some((value) => value === 0)).toBe(true);
    dropped.forEach((value, i) => {
      if (value !== 0) expect(value).toBeCloseTo(2 * normed[i], 4);
    });
  });

  it("has the loss of a tiny network, whose step is one instruction", () => {
    const layers = [dense(3, "sigmoid"), dense(1, "sigmoid")];
    const network = new Network({ inputs: 2, layers, optimizer: sgd({ learningRate: 0 }) });
    network.fitSync(x, y, { batchSize: 1, shuffle: false });
    const lines = lastStep(network);
    expect(lines).toHaveLength(1);
    expectClose(Array.from(lines[0].values ?? []), [network.loss(x.subarray(18), y.subarray(9))]);
  });

  it("has the factors of weighted rows", () => {
    const network = make();
    network.fitSync(x, y, { batchSize: "full", shuffle: false, sampleWeight: y.map((value) => 1 + value) });
    for (const { values } of lastStep(network))
      for (const value of values ?? []) expect(value).toBeTypeOf("number");
  });

  it("is empty where no step is in memory", () => {
    const network = make();
    expect(lastStep(network)).toEqual([]);
    network.predict(x);
    expect(lastStep(network)).toEqual([]);
    network.trainOnBatch(x, y);
    network.compile({ optimizer: "sgd" });
    expect(lastStep(network)).toEqual([]);
  });

  it("lists the instructions of lbfgs", () => {
    const network = new Network({ inputs: 2, layers: [dense(3, "tanh"), dense(1)], optimizer: lbfgs() });
    network.fitSync(x, y, { epochs: 2 });
    expect(lastStep(network).map(({ equation }) => equation)).toContain("A1 = tanh(Z1)");
  });

  it("refuses a network that was disposed of", () => {
    const network = make();
    network.dispose();
    expect(() => lastStep(network)).toThrow("lastStep");
  });
});
