/** Training runs with the parts that torch.json does not have, computed by PyTorch in float64: test/goldens/torch-parts.py. */

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type LayerInput, type LossInput, Network, type OptimizerInput } from "../../src/index.js";
import { BUILDS, expectClose } from "../helpers.js";

interface Golden {
  name: string;
  inputs: number;
  layers: LayerInput[];
  loss: LossInput;
  optimizer: OptimizerInput;
  batchSize: number;
  epochs: number;
  x: number[];
  y: number[];
  initial: Record<string, number[]>;
  /** The gradient of each output by the inputs of the first batch. */
  outputGradients: number[][];
  /** The loss of each batch. */
  losses: number[];
  final: Record<string, number[]>;
}

const path = new URL("../goldens/torch-parts.json", import.meta.url);
const goldens: Golden[] = JSON.parse(readFileSync(path, "utf8"));

test("there are 15 cases", () => {
  expect(goldens.length).toBe(15);
});

describe.each(BUILDS)("$name", (math) => {
  test.each(goldens)("$name", (golden) => {
    const { inputs, layers, loss, optimizer, initial, final, x, y, epochs, batchSize } = golden;
    const network = new Network({ inputs, layers, loss, optimizer, math });
    expect(Object.keys(initial).sort()).toEqual(Object.keys(network.getParams()).sort());
    network.setParams(initial);
    golden.outputGradients.forEach((slopes, output) => {
      expectClose(network.outputGradients(x.slice(0, batchSize * inputs), { output }), slopes);
    });
    const losses: number[] = [];
    const onBatch = (report: { loss: number }) => void losses.push(report.loss);
    network.fitSync(x, y, { epochs, batchSize, shuffle: false, onBatch });
    expectClose(losses, golden.losses, 1e-5);
    for (const [name, values] of Object.entries(network.getParams())) expectClose(values, final[name]);
  });
});
