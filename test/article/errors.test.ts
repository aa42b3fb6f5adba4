import { expect, test } from "vitest";
import {
  backprop,
  cost_function,
  DataError,
  forward_prop,
  init_params,
  one_layer_backward,
  ShapeError,
  SpecError,
  sigmoid,
  train,
  update_parameters,
} from "../../src/article.js";
import { bits, matrix, transpose } from "./helpers.js";

const X = matrix(3, 8, 1);
const Y = bits(2, 8, 2);
const params = init_params([3, 4, 2]);
const [AL, caches] = forward_prop(X, params);
const grads = backprop(AL, Y, caches);
const flat = X.flat() as unknown as number[][];

const CASES: [call: string, attempt: () => unknown, kind: new (message: string) => Error, words: RegExp][] = [
  [
    "train, X of samples x features",
    () => train(transpose(X), Y, [3, 2], 1, 1),
    ShapeError,
    /X is 8 x 3 but layer_dims begins with 3: transpose X/,
  ],
  [
    "train, Y of samples x outputs",
    () => train(X, transpose(Y), [3, 2], 1, 1),
    ShapeError,
    /Y is 8 x 2 .*transpose Y/,
  ],
  [
    "train, other features",
    () => train(X, Y, [5, 2], 1, 1),
    ShapeError,
    /X is 3 x 8 but layer_dims begins with 5: give 5 x samples/,
  ],
  [
    "train, other outputs",
    () => train(X, Y, [3, 1], 1, 1),
    ShapeError,
    /layer_dims ends in 1 and X has 8 samples: give 1 x 8/,
  ],
  ["train, other samples", () => train(X, bits(2, 7, 1), [3, 2], 1, 1), ShapeError, /Y is 2 x 7/],
  ["train, flat X", () => train(flat, Y, [3, 2], 1, 1), ShapeError, /give \[X\]/],
  ["train, no X", () => train([], Y, [3, 2], 1, 1), ShapeError, /X is an array of 0/],
  [
    "train, ragged X",
    () => train([[1, 2], [1]], [[1, 0]], [2, 1], 1, 1),
    ShapeError,
    /Row 1 of X has 1 values but row 0 has 2/,
  ],
  [
    "train, NaN",
    () => train([[1, Number.NaN]], [[1, 0]], [1, 1], 1, 1),
    DataError,
    /X is NaN in row 0, column 1/,
  ],
  [
    "train, text",
    () => train([["1"]] as unknown as number[][], [[1]], [1, 1], 1, 1),
    DataError,
    /X is "1" in row 0, column 0/,
  ],
  [
    "train, Y beyond 1",
    () => train(X, [[...Y[0].slice(1), 2], Y[1]], [3, 2], 1, 1),
    DataError,
    /Y is 2 in row 0, column 7/,
  ],
  ["train, one size", () => train(X, Y, [3], 1, 1), SpecError, /layer_dims is an array of 1/],
  ["train, a size of 0", () => train(X, Y, [3, 0, 2], 1, 1), SpecError, /layer_dims\[1\] is 0/],
  ["train, half an epoch", () => train(X, Y, [3, 2], 0.5, 1), SpecError, /epochs is 0.5/],
  ["train, lr below 0", () => train(X, Y, [3, 2], 1, -1), SpecError, /lr is -1/],
  [
    "train, unknown option",
    () => train(X, Y, [3, 2], 1, 1, { sede: 1 } as object),
    SpecError,
    /did you mean "seed"/,
  ],
  ["init_params, no sizes", () => init_params(3 as unknown as number[]), SpecError, /layer_dims is 3/],
  ["init_params, seed below 0", () => init_params([1, 1], -1), SpecError, /seed is -1/],
  ["init_params, seed of 2^32", () => init_params([1, 1], 2 ** 32), SpecError, /seed is 4294967296/],
  ["forward_prop, samples x features", () => forward_prop(transpose(X), params), ShapeError, /transpose X/],
  [
    "forward_prop, no b2",
    () => forward_prop(X, { W1: params.W1, b1: params.b1, W2: params.W2 }),
    SpecError,
    /b2 is undefined/,
  ],
  [
    "forward_prop, W2 of another network",
    () => forward_prop(X, { ...params, W2: matrix(2, 5, 1) }),
    ShapeError,
    /W2 is 2 x 5 but W1 has 4 units/,
  ],
  [
    "forward_prop, b of 1 x units",
    () => forward_prop(X, { ...params, b1: transpose(params.b1) }),
    ShapeError,
    /b1 is 1 x 4 .*transpose b1/,
  ],
  ["sigmoid, a number", () => sigmoid(1 as unknown as number[][]), ShapeError, /Z is 1, which has no rows/],
  [
    "cost_function, transposed",
    () => cost_function(AL, transpose(Y)),
    ShapeError,
    /Y is 8 x 2 but AL is 2 x 8: transpose Y/,
  ],
  ["cost_function, AL beyond 1", () => cost_function([[1.5]], [[1]]), DataError, /AL is 1.5/],
  ["backprop, no caches", () => backprop(AL, Y, []), SpecError, /caches is an array of 0/],
  [
    "backprop, Y of other samples",
    () => backprop(AL, bits(2, 7, 1), caches),
    ShapeError,
    /Y is 2 x 7 but AL is 2 x 8/,
  ],
  [
    "one_layer_backward, no cache",
    () => one_layer_backward(AL, [] as never),
    SpecError,
    /cache is an array of 0/,
  ],
  [
    "one_layer_backward, dA of another layer",
    () => one_layer_backward(grads.dA1, caches[1]),
    ShapeError,
    /dA is 4 x 8 but Z is 2 x 8/,
  ],
  [
    "update_parameters, no gradient",
    () => update_parameters(params, { dW1: grads.dW1 }, 1),
    SpecError,
    /grads has no db1/,
  ],
  [
    "update_parameters, transposed",
    () => update_parameters(params, { ...grads, dW1: transpose(grads.dW1) }, 1),
    ShapeError,
    /dW1 is 3 x 4 but W1 is 4 x 3: transpose dW1/,
  ],
  [
    "update_parameters, no rate",
    () => update_parameters(params, grads, Number.NaN),
    SpecError,
    /learning_rate is NaN/,
  ],
];

test.each(CASES)("%s", (_, attempt, kind, words) => {
  expect(attempt).toThrow(kind);
  expect(attempt).toThrow(words);
});

test("after an error the functions work as before", () => {
  const again = forward_prop(X, params)[0];
  expect(again).toEqual(AL);
});
