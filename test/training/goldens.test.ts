/** Runs computed by PyTorch in float64: the cases whose activations, loss and optimizer exist here. */

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type ActivationName, dense, type LossName, Network, type OptimizerSpec } from "../../src/index.js";
import { ACTIVATIONS, LOSSES } from "../../src/spec/names.js";
import { checkOptimizer } from "../../src/spec/optimizers.js";
import { BUILDS, expectClose, flatten, oneHot, toLayers } from "../helpers.js";
import { activations, backward, type Net, predict, type Row, train } from "../reference.js";

type Layer = { weights: Row[]; bias: Row };

interface Golden {
  name: string;
  inputs: number;
  layers: { units: number; activation: ActivationName; l1?: number; l2?: number }[];
  loss: LossName | "sparseCategoricalCrossentropy";
  optimizer: Partial<OptimizerSpec> & { type: OptimizerSpec["type"] };
  clip?: unknown;
  batchSize: number;
  epochs: number;
  x: Row[];
  y: Row[];
  initial: Layer[];
  expected: {
    predictionBefore: Row[];
    predictionAfter: Row[];
    firstBatchGradients: Layer[];
    dataLossPerStep: number[];
    final: Layer[];
  };
}

const goldens: Golden[] = JSON.parse(readFileSync(new URL("../goldens/torch.json", import.meta.url), "utf8"));

function hasOptimizer({ optimizer }: Golden): boolean {
  try {
    return Boolean(checkOptimizer(optimizer));
  } catch {
    return false;
  }
}

const usesKnown = (golden: Golden, known: readonly string[]): boolean =>
  golden.layers.every((layer) => known.includes(layer.activation) && !layer.l1 && !layer.l2) &&
  golden.clip === undefined &&
  [...LOSSES, "sparseCategoricalCrossentropy"].includes(golden.loss) &&
  hasOptimizer(golden);

const selected = goldens.filter((golden) => usesKnown(golden, ACTIVATIONS));

test("the cases that match are at least twelve", () => {
  expect(selected.length).toBeGreaterThanOrEqual(12);
});

const flat = (layers: Layer[]): number[] =>
  flatten(layers.map(({ weights, bias }) => ({ W: weights, b: bias })));

function build({ inputs, layers, loss, optimizer, initial }: Golden, math: (typeof BUILDS)[number]): Network {
  const network = new Network({
    inputs,
    layers: layers.map(({ units, activation }) => dense(units, activation)),
    loss,
    optimizer: checkOptimizer(optimizer),
    math,
  });
  initial.forEach(({ weights, bias }, i) => {
    network.setParams({ [`W${i + 1}`]: weights, [`b${i + 1}`]: bias });
  });
  return network;
}

describe.each(BUILDS)("$name", (math) => {
  test.each(selected)("$name", (golden) => {
    const { x, expected, batchSize, epochs } = golden;
    const y = golden.loss === "sparseCategoricalCrossentropy" ? golden.y.flat() : golden.y;
    const network = build(golden, math);
    expectClose(network.predict(x), expected.predictionBefore.flat());

    const gradients = network.gradients(x.slice(0, batchSize), y.slice(0, batchSize) as Row[]);
    expectClose(flatten(toLayers(network, gradients)), flat(expected.firstBatchGradients));

    const losses: number[] = [];
    const onBatch = ({ loss }: { loss: number }) => losses.push(loss);
    network.fitSync(x, y, { epochs, batchSize, shuffle: false, onBatch });
    expectClose(losses, expected.dataLossPerStep);
    expectClose(flatten(toLayers(network)), flat(expected.final));
    expectClose(network.predict(x), expected.predictionAfter.flat());
  });
});

describe("the reference", () => {
  // The optimizers' cases run on silu: with it the reference answers for them too.
  const silu = (z: number): number => z / (1 + Math.exp(-z));
  const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));
  activations.silu ??= { f: silu, df: (z, a) => a + sigmoid(z) * (1 - a) };

  const cases = goldens.filter((golden) => usesKnown(golden, Object.keys(activations)));

  test("has the optimizers' cases too", () => {
    expect(cases.filter(({ name }) => name.startsWith("optimizer")).length).toBeGreaterThanOrEqual(5);
  });

  test.each(cases)("$name", (golden) => {
    const { x, expected, batchSize, epochs, layers, initial, optimizer } = golden;
    const isSparse = golden.loss === "sparseCategoricalCrossentropy";
    const loss = isSparse ? "categoricalCrossentropy" : (golden.loss as LossName);
    const y = isSparse ? oneHot(golden.y.flat(), layers[layers.length - 1].units) : golden.y;
    const parameters = structuredClone(initial);
    const net: Net = {
      layers: layers.map(({ activation }, i) => ({
        activation,
        W: parameters[i].weights,
        b: parameters[i].bias,
      })),
      loss,
      optimizer: checkOptimizer(optimizer),
    };
    expectClose(predict(net, x).flat(), expected.predictionBefore.flat(), 1e-9);
    const gradients = backward(net, x.slice(0, batchSize), y.slice(0, batchSize));
    expectClose(flatten(gradients.layers), flat(expected.firstBatchGradients), 1e-9);
    expectClose(train(net, x, y, epochs, batchSize), expected.dataLossPerStep, 1e-9);
    expectClose(flatten(net.layers), flat(expected.final), 1e-9);
  });
});
