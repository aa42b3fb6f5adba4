/** Metrics that say something: auc, macro means, ties, and custom ones. */

import { describe, expect, test } from "vitest";
import { DataError, type Network } from "../../src/index.js";
import { expectNoChange, expectRefusal, identity } from "./tools.js";

describe("auc of rows of one class", () => {
  const network = () => identity(1, "sigmoid", "binaryCrossentropy");
  const metrics = ["auc"] as const;
  const [x, mixed] = [
    [1, 2, 3, 4],
    [0, 1, 0, 1],
  ];

  test.each<[string, (n: Network) => unknown]>([
    ["evaluate, all 1", (n) => n.evaluate(x, [1, 1, 1, 1], { metrics })],
    ["evaluate, all 0", (n) => n.evaluate(x, [0, 0, 0, 0], { metrics })],
    ["the other class weighs nothing", (n) => n.evaluate(x, mixed, { metrics, sampleWeight: [1, 0, 1, 0] })],
    ["training rows", (n) => n.fitSync(x, [1, 1, 1, 1], { metrics })],
    ["validation rows", (n) => n.fitSync(x, mixed, { metrics, validationData: [x, [0, 0, 0, 0]] })],
    ["rows of validationSplit", (n) => n.fitSync(x, [0, 1, 1, 1], { metrics, validationSplit: 0.5 })],
    [
      "early stopping by it",
      (n) =>
        n.fitSync(x, mixed, {
          metrics,
          validationData: [x, [1, 1, 1, 1]],
          earlyStopping: { monitor: "valAuc" },
          epochs: 9,
        }),
    ],
  ])("%s: refused at the door", async (_, call) => {
    const made = network();
    await expectRefusal(() => call(made), DataError, [/auc/i, /class/]);
    await expectNoChange(made, () => call(made));
  });

  test("a choice between three classes of which one occurs is refused too, of which two occur is measured", async () => {
    const made = identity(3, "softmax", "categoricalCrossentropy");
    const rows = [
      [3, 1, 0],
      [1, 2, 0],
      [2, 1, 0],
    ];
    await expectRefusal(() => made.evaluate(rows, [1, 1, 1], { metrics }), DataError, [/auc/]);
    expect(made.evaluate(rows, [0, 1, 0], { metrics }).auc).toBe(1);
  });
});

describe("Macro precision, recall and f1 leave out classes that are neither in y nor predicted", () => {
  // Classes 0 and 1 of 5: scikit-learn's macro means over both.
  const rows = [
    [2, 1, 0, 0, 0],
    [2, 1, 0, 0, 0],
    [1, 2, 0, 0, 0],
    [1, 2, 0, 0, 0],
    [1, 2, 0, 0, 0],
  ];
  const y = [0, 1, 1, 1, 0];
  const macro = { precision: (1 / 2 + 2 / 3) / 2, recall: (1 / 2 + 2 / 3) / 2, f1: (1 / 2 + 2 / 3) / 2 };

  test("of one choice", () => {
    const network = identity(5, "softmax", "categoricalCrossentropy");
    const measures = network.evaluate(rows, y, { metrics: ["precision", "recall", "f1"] });
    for (const [name, value] of Object.entries(macro))
      expect(measures[name as "f1"], name).toBeCloseTo(value, 6);
    const validation = network.fitSync(rows, y, {
      validationData: [rows, y],
      metrics: ["f1"],
      epochs: 0 + 1,
    });
    expect(validation.f1?.[0]).toBeCloseTo(macro.f1, 6);
  });

  test("one that is predicted and not in y counts as 0, and one in y that is not predicted", () => {
    const network = identity(3, "softmax", "categoricalCrossentropy");
    const three = [
      [2, 1, 0],
      [1, 2, 0],
      [0, 1, 2],
    ];
    expect(network.evaluate(three, [0, 1, 1], { metrics: ["f1"] }).f1).toBeCloseTo((1 + 2 / 3 + 0) / 3, 6);
    expect(network.evaluate(three.slice(0, 2), [0, 2], { metrics: ["f1"] }).f1).toBeCloseTo(
      (1 + 0 + 0) / 3,
      6,
    );
  });
});

describe("auc ranks probabilities, also of linear outputs behind categoricalCrossentropy", () => {
  const rows = [
    [5, 5, 9],
    [1, 0, -9],
    [4, 6, 0],
    [0, -1, 3],
    [2, 2, 0],
    [-5, -9, 0],
  ];
  const y = [2, 0, 1, 2, 1, 0];

  test("the same as behind softmax", () => {
    const linear = identity(3, "linear", "categoricalCrossentropy");
    const softmax = identity(3, "softmax", "categoricalCrossentropy");
    const wanted = softmax.evaluate(rows, y, { metrics: ["auc"] }).auc as number;
    expect(linear.evaluate(rows, y, { metrics: ["auc"] }).auc).toBeCloseTo(wanted, 6);
    const logits = [0, 1, 2].map((c) => {
      const pairs = rows.flatMap((p, i) =>
        rows.map((n, j) => [p[c], n[c], y[i] === c && y[j] !== c] as const),
      );
      const counted = pairs.filter(([, , counts]) => counts);
      return counted.reduce((sum, [p, n]) => sum + (p > n ? 1 : p === n ? 0.5 : 0), 0) / counted.length;
    });
    // Else the rows would not tell logits from probabilities.
    expect(Math.abs((logits[0] + logits[1] + logits[2]) / 3 - wanted)).toBeGreaterThan(0.01);
  });
});

describe("The first of equal outputs wins, in every decision", () => {
  const rows = [
    [1, 1, 1],
    [1, 1, 1],
    [1, 1, 1],
    [0, 1, 1],
  ];
  const y = [0, 1, 2, 2];
  const ACTIVATIONS = ["softmax", "linear", "sigmoid"] as const;

  test.each(ACTIVATIONS)("predictClasses, accuracy, topKAccuracy and confusionMatrix of %s", (activation) => {
    const network = identity(3, activation, "categoricalCrossentropy");
    expect([...network.predictClasses(rows)]).toEqual([0, 0, 0, 1]);
    const top = (k: number) =>
      network.evaluate(rows, y, { metrics: [{ type: "topKAccuracy", k }] }).topKAccuracy;
    const { accuracy, confusionMatrix } = network.evaluate(rows, y, {
      metrics: ["accuracy", "confusionMatrix"],
    });
    expect(accuracy).toBe(1 / 4);
    expect(confusionMatrix).toEqual([
      [1, 0, 0],
      [1, 0, 0],
      [1, 1, 0],
    ]);
    expect([top(1), top(2), top(3)]).toEqual([1 / 4, 3 / 4, 1]);
  });

  test("a value at the threshold decides for 0, in every decision", () => {
    const network = identity(1, "sigmoid", "binaryCrossentropy");
    expect([...network.predictClasses([0])]).toEqual([0]);
    expect(network.evaluate([0], [0], { metrics: ["accuracy"] }).accuracy).toBe(1);
    expect(network.evaluate([0], [1], { metrics: ["accuracy", "confusionMatrix"] })).toMatchObject({
      accuracy: 0,
      confusionMatrix: [
        [0, 0],
        [1, 0],
      ],
    });
  });
});
