/** A row of weight 0 has no influence, whatever it computes: not even infinite numbers inside the network. */

import { describe, expect, test } from "vitest";
import { Activation, Optimizer } from "../../assembly/isa.js";
import {
  type ActivationName,
  activation,
  type Batch,
  batchNorm,
  dense,
  dropout,
  type FitOptions,
  gaussianNoise,
  type LayerInput,
  type LossInput,
  layerNorm,
  Network,
  type NetworkOptions,
} from "../../src/index.js";
import { namesOf } from "../assembly/names.js";
import { expectClose, floats, parametersOf, toRows } from "../helpers.js";
import "../../src/lbfgs.js";

const INPUTS = 3;
const rows = toRows(floats(24 * INPUTS, 1), INPUTS);
const classes = rows.map((row) => Number(row[0] + row[1] > 0));
const targets = rows.map((row) => [Math.abs(row[0]), Math.abs(row[1] * row[2])]);
/** Numbers that float32 holds, and that overflow in the first products. */
const HUGE = [3e38, 3e38, 3e38];

/** The rows with others between them that overflow and weigh 0. */
function spoil<T>(values: readonly T[], other: T): T[] {
  return values.flatMap((value, i) => (i % 3 === 0 ? [other, value] : [value]));
}
const isKept = spoil(
  rows.map(() => 1),
  0,
);
const sampleWeight = isKept;

/** A network with weights so large that HUGE becomes infinite in the first layer. */
function make(layers: LayerInput[], options: Partial<NetworkOptions> = {}): Network {
  const network = new Network({ inputs: INPUTS, layers, seed: 4, ...options });
  const { W1 } = network.getParams();
  if (W1) network.setParams({ W1: W1.map((w) => Math.abs(w) + 1) });
  return network;
}

/** Trains with rows that weigh 0 and without them, and compares losses, metrics and parameters. */
function compare(
  layers: LayerInput[],
  options: Partial<NetworkOptions>,
  y: readonly (number | number[])[] = classes,
  metrics: FitOptions["metrics"] = ["accuracy", "f1", "auc", "meanAbsoluteError", "r2"],
): void {
  const [network, twin] = [make(layers, options), make(layers, options)];
  const fit: FitOptions = { batchSize: "full", shuffle: false, epochs: 3, metrics };
  const [x, others] = [spoil(rows, HUGE), spoil(y, y[1])] as [number[][], number[]];
  const data = [x, others, sampleWeight] as const;
  const actual = network.fitSync(x, others, { ...fit, sampleWeight, validationData: data });
  const wanted = twin.fitSync(rows, y as number[], { ...fit, validationData: [rows, y as number[]] });
  for (const [name, values] of Object.entries(wanted)) {
    if (Array.isArray(values)) expectClose(actual[name as "loss"], values as number[], 1e-3);
  }
  expectClose(parametersOf(network), parametersOf(twin), 1e-3);
}

describe("Every activation before another layer", () => {
  test.each(namesOf(Activation) as ActivationName[])("%s", (name) => {
    compare([dense(5, name), dense(2, "softmax")], { optimizer: { type: "sgd", learningRate: 0.01 } });
  });
});

describe("Every kind of layer", () => {
  test.each<[string, LayerInput[]]>([
    ["batchNorm", [dense(5), batchNorm(), dense(4, "relu"), dense(2, "softmax")]],
    ["batchNorm first", [batchNorm(), dense(5, "relu"), dense(2, "softmax")]],
    ["frozen batchNorm", [dense(5), batchNorm({ trainable: false }), dense(2, "softmax")]],
    ["layerNorm", [dense(5, "relu"), layerNorm(), dense(2, "softmax")]],
    ["layerNorm first", [layerNorm(), dense(5, "relu"), dense(2, "softmax")]],
    ["activation", [dense(5), activation("gelu"), dense(2, "softmax")]],
    ["dropout of nothing", [dense(5, "relu"), dropout(0), dense(2, "softmax")]],
    ["a frozen layer", [dense(5, "relu", { trainable: false }), dense(4, "tanh"), dense(2, "softmax")]],
    ["penalties and limits", [dense(5, "relu", { l2: 0.01, maxNorm: 9 }), dense(2, "softmax")]],
  ])("%s", (_, layers) => {
    compare(layers, { optimizer: { type: "sgd", learningRate: 0.01 } });
  });
});

describe("Every optimizer", () => {
  test.each([...namesOf(Optimizer), "lbfgs"])("%s", (type) => {
    const optimizer = { type } as NetworkOptions["optimizer"];
    compare([dense(5, "relu"), dense(2, "softmax")], { optimizer });
  });
});

describe("Every loss", () => {
  test.each<[string, LossInput, ActivationName, boolean]>([
    ["linear", "meanSquaredError", "linear", false],
    ["linear", "meanAbsoluteError", "linear", false],
    ["linear", "huber", "linear", false],
    ["linear", "logCosh", "linear", false],
    ["softplus", "poisson", "softplus", false],
    ["softmax", "klDivergence", "softmax", false],
    ["sigmoid", "klDivergence", "sigmoid", false],
    ["sigmoid", "binaryCrossentropy", "sigmoid", false],
    ["hardSigmoid", "binaryCrossentropy", "hardSigmoid", false],
    ["softmax", "binaryCrossentropy", "softmax", true],
    ["sigmoid", "categoricalCrossentropy", "sigmoid", true],
    ["linear", "categoricalCrossentropy", "linear", true],
    ["tanh", "hinge", "tanh", true],
  ])("%s, %s", (_, loss, last, isChoice) => {
    const y = isChoice
      ? classes.map((label) => [1 - label, label])
      : targets.map(([a, b]) => [Math.min(a, 1), Math.min(b, 1)]);
    const layers = [dense(5, "relu"), dense(2, last)];
    compare(
      layers,
      { loss, optimizer: { type: "sgd", learningRate: 0.001 } },
      y,
      isChoice ? undefined : ["r2"],
    );
  });
});

describe("Every way to train", () => {
  const layers = [dense(5, "relu"), batchNorm(), dense(2, "softmax")];
  const x = spoil(rows, HUGE);
  const y = spoil(classes, 1);
  const twin = make(layers);
  const loss = twin.trainOnBatch(rows, classes);

  test("trainOnBatch", () => {
    const network = make(layers);
    expect(network.trainOnBatch(x, y, { sampleWeight })).toBeCloseTo(loss, 5);
    expectClose(parametersOf(network), parametersOf(twin), 1e-3);
  });

  test("partialFit, a source, and a worker", async () => {
    const ways: ((network: Network) => unknown)[] = [
      (network) => network.partialFit(x, y, { sampleWeight, batchSize: x.length }),
      (network) => network.fit(new Set<Batch>([[x, y, sampleWeight]])),
      (network) => network.fit(x, y, { sampleWeight, batchSize: "full", worker: true }),
    ];
    for (const way of ways) {
      const network = make(layers);
      await way(network);
      expectClose(parametersOf(network), parametersOf(twin), 1e-3);
    }
  });

  test("short batches, batches of which one row counts or none, dropout and noise", () => {
    const others = [dense(5, "relu"), dropout(0.3), batchNorm(), gaussianNoise(0.1), dense(2, "softmax")];
    for (const batchSize of [1, 2, 5]) {
      const network = make(others);
      const history = network.fitSync(x, y, { sampleWeight, batchSize, epochs: 4 });
      expect(history.loss.every(Number.isFinite)).toBe(true);
      expect(parametersOf(network).every(Number.isFinite)).toBe(true);
    }
  });

  test("what a custom metric is given stays the prediction, in each epoch", () => {
    const seen: number[][] = [];
    const measure = (outputs: Float32Array) => seen.push(Array.from(outputs));
    const network = new Network({
      inputs: 1,
      layers: [dense(1)],
      optimizer: { type: "sgd", learningRate: 0 },
    });
    network.setParams({ W1: [2], b1: [1] });
    const options = { sampleWeight: [1, 0, 1], metrics: [{ name: "own", measure }], epochs: 3 };
    network.fitSync([1, 2, 3], [1, 2, 3], { ...options, batchSize: "full", shuffle: false });
    network.evaluate([1, 2, 3], [1, 2, 3], { sampleWeight: [1, 0, 1], metrics: options.metrics });
    expect(seen).toEqual(Array.from({ length: 4 }, () => [3, 5, 7]));
  });
});
