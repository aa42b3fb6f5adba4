/** Errors of calls: class and message, and a network that is as it was, parameters and further training to the bit. */

import { describe, expect, test } from "vitest";
import { DataError, dense, Network, type Samples, ShapeError, SpecError } from "../../src/index.js";
import {
  type ErrorClass,
  expectError,
  expectSameBits,
  floats,
  type Parts,
  parametersOf,
  wholes,
  wrong,
} from "../helpers.js";

const ROWS = 30;
const x = floats(ROWS * 4, 1);
const y = wholes(ROWS, 2, 3);

const classifier = (): Network => new Network({ inputs: 4, layers: [dense(8, "relu"), dense(3, "softmax")] });
const sigmoids = (): Network => new Network({ inputs: 4, layers: [dense(2, "sigmoid")] });
const regression = (): Network => new Network({ inputs: 4, layers: [dense(2)] });

/** x with another value at one place. */
function spoiled(at: number, value: number): number[] {
  return Array.from(x, (good, i) => (i === at ? value : good));
}

/** A network, its targets and its twin, all trained a little so that the optimizer remembers something. */
function twins(make: () => Network): { network: Network; twin: Network; targets: number[] | Float32Array } {
  const [network, twin] = [make(), make()];
  const { loss } = network.spec;
  const targets = loss.type === "categoricalCrossentropy" ? y : Float32Array.from(wholes(ROWS * 2, 3, 2));
  for (const each of [network, twin]) each.fitSync(x, targets, { epochs: 1, batchSize: 8 });
  return { network, twin, targets };
}

/** After an error: the same parameters, and the same training from there on, as the twin that saw none. */
async function expectAsBefore(
  make: () => Network,
  call: (network: Network) => unknown,
  kind: ErrorClass,
  parts: Parts,
): Promise<void> {
  const { network, twin, targets } = twins(make);
  await expectError(() => call(network), kind, parts);
  expectSameBits(parametersOf(network), parametersOf(twin));
  const options = { epochs: 2, batchSize: 8 };
  expect(network.fitSync(x, targets, options)).toEqual(twin.fitSync(x, targets, options));
  expectSameBits(parametersOf(network), parametersOf(twin));
}

type Case = readonly [name: string, call: (network: Network) => unknown, parts: Parts];

/** A case for each method that takes x and y. */
function everywhere(name: string, wrongX: unknown, wrongY: unknown, parts: Parts): Case[] {
  const [x2, y2] = [wrong<Samples>(wrongX), wrong<Samples>(wrongY)];
  return [
    [`${name}: fit`, (network) => network.fit(x2, y2), parts],
    [`${name}: fitSync`, (network) => network.fitSync(x2, y2, { epochs: 2 }), parts],
    [`${name}: trainOnBatch`, (network) => network.trainOnBatch(x2, y2), parts],
    [`${name}: evaluate`, (network) => network.evaluate(x2, y2), parts],
    [`${name}: loss`, (network) => network.loss(x2, y2), parts],
    [`${name}: gradients`, (network) => network.gradients(x2, y2), parts],
    [`${name}: validationData`, (network) => network.fit(x, y, { validationData: [x2, y2] }), parts],
  ];
}

const rows = (count: number, length = 4): number[][] =>
  Array.from({ length: count }, () => new Array(length).fill(0.5));

const SHAPES: Case[] = [
  ...everywhere(
    "a row too long",
    [...rows(2), [1, 2, 3, 4, 5]],
    [0, 1, 2],
    ["Row 2 of x has 5 values", "4 inputs", "give 4 values"],
  ),
  ...everywhere("a row too short", [[1], ...rows(2)], [0, 1, 2], ["Row 0 of x has 1 value", "give 4 values"]),
  ...everywhere(
    "x and y of different length",
    rows(5),
    [0, 1, 2],
    ["y has 3 values", "3 outputs", "class index"],
  ),
  ...everywhere("x and rows of y of different length", rows(5), rows(4, 3), [
    "x has 5 rows but y has 4",
    "one row of y",
  ]),
  [
    "x of no whole rows",
    (network) => network.predict([1, 2, 3, 4, 5]),
    ["x has 5 values", "multiple of 4", "give 4 values a row"],
  ],
  ["empty x", (network) => network.predict([]), ["x is empty", "at least one row"]],
  ["x that is no table", (network) => network.predict(wrong("abc")), ['x is "abc"', "typed array"]],
  [
    "x of a kind that is not supported",
    (network) => network.predict(wrong(new BigInt64Array(4))),
    ["a BigInt64Array", "typed array"],
  ],
  ["x as null", (network) => network.fit(wrong<number[]>(null), y), ["x is null", "array of rows"]],
  ["y that is missing", (network) => network.fit(x, wrong(undefined)), ["y is undefined", "array of rows"]],
  [
    "a row that is none",
    (network) => network.predict(wrong([[1, 2, 3, 4], "abcd"])),
    ['Row 1 of x is "abcd"', "give 4 numbers"],
  ],
  [
    "a row of y too long",
    (network) =>
      network.fit(rows(2), [
        [0, 1, 0],
        [0, 1, 0, 0],
      ]),
    ["Row 1 of y has 4 values", "3 outputs"],
  ],
  [
    "an out too short",
    (network) => network.predict(x, { out: new Float32Array(5) }),
    ["a Float32Array of 5", `Float32Array of ${ROWS * 3}`],
  ],
  [
    "an out of another kind",
    (network) => network.predict(x, { out: wrong(new Float64Array(90)) }),
    ["Float64Array", "Float32Array of 90"],
  ],
  [
    "a parameter too short",
    (network) => network.setParams({ b2: [0, 0, 0], W1: [1, 2] }),
    ["W1 has 2 values", "8 x 4"],
  ],
  [
    "a bias too long",
    (network) => network.setParams({ b2: [0, 0, 0, 0] }),
    ["b2 has 4 values", "give 3 values"],
  ],
  [
    "a parameter that is none",
    (network) => network.setParams({ b1: wrong(7) }),
    ["b1 is 7", "give 8 values"],
  ],
  [
    "a split that leaves nothing",
    (network) => network.fit(rows(2), [0, 1], { validationSplit: 0.9 }),
    ["0.9 of 2 rows", "another share"],
  ],
];

const DATA: Case[] = [
  ...everywhere("NaN in flat x", spoiled(4 * 7 + 2, Number.NaN), y, [
    "x is NaN in row 7, column 2",
    "finite",
    "leave out",
  ]),
  ...everywhere("Infinity in typed x", Float32Array.from(spoiled(3, -Infinity)), y, [
    "x is -Infinity in row 0, column 3",
    "finite",
  ]),
  ...everywhere(
    "NaN in rows",
    [...rows(3), [0, Number.NaN, 0, 0]],
    [0, 1, 2, 0],
    ["x is NaN in row 3, column 1", "finite"],
  ),
  ...everywhere("beyond float32", spoiled(5, 1e39), y, ["x is 1e+39 in row 1, column 1", "float32"]),
  ...everywhere(
    "a hole in x",
    [...rows(1), [0, undefined, 0, 0]],
    [0, 1],
    ["x is undefined in row 1, column 1"],
  ),
  ...everywhere("text in x", [...rows(1), [0, 0, 0, "7"]], [0, 1], ['x is "7" in row 1, column 3']),
  ...everywhere("a class beyond the last", rows(3), [0, 3, 1], ["y is 3 in row 1", "from 0 to 2"]),
  ...everywhere("a negative class", rows(3), Int8Array.of(0, 1, -1), ["y is -1 in row 2", "from 0 to 2"]),
  ...everywhere("half a class", rows(3), [0.5, 1, 1], ["y is 0.5 in row 0", "whole number"]),
  ...everywhere(
    "NaN in one-hot rows",
    rows(2),
    [
      [0, 1, 0],
      [0, Number.NaN, 0],
    ],
    ["y is NaN in row 1, column 1", "fill in"],
  ),
  ...everywhere(
    "a target beyond 1",
    rows(2),
    [
      [0, 1, 0],
      [0, 2, 0],
    ],
    ["y is 2 in row 1, column 1", "dense(1)"],
  ),
  ["NaN for predict", (network) => network.predict(spoiled(9, Number.NaN)), ["x is NaN in row 2, column 1"]],
  [
    "NaN among the last rows, kept for validation",
    (network) => network.fit(spoiled(4 * 29, Number.NaN), y, { validationSplit: 0.2 }),
    ["row 29, column 0"],
  ],
  [
    "NaN in a parameter",
    (network) => network.setParams({ W1: new Float32Array(32), b2: [0, Number.NaN, 0] }),
    ["b2 is NaN at index 1", "finite"],
  ],
  [
    "a parameter beyond float32",
    (network) => network.setParams({ b2: [0, 0, 1e39] }),
    ["b2 is 1e+39 at index 2", "finite"],
  ],
];

const option = (name: string, options: object, ...parts: Parts): Case => [
  name,
  (network) => network.fit(x, y, options),
  parts,
];

const OPTIONS: Case[] = [
  option("an unknown option of fit", { epoch: 3 }, 'option "epoch" of fit', 'did you mean "epochs"?'),
  option("negative epochs", { epochs: -1 }, "epochs is -1", "at least 0"),
  option("epochs as text", { epochs: "3" }, 'epochs is "3"', "whole number"),
  option("a batchSize of 0", { batchSize: 0 }, "batchSize is 0", "at least 1"),
  option("a batchSize misspelt", { batchSize: "ful" }, '"ful"', '"full"'),
  option("shuffle as text", { shuffle: "yes" }, 'shuffle is "yes"', "true or false"),
  option("a validationSplit of 1", { validationSplit: 1 }, "validationSplit is 1", "below 1"),
  option("a negative validationSplit", { validationSplit: -0.1 }, "validationSplit is -0.1", "from 0"),
  option("both kinds of validation", { validationSplit: 0.1, validationData: [x, y] }, "both", "choose one"),
  option("validationData without y", { validationData: [x] }, "an array of 1", "[x, y]"),
  option("an unknown metric", { metrics: ["acuracy"] }, 'metric "acuracy"', 'did you mean "accuracy"?'),
  option("metrics as text", { metrics: "accuracy" }, 'metrics is "accuracy"', '["accuracy"]'),
  option("an onEpoch that is none", { onEpoch: true }, "onEpoch is true", "function"),
  option("an onBatch that is none", { onBatch: 5 }, "onBatch is 5", "function"),
  option("a signal that is none", { signal: "stop" }, 'signal is "stop"', "AbortController"),
  [
    "fit with options as a number",
    (network) => network.fit(x, y, wrong(5)),
    ["fit is 5", "give a plain object of options"],
  ],
  [
    "an unknown option of evaluate",
    (network) => network.evaluate(x, y, wrong<object>({ metric: [] })),
    ['"metric" of evaluate', '"metrics"?'],
  ],
  [
    "an unknown option of predict",
    (network) => network.predict(x, wrong({ output: 1 })),
    ['"output" of predict', "out"],
  ],
  [
    "an unknown option of explain",
    (network) => network.explain(wrong({ batchsize: 1 })),
    ['"batchsize"', 'did you mean "batchSize"?'],
  ],
  [
    "an unknown parameter",
    (network) => network.setParams({ b1: new Float32Array(8), W3: [1] }),
    ['"W3" of setParams', "W1, b1, W2, b2"],
  ],
];

describe.each([
  ["ShapeError", ShapeError, SHAPES],
  ["DataError", DataError, DATA],
  ["SpecError", SpecError, OPTIONS],
] as const)("%s", (_, kind, cases) => {
  test.each(cases)("%s", async (_, call, parts) => {
    await expectAsBefore(classifier, call, kind, parts);
  });
});

test.each<Case>([
  [
    "a target below 0",
    (network) => network.fit(x, floats(ROWS * 2, 1)),
    [/y is -0\.\d+ in row \d+, column \d/, "from 0 to 1"],
  ],
  [
    "a byte beyond 1",
    (network) => network.fit(x, new Uint8Array(ROWS * 2).fill(255)),
    ["y is 255 in row 0, column 0", "from 0 to 1"],
  ],
])("DataError of binary cross-entropy: %s", async (_, call, parts) => {
  await expectAsBefore(sigmoids, call, DataError, parts);
});

test("SpecError: accuracy where it means nothing", async () => {
  const call = (network: Network) => network.fit(x, floats(ROWS * 2, 1), { metrics: ["accuracy"] });
  await expectAsBefore(regression, call, SpecError, [
    '"accuracy"',
    "meanSquaredError on linear",
    '"softmax" or "sigmoid"',
  ]);
});
