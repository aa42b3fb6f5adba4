/** The recipes by rows, the networks that they make, and how members divide the rows and find a temperature. */

import { describe, expect, test } from "vitest";
import { dense, Network, scale } from "../../src/index.js";
import { trainEnsemble } from "../../src/table/ensemble.js";
import { networkOptions, type Recipe, recipeFor } from "../../src/table/recipes.js";
import { foldTemperature } from "../../src/table/temperature.js";
import { floats } from "../helpers.js";

describe("recipes", () => {
  test.each([
    ["classification", 999, "starts", 5, 4],
    ["classification", 1000, "realmlp", 5, 8],
    ["classification", 3000, "realmlp", 2, 16],
    ["classification", 100_000, "realmlp", 2, 0],
    ["regression", 99, "starts", 5, 0],
    ["regression", 100, "realmlp", 5, 8],
    ["regression", 5000, "realmlp", 2, 0],
  ] as const)("of a %s of %d rows are %s with %d members and %d bins", (task, rows, name, members, bins) => {
    expect(recipeFor(undefined, rows, task)).toMatchObject({ name, members, bins });
  });

  test.each([
    ["classification", 49, 4, 0, 4],
    ["classification", 50, 4, 5, 4],
    ["classification", 100, 3, 5, 16],
    ["classification", 99, 3, 5, 4],
    ["classification", 1000, 3, 0, 16],
    ["regression", 99, 3, 0, 0],
    ["regression", 5000, 3, 0, 16],
    ["regression", 100_000, 3, 0, 0],
  ] as const)(
    "of a %s of %d rows and %d columns are tuned on %d folds, with %d bins",
    (task, rows, columns, tuningFolds, bins) => {
      expect(recipeFor(undefined, rows, task, columns)).toMatchObject({ tuningFolds, bins });
    },
  );

  test("make as many updates for large tables, in fewer epochs", () => {
    const epochs = [1000, 6250, 10_000, 20_000, 1e6].map(
      (rows) => recipeFor("realmlp", rows, "regression").epochs,
    );
    expect(epochs).toEqual([64, 64, 40, 20, 8]);
  });

  test("make RealMLP-TD-S: rates of the neural tangent parametrisation, coslog4, a last layer of zeros", () => {
    const recipe: Recipe = { ...recipeFor("realmlp", 1000, "classification"), hidden: [16, 4], epochs: 10 };
    const shape = { inputs: 9, outputs: 3, isBytes: false, task: "classification" } as const;
    const { spec } = new Network(networkOptions(recipe, shape, 1000, 7));
    expect(spec.layers).toEqual([
      scale({ rate: 6 }),
      dense(16, "selu", { init: "lecunNormal", rate: { W: 1 / 3, b: 0.1 } }),
      dense(4, "selu", { init: "lecunNormal", rate: { W: 1 / 4, b: 0.1 } }),
      dense(3, "softmax", { init: "zeros", rate: { W: 1 / 2, b: 0.1 } }),
    ]);
    expect(spec.optimizer).toMatchObject({
      type: "adam",
      beta2: 0.95,
      learningRate: { type: "cosineLog", learningRate: 0.04, steps: 40, cycles: 4 },
    });
    expect(spec.loss).toEqual({ type: "categoricalCrossentropy", labelSmoothing: 0.1 });
    expect(spec.seed).toBe(7);
  });
});

test("a temperature divides the logits", () => {
  const network = new Network({ inputs: 3, layers: [scale(), dense(4, "tanh"), dense(3, "softmax")] });
  const x = floats(15, 1, 2);
  const before = network.predict(x);
  foldTemperature(network, 2.5);
  const after = network.predict(x);
  for (let row = 0; row < 5; row++) {
    const powers = Array.from({ length: 3 }, (_, c) => before[3 * row + c] ** (1 / 2.5));
    const sum = powers.reduce((a, b) => a + b);
    powers.forEach((power, c) => {
      expect(after[3 * row + c]).toBeCloseTo(power / sum, 5);
    });
  }
});

describe("members", () => {
  const rows = 300;
  const values = floats(2 * rows, 5, 1);
  const targets = Int32Array.from({ length: rows }, (_, r) => Number(values[2 * r] + values[2 * r + 1] > 0));
  const shape = { inputs: 2, outputs: 2, isBytes: false, task: "classification" } as const;
  const train = (members: number, times?: Float64Array) =>
    trainEnsemble(
      {
        examples: { inputs: { values, rows, width: 2 }, targets },
        strata: { keys: targets, times },
        seed: 1,
      },
      { ...recipeFor("realmlp", rows, "classification"), members, hidden: [8], epochs: 8, bins: 0 },
      shape,
      () => ({}),
    );

  test("have validation rows of their own, each row once, predicted by the member that has not seen it", async () => {
    const { held, networks, histories } = await train(5);
    expect(Array.from(held?.rows ?? []).sort((a, b) => a - b)).toEqual(
      Array.from({ length: rows }, (_, r) => r),
    );
    expect(histories.map(({ valLoss }) => valLoss?.length)).toEqual([8, 8, 8, 8, 8]);
    const [row] = held?.rows ?? [0];
    const own = networks[0].predict(values.subarray(2 * row, 2 * row + 2));
    expect(Array.from(held?.outputs.subarray(0, 2) ?? [])).toEqual(Array.from(own));
  });

  test("share the latest rows where there are times, and members beyond five share parts", async () => {
    const times = Float64Array.from({ length: rows }, (_, r) => r);
    const { held } = await train(2, times);
    expect(Array.from(held?.rows ?? [])).toEqual(Array.from({ length: 60 }, (_, r) => 240 + r));
    expect((await train(6)).held?.rows).toHaveLength(rows);
  });

  test("get one temperature, after which a change of it makes the log loss worse", async () => {
    const { held } = await train(5);
    const outputs = held?.outputs ?? new Float64Array();
    const loss = (t: number) =>
      (held?.rows ?? new Int32Array()).reduce((sum, row, i) => {
        const powers = [outputs[2 * i] ** (1 / t), outputs[2 * i + 1] ** (1 / t)];
        return sum - Math.log(powers[targets[row]] / (powers[0] + powers[1]));
      }, 0);
    expect(loss(1)).toBeLessThan(loss(1.05));
    expect(loss(1)).toBeLessThan(loss(0.95));
  });
});
