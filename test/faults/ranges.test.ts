/** Numbers of a spec are float32 numbers or refused by name; epochs cut short go on where they ended. */

import { describe, expect, test } from "vitest";
import * as doors from "../../src/index.js";
import {
  adadelta,
  adagrad,
  adam,
  adamw,
  batchNorm,
  cosineDecay,
  DataError,
  type DenseOptions,
  dense,
  exponentialDecay,
  type Initializer,
  layerNorm,
  lion,
  Network,
  nadam,
  oneCycle,
  piecewise,
  polynomialDecay,
  reduceOnPlateau,
  rmsprop,
  SpecError,
  sgd,
  stepDecay,
  warmup,
} from "../../src/index.js";
import { lbfgs } from "../../src/lbfgs.js";
import { parametersOf, wrong } from "../helpers.js";
import { expectNoChange, expectRefusal, oneWeight } from "./tools.js";

const sized = (options: DenseOptions) => new Network({ inputs: 1, layers: [dense(1, "linear", options)] });
const begun = (init: Initializer) => sized({ init });
const withRate = (learningRate: unknown) =>
  new Network({ inputs: 1, layers: [dense(1)], optimizer: wrong({ type: "sgd", learningRate }) });

describe("A number beyond float32 in a spec is refused, with its name and the range", () => {
  /** Each makes a network with one option of that value. */
  const options: Record<string, (value: number) => unknown> = {
    biasInit: (biasInit) => sized({ biasInit }),
    l1: (l1) => sized({ l1 }),
    l2: (l2) => sized({ l2 }),
    maxNorm: (maxNorm) => sized({ maxNorm }),
    "value of constant": (value) => begun({ type: "constant", value }),
    "limit of uniform": (limit) => begun({ type: "uniform", limit }),
    "stddev of normal": (stddev) => begun({ type: "normal", stddev }),
    "stddev of truncatedNormal": (stddev) => begun({ type: "truncatedNormal", stddev }),
    "gain of orthogonal": (gain) => begun({ type: "orthogonal", gain }),
    "epsilon of batchNorm": (epsilon) => batchNorm({ epsilon }),
    "epsilon of layerNorm": (epsilon) => layerNorm({ epsilon }),
    stddev: (stddev) => doors.gaussianNoise(stddev),
    inputScale: (inputScale) => new Network({ inputs: 1, layers: [dense(1)], inputScale }),
    delta: (delta) => new Network({ inputs: 1, layers: [dense(1)], loss: { type: "huber", delta } }),
    "learningRate of sgd": (learningRate) => sgd({ learningRate }),
    "weightDecay of sgd": (weightDecay) => sgd({ weightDecay }),
    "clipNorm of adam": (clipNorm) => adam({ clipNorm }),
    "clipValue of adam": (clipValue) => adam({ clipValue }),
    "epsilon of adam": (epsilon) => adam({ epsilon }),
    "weightDecay of adamw": (weightDecay) => adamw({ weightDecay }),
    "epsilon of nadam": (epsilon) => nadam({ epsilon }),
    "learningRate of nadam": (learningRate) => nadam({ learningRate }),
    "epsilon of rmsprop": (epsilon) => rmsprop({ epsilon }),
    "epsilon of adagrad": (epsilon) => adagrad({ epsilon }),
    "initialAccumulator of adagrad": (initialAccumulator) => adagrad({ initialAccumulator }),
    "epsilon of adadelta": (epsilon) => adadelta({ epsilon }),
    "learningRate of lion": (learningRate) => lion({ learningRate }),
    "weightDecay of lion": (weightDecay) => lion({ weightDecay }),
    "learningRate of lbfgs": (learningRate) => lbfgs({ learningRate }),
    "learningRate of stepDecay": (learningRate) => stepDecay({ learningRate, every: 1 }),
    "learningRate of exponentialDecay": (learningRate) => exponentialDecay({ learningRate, steps: 1 }),
    "learningRate of polynomialDecay": (learningRate) => polynomialDecay({ learningRate, steps: 1 }),
    "end of polynomialDecay": (end) => polynomialDecay({ learningRate: 1, steps: 1, end }),
    "learningRate of cosineDecay": (learningRate) => cosineDecay({ learningRate, steps: 1 }),
    "end of cosineDecay": (end) => cosineDecay({ learningRate: 1, steps: 1, end }),
    "learningRate of oneCycle": (learningRate) => oneCycle({ learningRate, steps: 1 }),
    "from of warmup": (from) => warmup({ steps: 1, from, after: 1 }),
    "after of warmup": (after) => warmup({ steps: 1, after }),
    "rates of piecewise": (rate) => piecewise({ boundaries: [1], rates: [1, rate] }),
    "learningRate of reduceOnPlateau": (learningRate) => reduceOnPlateau({ learningRate }),
    "least of reduceOnPlateau": (least) => reduceOnPlateau({ learningRate: 1, least }),
    learningRate: (rate) => {
      sized({}).learningRate = rate;
    },
    "learningRate as plain data": withRate,
  };
  const cases = Object.entries(options);

  test.each(cases)("%s", async (name, make) => {
    const word = new RegExp(name.split(" ")[0]);
    make(0.5);
    for (const value of [1e39, 1e300, 3.5e38, 1e-46, 1e-300]) {
      await expectRefusal(() => make(value), SpecError, [
        word,
        /float32|3\.4\d*e\+?38|1e-3[78]|1\.\d*e-(38|45)/i,
      ]);
    }
    for (const value of [-Infinity, Infinity, Number.NaN])
      await expectRefusal(() => make(value), SpecError, [word]);
  });

  test.each(cases.filter(([name]) => /^(bias|value)/.test(name)))("%s, below zero", async (_, make) => {
    for (const value of [-1e39, -1e-46]) await expectRefusal(() => make(value), SpecError);
    make(-0.5);
  });

  test.each(cases.filter(([name]) => /l1|l2|maxNorm|learningRate of sgd|weightDecay|clip/.test(name)))(
    "%s: 0 is a number",
    (_, make) => {
      make(0);
    },
  );

  test("momentum, rho and the betas, which float32 rounds to 0 or 1", async () => {
    const tiny: ((value: number) => unknown)[] = [
      (momentum) => sgd({ momentum }),
      (rho) => rmsprop({ rho }),
      (beta1) => adam({ beta1 }),
      (beta2) => adam({ beta2 }),
      (rho) => adadelta({ rho }),
    ];
    for (const make of tiny) {
      await expectRefusal(() => make(1e-46), SpecError);
      make(0.9);
    }
    // 1 - 1e-9 is 1 in float32: the correction of adam would divide by 0.
    for (const make of [(beta2: number) => adam({ beta2 }), (beta1: number) => adam({ beta1 })]) {
      await expectRefusal(() => make(1 - 1e-9), SpecError);
    }
  });

  test("the same in the spec of a file and in JSON", async () => {
    const json = sized({}).toJSON();
    const layers = [{ ...json.layers[0], l2: 1e39 }] as typeof json.layers;
    await expectRefusal(() => Network.fromJSON({ ...json, layers }), SpecError, [/l2/]);
    await expectRefusal(() => Network.fromJSON({ ...json, inputScale: 1e-46 }), SpecError, [/inputScale/]);
  });

  test("a learning rate that is a function", async () => {
    for (const rate of [1e39, 1e-46, -1, Number.NaN, Infinity, "0.1", null, undefined, 1n]) {
      const network = oneWeight(1, { optimizer: sgd({ learningRate: wrong(() => rate) }) });
      await expectNoChange2(network, () => network.fitSync([1], [0]));
      await expectNoChange2(network, () => network.trainOnBatch([1], [0]));
    }
  });

  /** As expectNoChange, for a network that no file can hold. */
  async function expectNoChange2(network: Network, call: () => unknown): Promise<void> {
    const before = parametersOf(network);
    await expectRefusal(call, SpecError, [/rate/i]);
    expect(parametersOf(network)).toEqual(before);
    expect(network.step).toBe(0);
  }

  test("weights of rows and classes", async () => {
    const network = new Network([1, 1]);
    for (const weight of [1e39, -1, Number.NaN, Infinity]) {
      await expectNoChange(
        network,
        () => network.fitSync([1, 2], [0, 1], { sampleWeight: [1, weight] }),
        DataError,
      );
      await expectNoChange(
        network,
        () => network.fitSync([1, 2], [0, 1], { classWeight: { 1: weight } }),
        SpecError,
      );
    }
    // Both in range, and their product is not.
    const both = { sampleWeight: [1, 1e30], classWeight: { 1: 1e30 } };
    await expectNoChange(network, () => network.fitSync([1, 2], [0, 1], both));
    // A mean does not overflow where the sum of its weights is beyond float32.
    expect(network.evaluate([1, 2], [0, 1], { sampleWeight: [3e38, 3e38] })).toEqual(
      network.evaluate([1, 2], [0, 1]),
    );
  });
});

describe("stepsPerEpoch goes on behind the rows of the epoch before", () => {
  /** The targets, which are the numbers of the rows, of each epoch. */
  function rowsOf(rows: number, options: doors.FitOptions, calls = 1): number[][] {
    const seen: number[][] = [];
    const measure = (_: Float32Array, targets: Float32Array) => seen.push([...targets]);
    const network = oneWeight(0, { optimizer: sgd({ learningRate: 0 }) });
    const y = Array.from({ length: rows }, (_, r) => r);
    const metrics = [{ name: "rows", measure }];
    for (let call = 0; call < calls; call++) network.fitSync(y, y, { shuffle: false, metrics, ...options });
    return seen;
  }

  test("without shuffle, in order, and from the first row again at the end", () => {
    expect(rowsOf(10, { epochs: 5, batchSize: 2, stepsPerEpoch: 2 })).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [8, 9, 0, 1],
      [2, 3, 4, 5],
      [6, 7, 8, 9],
    ]);
  });

  test("with a short last batch", () => {
    expect(rowsOf(5, { epochs: 4, batchSize: 2, stepsPerEpoch: 2 })).toEqual([
      [0, 1, 2, 3],
      [4, 0, 1],
      [2, 3, 4],
      [0, 1, 2, 3],
    ]);
  });

  test("as many steps as there are batches: every epoch has all rows", () => {
    expect(rowsOf(6, { epochs: 2, batchSize: 2, stepsPerEpoch: 3 })).toEqual([
      [0, 1, 2, 3, 4, 5],
      [0, 1, 2, 3, 4, 5],
    ]);
  });

  test("with shuffle, every epoch has other rows and none twice", () => {
    const epochs = rowsOf(10, { epochs: 6, batchSize: 2, stepsPerEpoch: 2, shuffle: true });
    for (const rows of epochs) expect(new Set(rows).size).toBe(4);
    expect(new Set(epochs.flat()).size).toBe(10);
  });

  test("cut inside and resumed, with the bits of a fit that was not", () => {
    const x = Array.from({ length: 10 }, (_, i) => Math.sin(i));
    const options = { epochs: 5, batchSize: 2, stepsPerEpoch: 2, shuffle: false } as const;
    const make = () => new Network({ inputs: 1, layers: [dense(3, "tanh"), dense(1)] });
    const [whole, cut] = [make(), make()];
    const history = whole.fitSync(x, x, options);
    cut.fitSync(x, x, { ...options, maxSteps: 5 });
    const resumed = Network.resume(cut.checkpoint());
    expect(resumed.fitSync(x, x, options).loss).toEqual(history.loss);
    expect(parametersOf(resumed)).toEqual(parametersOf(whole));
  });

  test("data that passes through a window", () => {
    // 52 MB of rows of 1,000,000 numbers: more than stay in memory.
    const wide = 1_000_000;
    const x = new Float32Array(13 * wide);
    for (let r = 0; r < 13; r++) x[r * wide] = r;
    const seen: number[][] = [];
    const network = new Network({
      inputs: wide,
      layers: [dense(1, "linear", { bias: false, init: "zeros" })],
      optimizer: sgd({ learningRate: 0 }),
    });
    const measure = (_: Float32Array, targets: Float32Array) => seen.push([...targets]);
    const y = Array.from({ length: 13 }, (_, r) => r);
    const metrics = [{ name: "rows", measure }];
    network.fitSync(x, y, { epochs: 3, batchSize: 2, stepsPerEpoch: 3, shuffle: false, metrics });
    expect(seen).toEqual([
      [0, 1, 2, 3, 4, 5],
      [6, 7, 8, 9, 10, 11],
      [12, 0, 1, 2, 3],
    ]);
  });
});
