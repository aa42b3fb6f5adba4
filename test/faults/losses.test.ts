/** Losses of probabilities and logits against their definitions in float64; metrics see the targets that were given. */

import { describe, expect, test } from "vitest";
import { type ActivationName, activation, dense, dropout, type LossInput, Network } from "../../src/index.js";
import { floats, generator, oneHot, toRows, wholes } from "../helpers.js";
import { identity } from "./tools.js";

type Row = readonly number[];
type Definition = (x: readonly Row[], y: readonly Row[]) => number;

const WIDTH = 3;
const ROWS = 40;
const logits = toRows(floats(ROWS * WIDTH, 11, 2.5), WIDTH);
const draw = generator(12);
/** Rows with a single 1, and rows of any probabilities. */
const choices = oneHot(wholes(ROWS, 12, WIDTH), WIDTH);
const shares = logits.map(() => {
  const row = Array.from({ length: WIDTH }, () => draw());
  const sum = row.reduce((a, b) => a + b);
  return row.map((value) => value / sum);
});

const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));
const softmax = (z: Row): number[] => {
  const most = Math.max(...z);
  const powers = z.map((value) => Math.exp(value - most));
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / sum);
};
const PROBABILITIES: Partial<Record<ActivationName, (z: Row) => number[]>> = {
  sigmoid: (z) => z.map(sigmoid),
  hardSigmoid: (z) => z.map((value) => Math.min(Math.max(value / 6 + 0.5, 0), 1)),
  softmax,
};
const LINEAR: Partial<Record<ActivationName, (z: Row) => number[]>> = {
  linear: (z) => [...z],
  tanh: (z) => z.map(Math.tanh),
  softsign: (z) => z.map((value) => value / (1 + Math.abs(value))),
  relu: (z) => z.map((value) => Math.max(value, 0)),
};

/** PyTorch's bound of a logarithm in BCELoss. */
const ln = (value: number) => Math.max(Math.log(value), -100);
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
/** Mean over outputs of -(y·ln p + (1 - y)·ln(1 - p)). */
const binary = (p: Row, y: Row) =>
  mean(p.map((value, c) => -(y[c] * ln(value) + (1 - y[c]) * ln(1 - value))));
/** -Σ y·ln(p / Σp), as Keras and TensorFlow.js: outputs that are no distribution are made one. */
const categorical = (p: Row, y: Row) => {
  const sum = p.reduce((a, b) => a + b, 0);
  return -p.reduce((total, value, c) => total + (y[c] === 0 ? 0 : y[c] * ln(value / sum)), 0);
};
/** Σ y·ln(y / p). */
const divergence = (p: Row, y: Row) =>
  p.reduce((total, value, c) => total + (y[c] === 0 ? 0 : y[c] * Math.log(y[c] / Math.max(value, 1e-8))), 0);

const over =
  (loss: (p: Row, y: Row) => number, f: (z: Row) => number[]) => (x: readonly Row[], y: readonly Row[]) =>
    mean(x.map((row, r) => loss(f(row), y[r])));

/** The largest difference of gradients with respect to x from central differences of a definition. */
function gradientError(network: Network, x: readonly Row[], y: readonly Row[], f: Definition): number {
  const gradient = network.gradients(
    x.map((row) => [...row]),
    y.map((row) => [...row]),
  ).inputs;
  let worst = 0;
  for (let r = 0; r < x.length; r++) {
    for (let c = 0; c < WIDTH; c++) {
      const at = (step: number) =>
        f(
          x.map((row, i) => (i === r ? row.map((value, j) => (j === c ? value + step : value)) : row)),
          y,
        );
      const slope = (at(1e-5) - at(-1e-5)) / 2e-5;
      worst = Math.max(worst, Math.abs(gradient[r * WIDTH + c] - slope) * x.length);
    }
  }
  return worst;
}

describe("A cross-entropy takes outputs of sigmoid, hardSigmoid and softmax as probabilities", () => {
  const cases = Object.entries(PROBABILITIES).flatMap(([name, f]) =>
    (
      [
        ["binaryCrossentropy", binary, choices],
        ["binaryCrossentropy", binary, shares],
        ["categoricalCrossentropy", categorical, choices],
        ["categoricalCrossentropy", categorical, shares],
        ["klDivergence", divergence, shares],
      ] as const
    ).map(
      ([loss, formula, y], i) =>
        [
          `${loss} behind ${name}, ${i % 2 ? "soft" : "hard"} targets`,
          name,
          loss,
          over(formula, f),
          y,
        ] as const,
    ),
  );

  test.each(cases)("%s", (_, name, loss, f, y) => {
    const network = identity(WIDTH, name as ActivationName, loss);
    expect(network.loss(logits, y)).toBeCloseTo(f(logits, y), 5);
    expect(gradientError(network, logits.slice(0, 8), y.slice(0, 8), f)).toBeLessThan(2e-3);
  });

  test.each(cases)("%s, as a layer of its own and before dropout", (_, name, loss, f, y) => {
    const layers = [dense(WIDTH), activation(name as ActivationName)];
    const parameters = identity(WIDTH, "linear", "meanSquaredError").getParams();
    for (const tail of [[], [dropout(0.3)]]) {
      const network = new Network({ inputs: WIDTH, layers: [...layers, ...tail], loss });
      network.setParams(parameters);
      expect(network.loss(logits, y)).toBeCloseTo(f(logits, y), 5);
    }
  });

  test("the loss of a fit, of a step and of evaluate is the same", () => {
    const make = () => identity(WIDTH, "softmax", "binaryCrossentropy");
    const wanted = over(binary, softmax)(logits, choices);
    expect(make().trainOnBatch(logits, choices)).toBeCloseTo(wanted, 5);
    expect(make().fitSync(logits, choices, { batchSize: "full" }).loss[0]).toBeCloseTo(wanted, 5);
    expect(make().evaluate(logits, choices).loss).toBeCloseTo(wanted, 5);
  });

  test("labelSmoothing smooths the targets: y·(1 - s) + s/2, and + s/outputs", () => {
    for (const [loss, formula, share] of [
      ["binaryCrossentropy", binary, 0.1 / 2],
      ["categoricalCrossentropy", categorical, 0.1 / WIDTH],
    ] as const) {
      const smoothed = choices.map((row) => row.map((value) => value * 0.9 + share));
      for (const [name, f] of Object.entries(PROBABILITIES)) {
        const network = identity(WIDTH, name as ActivationName, { type: loss, labelSmoothing: 0.1 });
        expect(network.loss(logits, choices), `${loss} ${name}`).toBeCloseTo(
          over(formula, f)(logits, smoothed),
          5,
        );
      }
    }
  });

  test("exclusive or is learnt by two softmax outputs under binaryCrossentropy", () => {
    const x = [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ];
    const y = [
      [1, 0],
      [0, 1],
      [0, 1],
      [1, 0],
    ];
    const network = new Network({
      inputs: 2,
      layers: [dense(16, "tanh"), dense(2, "softmax")],
      loss: "binaryCrossentropy",
      optimizer: { type: "adam", learningRate: 0.05 },
    });
    network.fitSync(x, y, { epochs: 300, batchSize: "full" });
    expect(network.loss(x, y)).toBeLessThan(0.02);
  });

  test.each(["sigmoid", "hardSigmoid", "softmax"] as const)("%s is finite at Z of 1000", (name) => {
    const z = [
      [1000, -1000, 0],
      [-1000, 1000, -1000],
      [1000, 1000, 1000],
      [-1000, -1000, -1000],
    ];
    for (const loss of ["binaryCrossentropy", "categoricalCrossentropy", "klDivergence"] as const) {
      for (const y of [
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
      ]) {
        const network = identity(WIDTH, name, loss);
        const targets = z.map(() => y);
        const { loss: value, inputs, W1 } = network.gradients(z, targets);
        expect([value, ...inputs, ...W1].every(Number.isFinite), `${loss} ${y}`).toBe(true);
        expect(value).toBeGreaterThanOrEqual(0);
      }
    }
  });

  test("sigmoid under categoricalCrossentropy is exact where its outputs are beyond float32", () => {
    const network = identity(2, "sigmoid", "categoricalCrossentropy");
    expect(network.loss([[-1000, -1000]], [[1, 0]])).toBeCloseTo(Math.LN2, 5);
    expect(network.loss([[-200, -199]], [[1, 0]])).toBeCloseTo(Math.log(1 + Math.E), 5);
  });
});

describe("A cross-entropy takes the outputs of any other activation as logits", () => {
  const cases = Object.entries(LINEAR).flatMap(([name, f]) =>
    (
      [
        ["binaryCrossentropy", over((z, y) => binary(z.map(sigmoid), y), f)],
        ["categoricalCrossentropy", over((z, y) => categorical(softmax(z), y), f)],
      ] as const
    ).map(([loss, formula]) => [name, loss, formula] as const),
  );

  test.each(cases)("%s under %s", (name, loss, f) => {
    const network = identity(WIDTH, name as ActivationName, loss);
    expect(network.loss(logits, choices)).toBeCloseTo(f(logits, choices), 5);
    const away = logits.filter((row) => row.every((value) => Math.abs(value) > 1e-3)).slice(0, 8);
    expect(gradientError(network, away, choices.slice(0, away.length), f)).toBeLessThan(2e-3);
  });
});

describe("Decisions fall at 0.5 of a probability and at 0 of a logit", () => {
  const z = [-3, -0.2, 0.2, 0.4, 0.6, 3];
  const x = z.map((value) => [value]);
  const above = z.map((value) => Number(value > 0));
  const losses: LossInput[] = [
    "binaryCrossentropy",
    "meanSquaredError",
    "meanAbsoluteError",
    "huber",
    "hinge",
  ];
  const cases = [
    ...losses.flatMap((loss) => (["sigmoid", "hardSigmoid"] as const).map((name) => [name, loss] as const)),
    ...(["linear", "tanh", "softsign"] as const).map((name) => [name, "binaryCrossentropy"] as const),
    ...(["linear", "tanh"] as const).map((name) => [name, "hinge"] as const),
  ];

  test.each(cases)("one output of %s under %s", (name, loss) => {
    const network = identity(1, name, loss);
    expect([...network.predictClasses(x)]).toEqual(above);
    expect(network.evaluate(x, above, { metrics: ["accuracy", "confusionMatrix"] })).toMatchObject({
      accuracy: 1,
      confusionMatrix: [
        [2, 0],
        [0, 4],
      ],
    });
  });

  test.each(["sigmoid", "hardSigmoid", "linear", "tanh"] as const)("three outputs of %s", (name) => {
    const network = identity(WIDTH, name, "binaryCrossentropy");
    const y = logits.map((row) => row.map((value) => Number(value > 0)));
    expect(network.evaluate(logits, y, { metrics: ["accuracy", "f1"] })).toMatchObject({
      accuracy: 1,
      f1: 1,
    });
  });
});

describe("Metrics compare with the targets that were given, whatever labelSmoothing makes of them for the loss", () => {
  const y = choices;
  const seen: number[][] = [];
  const own = {
    name: "own",
    measure: (_: Float32Array, targets: Float32Array) => seen.push([...targets]),
  };
  const names = ["meanAbsoluteError", "rootMeanSquaredError", "r2", "auc", "accuracy", "f1"] as const;

  test.each([
    ["sigmoid", "binaryCrossentropy"],
    ["softmax", "categoricalCrossentropy"],
    ["softmax", "binaryCrossentropy"],
    ["sigmoid", "categoricalCrossentropy"],
  ] as const)("%s under %s, in evaluate and in fit", (name, type) => {
    const plain = identity(WIDTH, name, type);
    const smoothing = identity(WIDTH, name, { type, labelSmoothing: 0.2 });
    const { loss, custom, ...measures } = smoothing.evaluate(logits, y, { metrics: [...names, own] });
    const { loss: plainLoss, ...wanted } = plain.evaluate(logits, y, { metrics: [...names] });
    expect(measures).toEqual(wanted);
    expect(loss).not.toBe(plainLoss);
    expect(seen.at(-1)).toEqual(y.flat());
    const options = {
      batchSize: "full",
      shuffle: false,
      validationData: [logits, y],
      metrics: [...names, own],
    } as const;
    const history = smoothing.fitSync(logits, y, options);
    for (const metric of names) expect(history[metric]?.[0], metric).toBeCloseTo(wanted[metric] as number, 6);
    expect(seen.at(-1)).toEqual(y.flat());
    expect(seen.at(-2)).toEqual(y.flat());
  });

  test("targets as class indices likewise", () => {
    const classes = y.map((row) => row.indexOf(1));
    const network = identity(WIDTH, "softmax", { type: "categoricalCrossentropy", labelSmoothing: 0.2 });
    const metrics = ["meanAbsoluteError", "r2", "auc", own] as const;
    const { loss, custom, ...measures } = network.evaluate(logits, classes, { metrics });
    const { loss: same, custom: other, ...wanted } = network.evaluate(logits, y, { metrics });
    expect(measures).toEqual(wanted);
    expect(loss).toBeCloseTo(same, 6);
    expect(seen.at(-1)).toEqual(y.flat());
  });
});
