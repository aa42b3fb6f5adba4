/** Finite inputs that overflow inside a network: an error that names the row, and never NaN or a class of it. */

import { describe, expect, test } from "vitest";
import {
  adam,
  DataError,
  DivergenceError,
  dense,
  type LayerInput,
  layerNorm,
  Network,
} from "../../src/index.js";
import { errorOf, expectNoChange, expectRefusal, oneWeight } from "./tools.js";

describe("Gradients that are not finite", () => {
  const network = new Network({ inputs: 2, layers: [dense(1, "exponential"), dense(2, "exponential")] });
  const x = [
    [0, 0],
    [3, 0],
    [0, 1],
  ];
  const dOutputs = [
    [1, 1],
    [1, 1],
    [1, 1],
  ];
  network.setParams({ W1: [2, 0], b1: [0], W2: [1, 1], b2: [0, 0] });

  test("name the row", async () => {
    for (const call of [
      () => network.backward(x, dOutputs),
      () => network.outputGradients(x, { output: 0 }),
      () => network.gradients(x, dOutputs),
    ]) {
      const { name, message } = await errorOf(call);
      expect([name, message]).toEqual(["DataError", expect.stringMatching(/ow 1 of x \(from 0\).*scale x/)]);
    }
  });

  test("name the parameter where all rows are finite", async () => {
    const line = new Network({ inputs: 1, layers: [dense(1)] });
    const { name, message } = await errorOf(() => line.backward([3e38], [10]));
    expect([name, message]).toEqual(["DataError", expect.stringMatching(/gradient of W1 is Infinity/)]);
  });
});

describe("Finite inputs whose outputs are not", () => {
  /** 1e30 · 1e30 in two units is Infinity twice; the last layer subtracts one from the other. */
  const make = (last: LayerInput) => {
    const network = new Network({ inputs: 2, layers: [dense(2, "linear", { bias: false }), last] });
    network.setParams({ W1: [1e30, 0, 0, 1e30] });
    const { W2 } = network.getParams();
    if (W2) network.setParams({ W2: W2.map((_, i) => (i % 2 ? -1 : 1)) });
    return network;
  };
  const x = [
    [0, 0],
    [1, 1],
    [1e30, 1e30],
    [0, 1],
  ];
  const kinds: [string, LayerInput, unknown][] = [
    ["linear outputs", dense(1), [0, 0, 0, 0]],
    ["a sigmoid", dense(1, "sigmoid"), [0, 1, 0, 1]],
    ["a softmax", dense(3, "softmax"), [0, 1, 2, 0]],
    [
      "tanh",
      dense(2, "tanh"),
      [
        [0, 0],
        [0, 0],
        [0, 0],
        [0, 0],
      ],
    ],
    [
      "relu",
      dense(2, "relu"),
      [
        [0, 0],
        [0, 0],
        [0, 0],
        [0, 0],
      ],
    ],
    [
      "layerNorm",
      layerNorm(),
      [
        [0, 0],
        [0, 0],
        [0, 0],
        [0, 0],
      ],
    ],
  ];

  test.each(kinds)("%s: predict names the row, and changes nothing", async (_, last) => {
    const network = make(last);
    await expectRefusal(() => network.predict(x), DataError, [/\brow 2\b/i, /overflow|finite|scale/]);
    await expectNoChange(network, () => network.predict(x));
    const rows = Array.from({ length: 500 }, (_, r) => (r === 321 ? [1e30, 1e30] : [0.5, 0.5]));
    await expectRefusal(() => network.predict(rows), DataError, [/\brow 321\b/i]);
    expect(network.predict(x.slice(0, 2)).every(Number.isFinite)).toBe(true);
  });

  test.each(kinds)(
    "%s: predictClasses, activations, evaluate, loss and gradients do not answer NaN",
    async (_, last, y) => {
      const network = make(last);
      const targets = y as number[];
      const calls = [
        () => network.activations(x, 0),
        () => network.activations(x, 1),
        () => network.evaluate(x, targets),
        () => network.loss(x, targets),
        () => network.gradients(x, targets),
      ];
      for (const call of calls) expect((await errorOf(call)).message).toMatch(/\brow 2\b/i);
      await expectNoChange(network, calls[4]);
    },
  );

  test("predictClasses does not say 0", async () => {
    for (const [, last] of kinds.slice(1, 3)) {
      await expectRefusal(() => make(last).predictClasses(x), DataError, [/\brow 2\b/i]);
    }
  });

  test("validation of a fit, and training", async () => {
    const network = make(dense(1));
    const good = [
      [0, 0],
      [1e-30, 1e-30],
    ];
    await expectNoChange(network, () => network.fitSync(good, [0, 0], { validationData: [x, [0, 0, 0, 0]] }));
    await expectNoChange(network, () => network.fitSync(x, [0, 0, 0, 0]));
    await expectNoChange(network, () => network.trainOnBatch(x, [0, 0, 0, 0]));
  });

  test("a loss beyond float32 of finite outputs is no answer either", async () => {
    const network = oneWeight(1);
    expect([...network.predict([1e30])].every(Number.isFinite)).toBe(true);
    for (const call of [() => network.loss([1, 1e30], [0, 0]), () => network.gradients([1, 1e30], [0, 0])]) {
      expect((await errorOf(call)).message).toMatch(/\brow 1\b/i);
    }
  });

  test("what overflows inside and is finite in the end is an answer", () => {
    const network = make(dense(1, "tanh"));
    network.setParams({ W2: [1, 1] });
    expect([...network.predict(x.slice(0, 3))]).toEqual([0, 1, 1]);
  });

  test("rates beyond all bounds end in DivergenceError", () => {
    const network = new Network({ inputs: 1, layers: [dense(1)], optimizer: adam({ learningRate: 3e38 }) });
    expect(() => {
      for (let i = 0; i < 5; i++) network.fitSync([1, 2], [1, 2]);
    }).toThrow(DivergenceError);
  });
});
