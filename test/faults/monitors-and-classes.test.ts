/** Names that can be monitored, and the decisions of predictClasses. */

import { describe, expect, test } from "vitest";
import {
  dense,
  type FitOptions,
  Network,
  type NetworkOptions,
  reduceOnPlateau,
  SpecError,
} from "../../src/index.js";
import type { Parts } from "../helpers.js";
import { expectNoChange, expectRefusal, identity, stateOf } from "./tools.js";

const x = [
  [1, 2],
  [3, 4],
  [5, 6],
  [1, 0],
];
const y = [0, 1, 1, 0];
const network = () => new Network([2, 2]);

describe("What is monitored is looked at before the first epoch", () => {
  const own = { name: "own", measure: () => 0.5 };
  const wrongs: [string, FitOptions, Parts][] = [
    ["an unknown name", { earlyStopping: { monitor: "vallLoss" } }, [/vallLoss/, /\bloss\b/]],
    ["valLoss without validation rows", { earlyStopping: { monitor: "valLoss" } }, [/valLoss/, /validation/]],
    ["a metric that is not measured", { earlyStopping: { monitor: "accuracy" } }, [/accuracy/, /metrics/]],
    [
      "the validation of a metric without rows",
      { metrics: ["accuracy"], earlyStopping: { monitor: "valAccuracy" } },
      [/valAccuracy/, /\baccuracy\b/],
    ],
    [
      "a metric of one's own by another name",
      { metrics: [own], earlyStopping: { monitor: "mine" } },
      [/mine/, /\bown\b/],
    ],
    ["toString", { earlyStopping: { monitor: "toString" } }, [/toString/]],
    ["custom", { metrics: [own], earlyStopping: { monitor: "custom" } }, [/custom/, /\bown\b/]],
    ["empty text", { earlyStopping: { monitor: "" } }, [/monitor/]],
    ["the report's epoch", { earlyStopping: { monitor: "epoch" } }, [/epoch/]],
  ];

  test.each(wrongs)("%s: refused, with the names that there are", async (_, options, parts) => {
    for (const call of ["fit", "fitSync"] as const) {
      const made = network();
      let epochs = 0;
      const count = { epochs: 3, onEpoch: () => void epochs++, onTrainBegin: () => void epochs++ };
      const settings = { ...options, ...count };
      const run = () => (call === "fit" ? made.fit(x, y, settings) : made.fitSync(x, y, settings));
      await expectRefusal(run, SpecError, [/monitor/, ...parts]);
      await expectNoChange(made, run, SpecError);
      expect(epochs).toBe(0);
    }
    const source = new Set([[x, y] as const]);
    await expectRefusal(() => network().fitSync(source, options), SpecError, [/monitor/]);
  });

  test("that of reduceOnPlateau too", async () => {
    for (const monitor of ["valLoss", "accuracy", "toString", "nothing"]) {
      const made = network();
      made.learningRate = reduceOnPlateau({ learningRate: 0.1, monitor });
      const before = stateOf(made);
      await expectRefusal(() => made.fitSync(x, y, { epochs: 2 }), SpecError, [
        /monitor/,
        new RegExp(monitor),
      ]);
      expect(stateOf(made)).toBe(before);
    }
  });

  test("names that there are, also of one's own and of validation rows", () => {
    const names = ["loss", "valLoss", "accuracy", "valAccuracy", "own", "valOwn"];
    for (const monitor of names) {
      const options: FitOptions = {
        metrics: ["accuracy", own],
        validationData: [x, y],
        earlyStopping: { monitor, mode: "max" },
      };
      expect(network().fitSync(x, y, { ...options, epochs: 2 }).epochs).toBe(2);
    }
  });

  test("mode auto of a metric of one's own is not guessed from letters in its name", () => {
    // Falling is better unless it is said: "auctionCost" has auc in it, and its values fall.
    let cost = 10;
    const metrics = [{ name: "auctionCost", measure: () => cost-- }];
    const options: FitOptions = {
      metrics,
      epochs: 8,
      earlyStopping: { monitor: "auctionCost", patience: 2 },
    };
    const run = () => network().fitSync(x, y, options);
    try {
      expect(run().stopped).toBe("completed");
    } catch (error) {
      // Or it must be said.
      expect(error).toBeInstanceOf(SpecError);
      expect((error as Error).message).toMatch(/mode|direction/);
    }
  });
});

describe("predictClasses decides what accuracy measures", () => {
  test("several sigmoids: 0 or 1 for every output, row by row", () => {
    const made = identity(3, "sigmoid", "binaryCrossentropy");
    const rows = [
      [1, -1, 2],
      [-1, -2, -3],
      [0.1, 0.2, -0.1],
    ];
    const classes = made.predictClasses(rows);
    expect(classes).toBeInstanceOf(Int32Array);
    expect([...classes]).toEqual([1, 0, 1, 0, 0, 0, 1, 1, 0]);
    const share = [...classes].filter((value, i) => value === Number(rows.flat()[i] > 0)).length / 9;
    const targets = rows.map((row) => row.map((value) => Number(value > 0)));
    expect(made.evaluate(rows, targets, { metrics: ["accuracy"] }).accuracy).toBe(share);
  });

  test.each(["hardSigmoid", "linear", "tanh"] as const)(
    "several outputs of %s under binaryCrossentropy",
    (activation) => {
      const made = identity(2, activation, "binaryCrossentropy");
      expect([
        ...made.predictClasses([
          [1, -1],
          [-2, 3],
        ]),
      ]).toEqual([1, 0, 0, 1]);
    },
  );

  test("several outputs under hinge", () => {
    expect([
      ...identity(2, "tanh", "hinge").predictClasses([
        [1, -1],
        [-2, 3],
      ]),
    ]).toEqual([1, 0, 0, 1]);
  });

  test("a choice: one class a row", () => {
    for (const activation of ["softmax", "linear", "sigmoid"] as const) {
      expect([
        ...identity(3, activation, "categoricalCrossentropy").predictClasses([
          [1, 3, 2],
          [9, 0, 1],
        ]),
      ]).toEqual([1, 0]);
    }
  });

  const regressions: [string, Partial<NetworkOptions>][] = [
    ["one linear output", { layers: [dense(1)] }],
    ["several linear outputs", { layers: [dense(3)] }],
    ["tanh under meanAbsoluteError", { layers: [dense(2, "tanh")], loss: "meanAbsoluteError" }],
    ["poisson", { layers: [dense(1, "softplus")], loss: "poisson" }],
    ["huber", { layers: [dense(2, "relu")], loss: "huber" }],
  ];
  test.each(regressions)("a regression is refused: %s", async (_, options) => {
    const made = new Network({ inputs: 2, layers: [dense(1)], ...options });
    await expectRefusal(() => made.predictClasses(x), SpecError, [
      /predictClasses|classes/,
      /predict\b|softmax|sigmoid/,
    ]);
    const width = made.predict([1, 2]).length;
    const targets = x.map(() => Array(width).fill(1));
    await expectRefusal(() => made.evaluate(x, targets, { metrics: ["confusionMatrix"] }), SpecError, [
      /confusionMatrix/,
    ]);
    await expectRefusal(() => made.evaluate(x, targets, { metrics: ["accuracy"] }), SpecError, [/accuracy/]);
    await expectNoChange(made, () => made.fitSync(x, targets, { metrics: ["auc"] }), SpecError);
  });
});
