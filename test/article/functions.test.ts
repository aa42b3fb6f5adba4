import { describe, expect, test } from "vitest";
import {
  type ArticleParameters,
  backprop,
  type Cache,
  cost_function,
  forward_prop,
  init_params,
  one_layer_backward,
  sigmoid,
  update_parameters,
} from "../../src/article.js";
import { cost, differences, type Params, plain, predict } from "./float64.js";
import { bits, expectNear, matrix } from "./helpers.js";

const LAYER_DIMS = [5, 9, 4, 3];
const SAMPLES = 13;
const X = matrix(5, SAMPLES, 1);
const Y = bits(3, SAMPLES, 2);

/** Parameters large enough that no gradient vanishes. */
const params: Params = Object.fromEntries(
  [1, 2, 3].flatMap((l) => [
    [`W${l}`, matrix(LAYER_DIMS[l], LAYER_DIMS[l - 1], 10 + l)],
    [`b${l}`, matrix(LAYER_DIMS[l], 1, 20 + l)],
  ]),
);

test("sigmoid returns A, and Z as the cache", () => {
  const Z = [
    [-100, -1, 0, 1, 100],
    [0.5, -0.5, 3, 20, -20],
  ];
  const [A, cache] = sigmoid(Z);
  expect(cache).toBe(Z);
  expectNear(
    A,
    Z.map((row) => row.map((z) => 1 / (1 + Math.exp(-z)))),
    3e-7,
    1e-30,
  );
});

test("forward_prop returns AL, and [[A_prev, W, b], Z] of every layer", () => {
  const [AL, caches] = forward_prop(X, params);
  expectNear(AL, predict(X, params), 1e-6, 1e-3);
  expect(caches.length).toBe(3);
  expect(caches[0][0]).toEqual([X, params.W1, params.b1]);
  expect(caches[2][0].slice(1)).toEqual([params.W3, params.b3]);
  expect(sigmoid(caches[0][1])[0]).toEqual(caches[1][0][0]);
  expect(sigmoid(caches[2][1])[0]).toEqual(AL);
});

describe("cost_function", () => {
  test("is a sum over outputs and a mean over samples", () => {
    const [AL] = forward_prop(X, params);
    expect(cost_function(AL, Y)).toBeCloseTo(cost(plain(AL), Y), 6);
    expect(
      cost_function(
        [
          [0.5, 0.5],
          [0.5, 0.5],
          [0.5, 0.5],
        ],
        bits(3, 2, 1),
      ),
    ).toBeCloseTo(3 * Math.LN2, 6);
  });

  test("is 0 where AL = Y, and finite where AL = 1 - Y", () => {
    expect(cost_function([[0, 1]], [[0, 1]])).toBe(0);
    expect(cost_function([[0, 1]], [[1, 0]])).toBe(100);
    expect(cost_function([[1e-30]], [[1]])).toBeCloseTo(-Math.log(1e-30), 4);
  });
});

describe("gradients agree with differences of the cost", () => {
  const [AL, caches] = forward_prop(X, params);
  const grads = backprop(AL, Y, caches);
  const costNow = () => cost(predict(X, params), Y);

  test("dW and db are divided by m, and dA is not", () => {
    expect(Object.keys(grads).sort()).toEqual(
      ["dA0", "dA1", "dA2", "dW1", "dW2", "dW3", "db1", "db2", "db3"].sort(),
    );
    for (const name of ["W1", "b1", "W2", "b2", "W3", "b3"] as const) {
      expectNear(grads[`d${name}`], differences(params[name], costNow), 1e-4, 1e-3);
    }
    const dA0 = differences(X, costNow).map((row) => row.map((slope) => slope * SAMPLES));
    expectNear(grads.dA0, dA0, 1e-4, 1e-3);
  });

  test("one_layer_backward and backprop agree on a hidden layer", () => {
    for (const l of [1, 2] as const) {
      const [dA_prev, dW, db] = one_layer_backward(grads[`dA${l}`], caches[l - 1]);
      expect([dA_prev, dW, db]).toEqual([grads[`dA${l - 1}`], grads[`dW${l}`], grads[`db${l}`]]);
    }
  });

  test("one_layer_backward of the article's dAL agrees with backprop's AL - Y", () => {
    const dAL = plain(AL).map((row, k) => row.map((a, s) => -(Y[k][s] / a - (1 - Y[k][s]) / (1 - a))));
    const [dA_prev, dW, db] = one_layer_backward(dAL, caches[2]);
    expectNear(dA_prev, grads.dA2, 1e-5, 1e-2);
    expectNear(dW, grads.dW3, 1e-5, 1e-2);
    expectNear(db, grads.db3, 1e-5, 1e-2);
  });

  test("one_layer_backward uses the cached Z", () => {
    const cache: Cache = [[[[2]], [[3]], [[0]]], [[0]]];
    const [dA_prev, dW, db] = one_layer_backward([[4]], cache);
    expect([dA_prev[0][0], dW[0][0], db[0][0]]).toEqual([3, 2, 1]);
  });

  test("a prediction of exactly 0 or 1 has the gradient AL - Y, not 0/0", () => {
    const cache: Cache = [[[[1, 1, 1, 1]], [[1]], [[0]]], [[-200, 200, -200, 200]]];
    const { dW1 } = backprop([[0, 1, 0, 1]], [[0, 1, 1, 1]], [cache]);
    expect(dW1[0][0]).toBe(-0.25);
  });
});

test("update_parameters descends along the gradient and does not change its arguments", () => {
  const start = init_params([2, 3, 1]);
  const before = structuredClone(start);
  const ones = (rows: number, cols: number) => matrix(rows, cols, 1).map((row) => row.map(() => 1));
  const grads = { dW1: ones(3, 2), db1: ones(3, 1), dW2: ones(1, 3), db2: ones(1, 1), dA0: ones(2, 4) };
  const updated = update_parameters(start, grads, 0.5);
  expect(start).toEqual(before);
  for (const name of Object.keys(start) as (keyof ArticleParameters)[]) {
    const wanted = before[name].map((row) => Array.from(row, (value) => value - 0.5));
    expectNear(updated[name], wanted, 1e-7, 1);
  }
});
