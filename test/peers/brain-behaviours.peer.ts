/** Programs of brain.js, run with brain.js and with densely/brain: the same results and the same messages. */

import { createRequire } from "node:module";
import { afterEach, describe, expect, test, vi } from "vitest";
import * as densely from "../../src/brain.js";
import { seedMathRandom } from "./both.js";

type Library = typeof densely;
type Options = Parameters<InstanceType<Library["NeuralNetwork"]>["train"]>[1];
type Status = { iterations: number; error: number };

const brain: Library = createRequire(import.meta.url)("brain.js");
const random = Math.random;

afterEach(() => {
  Math.random = random;
});

const XOR = [
  { input: [0, 0], output: [0] },
  { input: [0, 1], output: [1] },
  { input: [1, 0], output: [1] },
  { input: [1, 1], output: [0] },
];
const COLOURS = [
  { input: { r: 0.03, g: 0.7, b: 0.5 }, output: { black: 1 } },
  { input: { r: 0.16, g: 0.09, b: 0.2 }, output: { white: 1 } },
  { input: { r: 0.5, g: 0.5, b: 1 }, output: { white: 1 } },
  { input: { g: 0.4 }, output: { black: 1, white: 0.2 } },
];
const MANY = Array.from({ length: 10 }, (_, i) => ({
  input: Array.from({ length: 30 }, (_, k) => ((i * k) % 7) / 7),
  output: [i % 2, 1 - (i % 2), 0.5],
}));

/** A long training, and what a network says of the data afterwards. */
const LONG = { iterations: 300, errorThresh: 1e-9 };

function trained(library: Library, data: object[] = XOR, options: Options = {}, shape = {}) {
  const network = new library.NeuralNetwork(shape);
  network.train(data as typeof XOR, { ...LONG, ...options });
  return network;
}

/** The status at each call that a training makes. */
function calls(library: Library, options: Options, interval = 1): unknown[] {
  const seen: unknown[] = [];
  const note = (name: string) => (status: Status) => void seen.push([name, { ...status }]);
  const network = new library.NeuralNetwork();
  network.errorCheckInterval = interval;
  network.train(XOR, { ...LONG, iterations: 31, log: note("log"), callback: note("callback"), ...options });
  return seen;
}

const CASES: Readonly<Record<string, (library: Library) => unknown>> = {
  "the defaults": (l) => {
    const network = new l.NeuralNetwork();
    return [network.train(XOR, LONG), XOR.map(({ input }) => network.run(input))];
  },
  "training to the threshold": (l) => new l.NeuralNetwork({ hiddenLayers: [4] }).train(XOR).iterations,
  momentum: (l) => trained(l, XOR, { momentum: 0.9, learningRate: 0.05 }).run([0, 1]),
  adam: (l) => trained(l, XOR, { praxis: "adam", learningRate: 0.05 }).toJSON().layers,
  ...Object.fromEntries(
    ["relu", "leaky-relu", "tanh"].map((activation) => [
      activation,
      (l: Library) => trained(l, MANY, { learningRate: 0.05 }, { activation, hiddenLayers: [5, 4] }).toJSON(),
    ]),
  ),
  "several hidden layers": (l) =>
    trained(l, MANY, { iterations: 50 }, { hiddenLayers: [20, 20] }).run(MANY[3].input),
  "logs and callbacks": (l) => calls(l, { logPeriod: 6, callbackPeriod: 4 }),
  "logs and callbacks between checks of the error": (l) => calls(l, { logPeriod: 6, callbackPeriod: 4 }, 5),
  "the training option errorCheckInterval": (l) => calls(l, { callbackPeriod: 4, errorCheckInterval: 5 }),
  "printed logs": (l) => {
    const print = vi.spyOn(console, "log").mockImplementation(() => {});
    trained(l, XOR, { iterations: 30, log: true });
    const lines = print.mock.calls.map(([line]) => String(line).replace(/\d+\.(\d{4})\d*/, "$1"));
    print.mockRestore();
    return lines;
  },
  "a rate that a callback changes": (l) => {
    const network = new l.NeuralNetwork();
    const callback = () => {
      network.trainOpts.learningRate = 0.01;
    };
    network.train(XOR, { ...LONG, callback, callbackPeriod: 50 });
    return network.run([0, 1]);
  },
  "a callback that throws": (l) => {
    const callback = () => {
      throw new RangeError("enough");
    };
    return trained(l, XOR, { callback });
  },
  "trainingTick of a subclass": (l) => {
    class Counting extends l.NeuralNetwork {
      ticks = 0;
      override trainingTick(data: densely.Pattern[], status: Status, endTime: number) {
        this.ticks++;
        return super.trainingTick(data, status, endTime);
      }
    }
    const network = new Counting();
    return [network.train(XOR, { ...LONG, iterations: 9 }), network.ticks];
  },
  "a second training": (l) => {
    const network = trained(l, XOR, { momentum: 0.9, iterations: 5 });
    return [network.train(XOR, { ...LONG, momentum: 0.9 }), network.run([1, 1])];
  },
  "data by name": (l) => {
    const network = trained(l, COLOURS);
    const inputs = [{ r: 1, g: 0.4, b: 0 }, { g: 0.4 }, { r: 1, alpha: 3 }, {}];
    return [
      inputs.map((input) => network.run(input as { r: number })),
      network.toJSON(),
      network.test(COLOURS),
    ];
  },
  "names that come later": (l) => {
    const network = trained(l, COLOURS);
    network.train([{ input: { r: 1, x: 1 }, output: { black: 1 } }], { ...LONG, iterations: 3 });
    return [network.run({ r: 1 }), network.toJSON().inputLookup];
  },
  "values that are no numbers, by name": (l) => {
    const data = [
      { input: { a: null, b: 1 }, output: { z: 1 } },
      { input: { a: 1, b: undefined }, output: { z: 0 } },
    ];
    return trained(l, data, { iterations: 30 }).run({ a: 1 });
  },
  "numbers as texts": (l) => {
    const data = [
      { input: ["1", "0"], output: ["1"] },
      { input: ["0", "1"], output: ["0"] },
    ];
    return trained(l, data, { iterations: 30 }).run(["1", "0"] as unknown as number[]);
  },
  "arrays in arrays": (l) =>
    trained(
      l,
      [
        {
          input: [
            [0, 1],
            [1, 0],
          ],
          output: [1],
        },
      ],
      { iterations: 3 },
    ).run([1, 1]),
  "typed arrays": (l) => {
    const data = XOR.map(({ input, output }) => ({
      input: Float32Array.from(input),
      output: Float32Array.from(output),
    }));
    return trained(l, data).run(Float32Array.of(0, 1));
  },
  "test of two classes": (l) => trained(l, XOR, { iterations: 40 }).test(XOR),
  "test with a threshold": (l) => trained(l, XOR, { iterations: 4000 }, { binaryThresh: 0.7 }).test(XOR),
  "test of several classes": (l) => trained(l, MANY).test(MANY),
  likely: (l) => [
    l.likely({ r: 0.9, g: 0.9, b: 0.9 }, trained(l, COLOURS)),
    l.likely(
      [0, 1],
      trained(l, [
        { input: [0, 1], output: [1, 0] },
        { input: [1, 0], output: [0, 1] },
      ]),
    ),
  ],
  toFunction: (l) => {
    const [arrays, names] = [trained(l), trained(l, COLOURS)].map((network) => network.toFunction());
    return [arrays([0, 1]), new Function("x", `return (${arrays})(x)`)([0, 1]), names({ r: 0.1 } as never)];
  },
  "toFunction before training": (l) => new l.NeuralNetwork().toFunction(),
  "the parameters after fromJSON": (l) => {
    const { weights, biases } = new l.NeuralNetwork().fromJSON(trained(l).toJSON());
    return [weights.length, biases.length, weights[0].length, biases[0].length, weights, biases];
  },
  "training that goes on after fromJSON": (l) => {
    const network = new l.NeuralNetwork().fromJSON(
      JSON.parse(JSON.stringify(trained(l, XOR, {}, { hiddenLayers: [3, 2] }))),
    );
    return [network.run([0, 1]), network.train(XOR, LONG), network.toJSON()];
  },
  CrossValidate: (l) => {
    const validation = new l.CrossValidate(() => new l.NeuralNetwork({ hiddenLayers: [3] }));
    const data = Array.from({ length: 12 }, (_, i) => XOR[i % 4]);
    const json = validation.train(data, { ...LONG, iterations: 100 }, 3);
    const text = JSON.stringify(json, (key, value) => (key.endsWith("Time") ? 0 : value));
    const again = new l.CrossValidate(() => new l.NeuralNetwork()).fromJSON(validation.toJSON());
    return [JSON.parse(text), validation.toNeuralNetwork().run([0, 1]), again.run([0, 1])];
  },
  "kinds of results of CrossValidate": (l) =>
    [XOR, MANY].map((samples) => {
      const { isBinaryStats, isBinaryResults, isBinaryPartitionResults } = l.CrossValidate;
      const validation = new l.CrossValidate(() => new l.NeuralNetwork());
      const json = validation.train([...samples], { iterations: 3 }, 2);
      return [isBinaryStats(json.stats), isBinaryResults(json), json.sets.map(isBinaryPartitionResults)];
    }),
  "one sample": (l) => {
    const network = new l.NeuralNetwork({ inputSize: 2, hiddenLayers: [2], outputSize: 1 });
    network.initialize();
    const sample = { input: Float32Array.of(0, 1), output: Float32Array.of(1) };
    const errors = [network.trainPattern(sample, true), network.trainPattern(sample)];
    return [errors, network.weights, network.biases, network.deltas];
  },
  "networks that are not trained": (l) => [
    new l.NeuralNetwork({ inputSize: 2, hiddenLayers: [3], outputSize: 1 }).toJSON(),
    new l.NeuralNetwork({ timeout: 50, log: () => {} }).getTrainOptsJSON(),
  ],
  "inputs that are too short": (l) => trained(l).run([1]),
  "inputs that are too long": (l) => trained(l).run([1, 1, 1]),
  "a network without sizes": (l) => new l.NeuralNetwork().toJSON(),
  "samples of unequal inputs": (l) =>
    trained(l, [
      { input: [1, 2], output: [1] },
      { input: [1], output: [1] },
    ]),
  "samples of unequal outputs": (l) =>
    trained(l, [
      { input: [1], output: [1] },
      { input: [1], output: [1, 0] },
    ]),
};

/** The result of a case, or the message of its error. */
function outcomeOf(library: Library, act: (library: Library) => unknown): unknown {
  seedMathRandom();
  try {
    return act(library);
  } catch (error) {
    return (error as Error).message;
  }
}

/** All numbers within a value by their paths, and everything else as it is. */
function leaves(value: unknown, path = ""): [string, unknown][] {
  if (typeof value !== "object" || value === null) return [[path, value]];
  const entries = ArrayBuffer.isView(value)
    ? Object.entries(Array.from(value as Float32Array))
    : Object.entries(value);
  return entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, entry]) => leaves(entry, `${path}.${key}`));
}

describe("the same as brain.js", () => {
  test.each(Object.keys(CASES))("%s", (name) => {
    const [wanted, got] = [brain, densely].map((library) => leaves(outcomeOf(library, CASES[name])));
    expect(got.map(([path]) => path)).toEqual(wanted.map(([path]) => path));
    expect(wanted.length).toBeGreaterThan(0);
    wanted.forEach(([path, value], i) => {
      if (typeof value === "number" && !Number.isNaN(value)) expect(got[i][1], path).toBeCloseTo(value, 4);
      else expect(got[i]).toEqual([path, value]);
    });
  });
});
