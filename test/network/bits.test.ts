/** Yielding, staging, batches of predictions and splitting a fit must not change a bit; the seed must. */

import { describe, expect, test } from "vitest";
import { adam, dense, type FitOptions, Network, type NetworkOptions, sgd } from "../../src/index.js";
import { BUILDS, expectSameBits, floats, generator, parametersOf, sameBits, wholes } from "../helpers.js";

const INPUTS = 13;
const CLASSES = 5;
const ROWS = 211;
const x = floats(ROWS * INPUTS, 1);
const y = wholes(ROWS, 2, CLASSES);

const make = (options: Partial<NetworkOptions> = {}): Network =>
  new Network({ inputs: INPUTS, layers: [dense(19, "relu"), dense(CLASSES, "softmax")], ...options });

const CONFIGURATIONS: [string, FitOptions, Partial<NetworkOptions>][] = [
  ["defaults", {}, {}],
  ["odd batch, shuffled", { epochs: 3, batchSize: 17 }, {}],
  ["in order", { epochs: 2, batchSize: 32, shuffle: false }, { optimizer: sgd({ momentum: 0.9 }) }],
  ["full batch", { epochs: 4, batchSize: "full" }, {}],
  ["one sample a step", { epochs: 1, batchSize: 1 }, { optimizer: sgd({ learningRate: 0.1 }) }],
  [
    "validation split and accuracy",
    { epochs: 3, batchSize: 20, validationSplit: 0.27, metrics: ["accuracy"] },
    {},
  ],
  [
    "validation data",
    { epochs: 2, validationData: [x.subarray(0, 30 * INPUTS), y.slice(0, 30)] },
    { seed: 77 },
  ],
  ["per batch", { epochs: 2, batchSize: 9, onBatch: () => {} }, {}],
];

describe.each(BUILDS)("$name", (math) => {
  test.each(CONFIGURATIONS)("fit is fitSync: %s", async (_, fitOptions, networkOptions) => {
    const [one, other] = [make({ ...networkOptions, math }), make({ ...networkOptions, math })];
    const [history, historySync] = [await one.fit(x, y, fitOptions), other.fitSync(x, y, fitOptions)];
    expectSameBits(parametersOf(one), parametersOf(other));
    expect(history).toEqual(historySync);
    expect(sameBits(parametersOf(one), parametersOf(make({ ...networkOptions, math })))).toBe(false);
  });

  test("the same seed gives the same bits, others give others, and 0 is a seed", () => {
    const trained = (seed: number): Float32Array => {
      const network = make({ seed, math });
      network.fitSync(x, y, { epochs: 2, batchSize: 16 });
      return parametersOf(network);
    };
    expectSameBits(trained(0), trained(0));
    expectSameBits(trained(12), trained(12));
    const seeds = [0, 1, 2, 2 ** 32, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER].map(trained);
    seeds.forEach((a, i) => {
      for (const b of seeds.slice(i + 1)) expect(sameBits(a, b)).toBe(false);
    });
    expect(sameBits(parametersOf(make({ seed: 0, math })), parametersOf(make({ seed: 1, math })))).toBe(
      false,
    );
  });

  test("the seed drives the shuffles too, and each epoch has one of its own", () => {
    const losses = (seed: number, epochs: number): number[] => {
      const network = make({ seed, math, optimizer: sgd({ learningRate: 0 }) });
      network.setParams(make({ seed: 3, math }).getParams());
      const reports: number[] = [];
      network.fitSync(x, y, { epochs, batchSize: 16, onBatch: ({ loss }) => reports.push(loss) });
      return reports;
    };
    expect(losses(5, 1)).toEqual(losses(5, 1));
    expect(losses(5, 1)).not.toEqual(losses(6, 1));
    const two = losses(5, 2);
    expect(two.slice(0, two.length / 2)).not.toEqual(two.slice(two.length / 2));
  });

  test.each([
    ["adam", adam()],
    ["momentum", sgd({ momentum: 0.9 })],
  ])("fits of 2 and 3 epochs are one of 5, with %s", (_, optimizer) => {
    const [split, whole] = [make({ math, optimizer }), make({ math, optimizer })];
    const options = { batchSize: 16, metrics: ["accuracy"] as const };
    const parts = [2, 3].map((epochs) => split.fitSync(x, y, { ...options, epochs }));
    const history = whole.fitSync(x, y, { ...options, epochs: 5 });
    expectSameBits(parametersOf(split), parametersOf(whole));
    expect([...parts[0].loss, ...parts[1].loss]).toEqual(history.loss);
    expect(parts.flatMap(({ accuracy }) => accuracy)).toEqual(history.accuracy);
  });

  test.each([1, 16, 50, "full"] as const)("callbacks change nothing, batches of %s", (batchSize) => {
    const options: FitOptions = { epochs: 7, batchSize, metrics: ["accuracy"] };
    const silent = make({ math });
    const history = silent.fitSync(x, y, options);
    for (const callbacks of [{ onEpoch: () => {} }, { onBatch: () => {} }]) {
      const network = make({ math });
      expect(network.fitSync(x, y, { ...options, ...callbacks })).toEqual(history);
      expectSameBits(parametersOf(network), parametersOf(silent));
    }
  });

  test("a prediction has the same bits in every batch", () => {
    const network = make({ math });
    const all = network.predict(x);
    for (const size of [1, 5, 64, 100]) {
      for (let first = 0; first < ROWS; first += size) {
        const last = Math.min(ROWS, first + size);
        const part = network.predict(x.subarray(first * INPUTS, last * INPUTS));
        expectSameBits(part, all.subarray(first * CLASSES, last * CLASSES));
      }
    }
  });

  test("what is called between two fits does not change the second", () => {
    const [asked, silent] = [make({ math }), make({ math })];
    for (const network of [asked, silent]) {
      network.fitSync(x, y, { batchSize: 16 });
      if (network === asked) {
        network.predict(x);
        network.evaluate(x, y, { metrics: ["accuracy"] });
        network.gradients(x, y);
        network.explain();
        network.toJSON();
      }
      network.fitSync(x, y, { batchSize: 16 });
    }
    expectSameBits(parametersOf(asked), parametersOf(silent));
  });
});

test("rows that pass through the window give the same bits as resident ones", async () => {
  const [rows, inputs] = [14_003, 901];
  const pixels = new Uint8Array(rows * inputs);
  const next = generator(5);
  for (let i = 0; i < pixels.length; i += 7) pixels[i] = 256 * next();
  // As bytes the rows stay in memory (13 MB), as floats (50 MB and more) they are staged window by window.
  const values = Float32Array.from(pixels, (byte) => byte * Math.fround(1 / 255));
  expect(pixels.byteLength).toBeLessThan(48 * 2 ** 20);
  expect(values.byteLength).toBeGreaterThan(48 * 2 ** 20);
  const labels = wholes(rows, 6, 3);
  for (const shuffle of [true, false]) {
    const [resident, staged] = [0, 1].map(() => new Network([inputs, 4, 3]));
    const options: FitOptions = { epochs: 2, batchSize: 100, shuffle, metrics: ["accuracy"] };
    const [one, other] = [
      await resident.fit(pixels, labels, options),
      staged.fitSync(values, labels, options),
    ];
    expectSameBits(parametersOf(resident), parametersOf(staged));
    expect(one).toEqual(other);
    expectSameBits(resident.predict(pixels), staged.predict(values));
    expect(resident.evaluate(pixels, labels)).toEqual(staged.evaluate(values, labels));
  }
});
