/** logLoss and balancedAccuracy of networks, against the definitions of scikit-learn in float64. */

import { expect, test } from "vitest";
import { type ActivationName, dense, type LossName, Network } from "../../src/index.js";

const WEIGHTS = [1, 3, 2];
const SCORES = [
  [0.2, -1, 1.5],
  [2, 0.5, -0.25],
  [-3, 1, 0.75],
];

/** Measures of a network that passes its inputs on to the activation, for rows that weigh 1, 3 and 2. */
function measure(
  activation: ActivationName,
  loss: LossName,
  x: number[][],
  y: readonly number[] | number[][],
) {
  const width = x[0].length;
  const network = new Network({ inputs: width, layers: [dense(width, activation)], loss });
  network.setParams({ W1: x[0].flatMap((_, i) => x[0].map((_, j) => Number(i === j))) });
  return network.evaluate(x, y, { metrics: ["logLoss", "balancedAccuracy"], sampleWeight: WEIGHTS });
}

const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));
const softmax = (z: readonly number[]) => {
  const sum = z.reduce((total, score) => total + Math.exp(score), 0);
  return z.map((score) => Math.exp(score) / sum);
};
const meanOf = (losses: readonly number[]) => losses.reduce((sum, loss, r) => sum + WEIGHTS[r] * loss, 0) / 6;

test.each(["softmax", "linear"] as const)("one of three classes, by %s", (activation) => {
  const measures = measure(activation, "categoricalCrossentropy", SCORES, [2, 1, 1]);
  const wanted = meanOf([2, 1, 1].map((label, r) => -Math.log(softmax(SCORES[r])[label])));
  expect(measures.logLoss).toBeCloseTo(wanted, 5);
  // Class 2 is found; of class 1 the row that weighs 2 is found, the one that weighs 3 is not.
  expect(measures.balancedAccuracy).toBeCloseTo((1 + 2 / 5) / 2, 6);
});

test.each(["sigmoid", "linear"] as const)("yes or no, by %s", (activation) => {
  const x = SCORES.map(([score]) => [score]);
  const measures = measure(activation, "binaryCrossentropy", x, [0, 1, 1]);
  const wanted = meanOf([1 - sigmoid(0.2), sigmoid(2), sigmoid(-3)].map((p) => -Math.log(p)));
  expect(measures.logLoss).toBeCloseTo(wanted, 5);
  // The only row of class 0 is missed; of class 1 the row that weighs 3 is found, the one that weighs 2 is not.
  expect(measures.balancedAccuracy).toBeCloseTo((0 + 3 / 5) / 2, 6);
});

test("three sides, by sigmoid: the mean over them", () => {
  const y = [
    [0, 0, 1],
    [1, 1, 1],
    [0, 1, 0],
  ];
  const { logLoss } = measure("sigmoid", "binaryCrossentropy", SCORES, y);
  const lossOf = (z: number, side: number) => -Math.log(side === 1 ? sigmoid(z) : 1 - sigmoid(z));
  const rows = SCORES.map((row, r) => row.reduce((sum, z, j) => sum + lossOf(z, y[r][j]), 0) / 3);
  expect(logLoss).toBeCloseTo(meanOf(rows), 5);
});
