/** Data that is no table of numbers: the message has the value, its row and column, and what helps. */

import { describe, expect, test } from "vitest";
import * as article from "../../src/article.js";
import { checkGradients } from "../../src/check.js";
import { DataError, dense, Network, type DenselyError as Refused, type Samples } from "../../src/index.js";
import { type Parts, wrong } from "../helpers.js";
import { errorOf, expectRefusal, stateOf } from "./tools.js";

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

/** Every door that takes rows of two numbers, and what it calls them. */
const doors: Record<string, [name: string, call: (n: Network, rows: Samples) => unknown]> = {
  predict: ["x", (n, rows) => n.predict(rows)],
  predictClasses: ["x", (_, rows) => new Network([2, 2]).predictClasses(rows)],
  activations: ["x", (n, rows) => n.activations(rows, 0)],
  "x of evaluate": ["x", (n, rows) => n.evaluate(rows, y)],
  "x of fit": ["x", (n, rows) => n.fit(rows, y)],
  "x of fitSync": ["x", (n, rows) => n.fitSync(rows, y)],
  "x of trainOnBatch": ["x", (n, rows) => n.trainOnBatch(rows, y)],
  "x of partialFit": ["x", (n, rows) => n.partialFit(rows, y)],
  "x of gradients": ["x", (n, rows) => n.gradients(rows, y)],
  "x of loss": ["x", (n, rows) => n.loss(rows, y)],
  "x of checkGradients": ["x", (n, rows) => checkGradients(n, rows, y)],
  "y of evaluate": ["y", (n, rows) => n.evaluate(x, rows)],
  "y of fitSync": ["y", (n, rows) => n.fitSync(x, rows)],
  "y of trainOnBatch": ["y", (n, rows) => n.trainOnBatch(x, rows)],
  "y of gradients": ["y", (n, rows) => n.gradients(x, rows)],
  "x of validationData": ["x", (n, rows) => n.fitSync(x, y, { validationData: [rows, y] })],
  "y of validationData": ["y", (n, rows) => n.fitSync(x, y, { validationData: [x, rows] })],
  "x of a batch": ["x", (n, rows) => n.fitSync(new Set([[rows, y] as const]))],
  "y of a batch": ["y", (n, rows) => n.fitSync(new Set([[x, rows] as const]))],
};

/** Values that are no numbers, the form in which a message shows them, and its remedy. */
const values: [string, unknown, RegExp, RegExp?][] = [
  ["null", null, /null/, /fill in|leave out|missing/],
  ["undefined", undefined, /undefined/, /fill in|leave out|missing/],
  ["NaN", Number.NaN, /NaN/, /fill in|leave out|missing/],
  ["Infinity", Infinity, /Infinity/],
  ["a word", "Torgersen", /"Torgersen"/, /text|string|number/],
  ["a number as text", "1.5", /"1\.5"/, /Number\(|text|string/],
  ["empty text", "", /""/],
  ["true", true, /true/],
  ["false", false, /false/],
  ["a BigInt", 1n, /1n/, /Number\(|BigInt/],
  ["an object", {}, /object/],
  ["a function", () => 1, /function/],
  ["a symbol", Symbol("s"), /[Ss]ymbol/],
  ["an array", [1], /array/],
  ["a Date", new Date(0), /Date|object/],
  ["more than float32 holds", 1e39, /1e\+?39/],
];

describe("A value that is no number is named with its row and column, the first cell like any other", () => {
  const cases = Object.entries(doors).flatMap(([door, [name, call]]) =>
    values.map(([value, cell, shown, remedy]) => [door, value, name, call, cell, shown, remedy] as const),
  );

  test.each(cases)("%s: %s", async (_, __, name, call, cell, shown, remedy) => {
    const made = network();
    const before = stateOf(made);
    for (const [row, col] of [
      [0, 0],
      [0, 1],
      [1, 0],
      [2, 1],
    ]) {
      const rows = x.map((values) => [...values]);
      rows[row][col] = wrong(cell);
      const parts = [
        new RegExp(`\\b${name}\\b`),
        shown,
        new RegExp(`\\brow ${row}\\b`, "i"),
        new RegExp(`\\bcolumn ${col}\\b`),
      ];
      const remedied = [...parts, ...(remedy ? [remedy] : [])];
      await expectRefusal(() => call(made, rows), DataError, remedied, [/array of 2/]);
      // Flat, row by row, it stands in the same place; an object there could be a row.
      if (Object(cell) !== cell) await expectRefusal(() => call(made, rows.flat()), DataError, parts);
    }
    const rows = x.map((values) => [...values]);
    rows[0].fill(wrong(cell));
    await expectRefusal(() => call(made, rows), DataError, [/\brow 0\b/i, /\bcolumn 0\b/]);
    expect(stateOf(made)).toBe(before);
  });

  test("sample weights likewise", async () => {
    for (const [, cell, shown] of values) {
      for (const at of [0, 2]) {
        const weights = [1, 1, 1];
        weights[at] = wrong(cell);
        const parts = [/sampleWeight/, shown, new RegExp(`\\brow ${at}\\b`, "i")];
        await expectRefusal(() => network().evaluate(x, y, { sampleWeight: weights }), DataError, parts);
        await expectRefusal(() => network().fitSync(x, y, { sampleWeight: weights }), DataError, parts);
      }
    }
  });

  test("the article's matrices likewise", async () => {
    for (const [, cell, shown] of values.filter(([, cell]) => !Array.isArray(cell))) {
      for (const [row, col] of [
        [0, 0],
        [1, 1],
      ]) {
        const X = x.map((values) => [...values]);
        X[row][col] = wrong(cell);
        const parts = [shown, new RegExp(`\\brow ${row}\\b`, "i"), new RegExp(`\\bcolumn ${col}\\b`)];
        await expectRefusal(() => article.sigmoid(X), DataError, [/\bZ\b/, ...parts]);
        await expectRefusal(() => article.train(X, [[0, 1]], [3, 1], 1, 1), DataError, [/\bX\b/, ...parts]);
      }
    }
  });
});

describe("Messages about data name what is wrong with it", () => {
  const binary = () => new Network([2, 1]);
  const classes = () => new Network([2, 3]);
  const decisions = () => new Network({ inputs: 2, layers: [dense(3, "sigmoid")] });
  const cases: [string, () => unknown, Parts, Parts?][] = [
    [
      "NaN in y is missing, not too large",
      () => binary().fitSync(x, [0, Number.NaN, 1]),
      [/NaN/, /row 1/i],
      [/scale/],
    ],
    [
      "null in y likewise",
      () => binary().fitSync(x, [0, wrong<number>(null), 1]),
      [/null/, /row 1/i],
      [/scale/],
    ],
    [
      "undefined in y likewise",
      () => binary().fitSync(x, [0, wrong<number>(undefined), 1]),
      [/undefined/],
      [/scale/],
    ],
    [
      "Infinity in y likewise",
      () => binary().fitSync(x, [0, Infinity, 1]),
      [/Infinity/, /row 1/i],
      [/scale/],
    ],
    [
      "NaN among class indices",
      () => classes().fitSync(x, [0, Number.NaN, 1]),
      [/NaN/, /row 1/i, /class ind(ex|ices)|missing|fill in/],
    ],
    [
      "BigInt64Array y",
      () => classes().fitSync(x, wrong(BigInt64Array.of(0n, 1n, 1n))),
      [/BigInt/, /Int32Array|Number/],
      [/no whole number/],
    ],
    [
      "BigUint64Array x",
      () => classes().predict(wrong(BigUint64Array.of(0n, 1n))),
      [/BigInt/, /Float32Array|Number/],
    ],
    ["a list of BigInts", () => classes().fitSync(x, wrong([0n, 1n, 2n])), [/0n/, /BigInt|Number\(/]],
    [
      "string labels",
      () => classes().fitSync(x, wrong(["cat", "dog", "owl"])),
      [/"cat"/, /class ind(ex|ices)/],
    ],
    [
      "string labels of a sigmoid",
      () => binary().fitSync(x, wrong(["no", "yes", "no"])),
      [/"no"/, /0 (and|or) 1/],
    ],
    [
      "boolean labels",
      () => binary().fitSync(x, wrong([true, false, true])),
      [/true/, /0 (and|or) 1|Number\(/],
    ],
    [
      "y of 18 behind a sigmoid",
      () => binary().fitSync(x, [18, 22, 31]),
      [/18/, /row 0/i, /dense\(1\)/],
      [/choose meanSquaredError\.$/],
    ],
    [
      "y of -0.5 behind a sigmoid",
      () => binary().fitSync(x, [0.5, -0.5, 1]),
      [/-0\.5/, /row 1/i, /dense\(1\)/],
    ],
    [
      "three sigmoids with class indices",
      () => decisions().fitSync(x, [0, 1, 2]),
      [/"?softmax"?/, /class ind(ex|ices)/],
    ],
    [
      "three sigmoids with an Int32Array of them",
      () => decisions().fitSync(x, Int32Array.of(0, 2, 1)),
      [/softmax/],
    ],
    [
      "three linear outputs with class indices",
      () => network().fitSync([...x, ...x], [0, 1, 1, 0, 0, 1]),
      [/softmax|2 values/],
    ],
    ["class indices from 1", () => classes().fitSync(x, [1, 2, 3]), [/\b3\b/, /row 2/i, /0 to 2/]],
    ["class indices that are no whole numbers", () => classes().fitSync(x, [0, 0.5, 1]), [/0\.5/, /row 1/i]],
    [
      "one-hot rows as text",
      () =>
        classes().fitSync(
          x,
          wrong([
            ["1", "0", "0"],
            ["0", "1", "0"],
            ["0", "0", "1"],
          ]),
        ),
      [/"1"/, /row 0/i, /column 0/],
    ],
    [
      "a DataView",
      () => network().predict(wrong(new DataView(new ArrayBuffer(16)))),
      [/DataView/, /Float32Array|array/],
    ],
    ["an ArrayBuffer", () => network().predict(wrong(new ArrayBuffer(16))), [/ArrayBuffer/, /Float32Array/]],
    [
      "a detached array",
      () => {
        const values = Float32Array.of(1, 2);
        structuredClone(values.buffer, { transfer: [values.buffer] });
        network().predict(values);
      },
      [/empty|detached/],
    ],
    ["a Map", () => network().predict(wrong(new Map([[0, [1, 2]]]))), [/Map|object/, /array/]],
    ["a promise", () => network().predict(wrong(Promise.resolve([1, 2]))), [/[Pp]romise/, /await/]],
    ["a CSV text", () => network().predict(wrong("1,2\n3,4".repeat(999))), [/"1,2/, /array/]],
    [
      "one object a row",
      () => network().predict(wrong([{ a: 1, b: 2 }])),
      [/object/, /row 0/i, /array|numbers/],
    ],
  ];

  test.each(cases)("%s", async (_, call, parts, without = []) => {
    const error: Refused = await errorOf(call);
    expect(error.message.length).toBeLessThan(600);
    for (const part of parts) expect(error.message).toMatch(part);
    for (const part of without) expect(error.message).not.toMatch(part);
  });
});
