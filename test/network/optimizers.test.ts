/** Every optimizer reaches the minimum of a convex problem, and learns to read digits. */

import { describe, expect, test } from "vitest";
import { type Digits, testDigits, trainingDigits } from "../../examples/digits.js";
import {
  adadelta,
  adagrad,
  adam,
  adamw,
  cosineDecay,
  dense,
  type FitOptions,
  lion,
  Network,
  nadam,
  type OptimizerSpec,
  rmsprop,
  sgd,
} from "../../src/index.js";
import { lbfgs } from "../../src/lbfgs.js";
import { checkOptimizer } from "../../src/model/optimizers.js";
import OPTIMIZERS from "../../src/program/optimizers.js";
import { BUILDS, expectClose, floats, toRows } from "../helpers.js";

const STEPS = 3000;
/** Optimizers that take steps of a fixed size end where those are small. */
const falling = (learningRate: number) => cosineDecay({ learningRate, steps: STEPS });

const CONVEX: [string, OptimizerSpec][] = [
  ["sgd", sgd({ learningRate: 0.1 })],
  ["sgd with momentum", sgd({ learningRate: 0.05, momentum: 0.9 })],
  ["sgd with nesterov", sgd({ learningRate: 0.05, momentum: 0.9, nesterov: true })],
  ["rmsprop", rmsprop({ learningRate: falling(0.02) })],
  [
    "rmsprop, centered, with momentum",
    rmsprop({ learningRate: falling(0.005), centered: true, momentum: 0.9 }),
  ],
  ["adagrad", adagrad({ learningRate: 0.5 })],
  ["adadelta", adadelta({ learningRate: falling(20) })],
  ["adam", adam({ learningRate: falling(0.05) })],
  ["adam with amsgrad", adam({ learningRate: 0.05, amsgrad: true })],
  ["adamw", adamw({ learningRate: falling(0.05), weightDecay: 0 })],
  ["nadam", nadam({ learningRate: falling(0.05) })],
  ["lion", lion({ learningRate: falling(0.01) })],
  ["lbfgs", lbfgs()],
];
/** An optimizer that is not listed has one case by itself. */
for (const type of Object.keys(OPTIMIZERS)) {
  if (CONVEX.some(([, listed]) => listed.type === type)) continue;
  CONVEX.push([type, checkOptimizer({ type, learningRate: falling(0.05) })]);
}

const ROWS = 60;
const WEIGHTS = [1.5, -2, 0.25, 3];
const BIAS = -0.75;
const x = floats(ROWS * WEIGHTS.length, 1);
const y = toRows(x, WEIGHTS.length).map((row) =>
  row.reduce((sum, value, i) => sum + value * WEIGHTS[i], BIAS),
);

describe.each(BUILDS)("$name", (math) => {
  test.each(CONVEX)("%s finds the line through the points", (_, optimizer) => {
    const network = new Network({ inputs: WEIGHTS.length, layers: [dense(1)], optimizer, math });
    const started = network.loss(x, y);
    network.fitSync(x, y, { epochs: STEPS, batchSize: "full" });
    expect(started).toBeGreaterThan(1);
    expect(network.loss(x, y)).toBeLessThan(1e-6);
    expectClose(network.getParams().W1, WEIGHTS, 1e-3);
    expectClose(network.getParams().b1, [BIAS], 1e-3);
  });

  test.each<[string, OptimizerSpec]>([
    ["sgd", sgd({ learningRate: 0.1, weightDecay: 0.5 })],
    ["adam", adam({ learningRate: falling(0.05), weightDecay: 0.5 })],
    ["rmsprop", rmsprop({ learningRate: falling(0.01), weightDecay: 0.5 })],
  ])("%s finds the minimum that its weight decay has moved", (_, optimizer) => {
    const layers = [dense(1, "linear", { bias: false })];
    const network = new Network({ inputs: 1, layers, optimizer, math });
    network.fitSync([1], [2], { epochs: STEPS });
    // 2(w - 2) + 0.5·w = 0
    expectClose(network.getParams().W1, [1.6], 1e-3);
  });

  test.each<[string, OptimizerSpec]>([
    ["adamw", adamw({ learningRate: 0.1, weightDecay: 0.25 })],
    ["lion", lion({ learningRate: 0.1, weightDecay: 0.25 })],
  ])("%s decays weights that have no gradient by rate and decay alone", (_, optimizer) => {
    const layers = [dense(1, "linear", { bias: false, init: { type: "constant", value: 3 } })];
    const network = new Network({ inputs: 1, layers, optimizer, math });
    network.fitSync([0], [2], { epochs: 10 });
    expectClose(network.getParams().W1, [3 * 0.975 ** 10], 1e-6);
  });
});

const DIGITS: [string, OptimizerSpec][] = [
  ["sgd", sgd({ learningRate: 0.02, momentum: 0.9 })],
  ["rmsprop", rmsprop({ learningRate: 0.001 })],
  ["adagrad", adagrad({ learningRate: 0.02 })],
  ["adadelta", adadelta()],
  ["adam", adam()],
  ["adamw", adamw()],
  ["nadam", nadam()],
  ["lion", lion({ learningRate: 5e-4 })],
];

/** The first of them, pixel by pixel. */
const first = ({ pixels, labels }: Digits, count: number) =>
  [pixels.subarray(0, count * 784), labels.subarray(0, count)] as const;

/** Accuracy on test digits after training on a number of digits with `optimizer`. */
function accuracyOf(
  optimizer: OptimizerSpec,
  rows: number,
  options: FitOptions,
  units = 64,
): number | undefined {
  const layers = [dense(units, "relu"), dense(10, "softmax")];
  const network = new Network({ inputs: 784, layers, optimizer, seed: 1 });
  network.fitSync(...first(trainingDigits(), rows), options);
  const { pixels, labels } = testDigits();
  return network.evaluate(pixels, labels, { metrics: ["accuracy"] }).accuracy;
}

test.each(DIGITS)("%s reads nine of ten digits after two epochs of 10,000", (_, optimizer) => {
  expect(accuracyOf(optimizer, 10_000, { epochs: 2 })).toBeGreaterThan(0.9);
});

test("lbfgs reads nine of ten digits after forty steps over 5,000", () => {
  expect(accuracyOf(lbfgs(), 5000, { epochs: 40 }, 32)).toBeGreaterThan(0.9);
});

test.each(BUILDS)("gradients are clipped by value first, then by norm: $name", (math) => {
  const [x, y] = [floats(30 * 4, 1, 3), floats(30 * 3, 2, 9)];
  const clipped = { learningRate: 1, clipValue: 0.3, clipNorm: 0.5 };
  const network = new Network({ inputs: 4, layers: [dense(3)], optimizer: sgd(clipped), math });
  const before = network.getParams();
  const { W1, b1 } = network.gradients(x, y);
  const values = [...W1, ...b1].map((g) => Math.min(Math.max(g, -0.3), 0.3));
  const norm = Math.hypot(...values);
  // Both clip, and not all alike.
  expect(norm).toBeGreaterThan(0.5);
  expect(new Set(values.map(Math.abs)).size).toBeGreaterThan(2);
  network.trainOnBatch(x, y);
  const after = network.getParams();
  const moves = (["W1", "b1"] as const).flatMap((name) =>
    [...before[name]].map((w, i) => w - after[name][i]),
  );
  expectClose(
    moves,
    values.map((g) => (g * 0.5) / norm),
    1e-5,
  );
});
