/** Runs of the article's own code, computed by NumPy in float64 (test/goldens/article-*.json). */

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { backprop, cost_function, forward_prop, init_params, train } from "../../src/article.js";
import { expectNear } from "./helpers.js";

type Params = Record<`W${number}`, number[][]>;

interface Golden {
  layerDims: number[];
  learningRate: number;
  epochs: number;
  seed: number;
  X: number[][];
  Y: number[][];
  initialParams: Params;
  firstPrediction: number[][];
  firstGradients: Record<`dW${number}`, number[][]>;
  costHistory: number[];
  finalParams: Params;
  finalPrediction: number[][];
}

const names = <T extends object>(values: T) => Object.keys(values) as (keyof T)[];

describe.each(["article-breast-cancer", "article-digits-10-outputs"])("%s", (name) => {
  const text = readFileSync(new URL(`../goldens/${name}.json`, import.meta.url), "utf8");
  const golden: Golden = JSON.parse(text);
  const { X, Y, layerDims, learningRate, epochs } = golden;
  const start = init_params(layerDims);

  test("starts from the numbers of NumPy", () => {
    expect(golden.seed).toBe(3);
    expect(Object.keys(start).sort()).toEqual(Object.keys(golden.initialParams).sort());
    for (const key of names(golden.initialParams)) expectNear(start[key], golden.initialParams[key], 1e-7, 1);
  });

  test("has the predictions, cost and gradients of the article", () => {
    const [AL, caches] = forward_prop(X, start);
    expectNear(AL, golden.firstPrediction, 1e-4, 1e-3);
    expectNear([[cost_function(AL, Y)]], [[golden.costHistory[0]]], 1e-5, 1e-2);
    const grads = backprop(AL, Y, caches);
    for (const key of names(golden.firstGradients)) {
      expectNear(grads[key], golden.firstGradients[key], 1e-4, 1e-3);
    }
  });

  test("has the parameters and costs of the article after training", () => {
    const [params, cost_history] = train(X, Y, layerDims, epochs, learningRate);
    expectNear([cost_history], [golden.costHistory], 1e-5, 1e-2);
    for (const key of names(golden.finalParams)) expectNear(params[key], golden.finalParams[key], 3e-4, 0.1);
    expectNear(forward_prop(X, params)[0], golden.finalPrediction, 1e-3, 1e-2);
  });
});
