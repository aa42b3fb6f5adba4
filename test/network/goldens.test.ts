/** Every run computed by PyTorch in float64. */

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type ActivationName, dense, type LossName, Network, type OptimizerSpec } from "../../src/index.js";
import { checkOptimizer } from "../../src/model/optimizers.js";
import { BUILDS, expectClose, flatten, oneHot, toLayers } from "../helpers.js";
import { backward, type Net, predict, type Row, train } from "../reference.js";

type Layer = { weights: Row[]; bias: Row };

interface Golden {
  name: string;
  inputs: number;
  layers: { units: number; activation: ActivationName; l1?: number; l2?: number }[];
  loss: LossName | "sparseCategoricalCrossentropy";
  optimizer: Partial<OptimizerSpec> & { type: OptimizerSpec["type"] };
  clip?: { norm?: number; value?: number };
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

test("there are 35 cases", () => {
  expect(goldens.length).toBe(35);
});

const flat = (layers: Layer[]): number[] =>
  flatten(layers.map(({ weights, bias }) => ({ W: weights, b: bias })));

function build(golden: Golden, math: (typeof BUILDS)[number]): Network {
  const { inputs, layers, loss, optimizer, initial, clip } = golden;
  const network = new Network({
    inputs,
    layers: layers.map(({ units, activation, l1, l2 }) => dense(units, activation, { l1, l2 })),
    loss,
    optimizer: checkOptimizer({ ...optimizer, clipNorm: clip?.norm, clipValue: clip?.value }),
    math,
  });
  initial.forEach(({ weights, bias }, i) => {
    network.setParams({ [`W${i + 1}`]: weights, [`b${i + 1}`]: bias });
  });
  return network;
}

describe.each(BUILDS)("$name", (math) => {
  test.each(goldens)("$name", (golden) => {
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
  const isPlain = ({ optimizer, clip, layers }: Golden): boolean =>
    ["sgd", "adam"].includes(optimizer.type) && !clip && layers.every(({ l1, l2 }) => !l1 && !l2);
  const cases = goldens.filter(isPlain);

  test("answers for sgd and adam without penalties and clipping", () => {
    expect(cases.length).toBeGreaterThanOrEqual(25);
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
      optimizer: checkOptimizer(optimizer) as Net["optimizer"],
    };
    expectClose(predict(net, x).flat(), expected.predictionBefore.flat(), 1e-9);
    const gradients = backward(net, x.slice(0, batchSize), y.slice(0, batchSize));
    expectClose(flatten(gradients.layers), flat(expected.firstBatchGradients), 1e-9);
    expectClose(train(net, x, y, epochs, batchSize), expected.dataLossPerStep, 1e-9);
    expectClose(flatten(net.layers), flat(expected.final), 1e-9);
  });
});
