/** Holes of sparse arrays, in every place that takes an array. */

import { describe, expect, test } from "vitest";
import * as article from "../../src/article.js";
import { fromPyTorch, fromTFJS, toTFJS } from "../../src/formats.js";
import { DataError, dense, Network, piecewise, ShapeError } from "../../src/index.js";
import { wrong } from "../helpers.js";
import { errorOf, expectRefusal } from "./tools.js";

const network = () => new Network({ inputs: 2, layers: [dense(2)] });
const x = [
  [1, 2],
  [3, 4],
  [5, 6],
];
const y = [
  [0, 1],
  [1, 0],
  [1, 1],
];

/** The same array with nothing at one place. */
function without<T>(array: readonly T[], index: number): T[] {
  const copy = [...array];
  delete copy[index];
  return copy;
}
/** The same with undefined there. */
const filled = <T>(array: readonly T[], index: number): T[] =>
  array.map((value, i) => (i === index ? wrong<T>(undefined) : value));

describe("A hole is undefined in that place", () => {
  const make = () => new Network([2, 3, 2]);
  const weights = make().getParams();
  const { model, weights: bytes } = toTFJS(make());
  const params = article.init_params([2, 3, 1]);
  type Lists = readonly unknown[];
  const lists: [string, Lists, (list: never) => unknown][] = [
    ["rows of x", x, (rows) => network().predict(rows)],
    ["rows of x in fit", x, (rows) => network().fitSync(rows, y)],
    ["rows of y", y, (rows) => network().fitSync(x, rows)],
    ["cells of x", x.flat(), (rows) => network().predict(rows)],
    ["cells of a row", x[0], (row) => network().predict([row])],
    ["class indices", [0, 1, 1], (labels) => make().fitSync(x, labels)],
    ["class indices in evaluate", [0, 1, 1], (labels) => make().evaluate(x, labels)],
    ["sampleWeight", [1, 2, 3], (sampleWeight) => network().evaluate(x, y, { sampleWeight })],
    ["layers", [dense(2), dense(3)], (layers) => new Network({ inputs: 2, layers })],
    ["sizes", [2, 3, 4], (sizes) => new Network(sizes)],
    ["metrics", ["meanAbsoluteError", "r2"], (metrics) => network().evaluate(x, y, { metrics })],
    ["metrics of fit", ["meanAbsoluteError", "r2"], (metrics) => network().fitSync(x, y, { metrics })],
    ["boundaries", [1, 2], (boundaries) => piecewise({ boundaries, rates: [1, 2, 3] })],
    ["rates", [1, 2, 3], (rates) => piecewise({ boundaries: [1, 2], rates })],
    ["validationData", [x, y], (validationData) => network().fitSync(x, y, { validationData })],
    ["a batch", [x, y], (batch) => network().fitSync(new Set([batch]))],
    ["W1", Array.from(weights.W1), (W1) => make().setParams({ W1 })],
    [
      "rows of W1",
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      (W1) => make().setParams({ W1 }),
    ],
    ["a row of W1", [1, 2], (row) => make().setParams({ W1: [row, [1, 2], [3, 4]] })],
    ["b1", [1, 2, 3], (b1) => make().setParams({ b1 })],
    [
      "activations of fromPyTorch",
      ["relu", "linear"],
      (activations) => fromPyTorch(new Uint8Array(9), { activations }),
    ],
    ["files of fromTFJS", [bytes, bytes], (files) => fromTFJS(model, files)],
    ["rows of X", x, (X) => article.sigmoid(X)],
    ["a row of X", x[0], (row) => article.sigmoid([row])],
    ["layer_dims", [2, 3, 1], (dims) => article.init_params(dims)],
    ["rows of the article's W1", [...params.W1], (W1) => article.forward_prop([[1], [2]], { ...params, W1 })],
    [
      "rows of X of train",
      [
        [1, 2],
        [3, 4],
      ],
      (X) => article.train(X, [[0, 1]], [2, 1], 1, 1),
    ],
    ["cost_history", [1, 2, 3], (history) => article.plot(history)],
  ];

  test.each(lists)("in %s", async (_, list, call) => {
    for (let index = 0; index < list.length; index++) {
      const hole = await errorOf(() => call(without(list, index) as never));
      const gap = await errorOf(() => call(filled(list, index) as never));
      expect(`${hole.name}: ${hole.message}`).toBe(`${gap.name}: ${gap.message}`);
      expect(hole.message).not.toMatch(/Cannot read|is not iterable/);
    }
    const empty = await errorOf(() => call(new Array(list.length) as never));
    expect(empty.message).toMatch(/undefined|hole|empty|no |has \d values|header/);
  });

  test("the place is said", async () => {
    await expectRefusal(() => network().predict(without(x, 1)), ShapeError, [/[Rr]ow 1 of x is undefined/]);
    await expectRefusal(() => network().predict(wrong(new Array(3))), DataError, [/\brow 0\b/i, /undefined/]);
    await expectRefusal(() => network().predict([without([1, 2], 1), [3, 4]]), DataError, [
      /row 0/,
      /column 1/,
      /undefined/,
    ]);
  });
});
