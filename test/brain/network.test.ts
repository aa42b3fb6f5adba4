import { describe, expect, test, vi } from "vitest";
import {
  NeuralNetwork,
  type OldNeuralNetworkJSON,
  type TrainingOptions,
  type TrainingStatus,
} from "../../src/brain.js";
import { FormatError, ShapeError, SpecError, StateError } from "../../src/errors.js";
import { turnsDuring, wrong } from "../helpers.js";
import { COLOURS, XOR } from "./xor.js";

/** The JSON of a network of brain.js 1. */
const OLD = {
  sizes: [2, 2, 1],
  layers: [
    { a: {}, b: {} },
    {
      "0": { bias: -0.17, weights: { a: -0.12, b: -0.15 } },
      "1": { bias: -0.01, weights: { a: -0.19, b: 0.14 } },
    },
    { x: { bias: -0.15, weights: { "0": 0.6, "1": 0.3 } } },
  ],
  outputLookup: true,
  inputLookup: true,
  activation: "tanh",
  trainOpts: { iterations: 3, errorThresh: 0.005, log: false, learningRate: 0.3, momentum: 0.1 },
};

const trained = (options: Partial<TrainingOptions> = {}) => {
  const network = new NeuralNetwork({ hiddenLayers: [3], seed: 4, ...options });
  network.train(XOR);
  return network;
};

describe("training", () => {
  test("learns XOR with all defaults, and the same seed gives the same bits", () => {
    const network = trained();
    for (const { input, output } of XOR) {
      expect(Math.abs((network.run(input) as Float32Array)[0] - output[0])).toBeLessThan(0.15);
    }
    expect(network.toJSON().layers).toEqual(trained().toJSON().layers);
    expect(new NeuralNetwork({ hiddenLayers: [3], seed: 5 }).train(XOR)).not.toEqual(trained().train(XOR));
  });

  test("the core and plain JavaScript come to the same end", () => {
    class Slow extends NeuralNetwork {
      override trainPattern(value: never, logErrorRate?: boolean) {
        return super.trainPattern(value, logErrorRate);
      }
    }
    const [slow, fast] = [Slow, NeuralNetwork].map((owner) => new owner({ hiddenLayers: [3], seed: 4 }));
    const [right, got] = [slow, fast].map((network) => network.train(XOR));
    expect(got.iterations).toBe(right.iterations);
    expect(got.error).toBeCloseTo(right.error, 6);
  });

  test("goes through a trainingTick that was replaced, on an object or in a class", () => {
    let ticks = 0;
    class Counting extends NeuralNetwork {
      override trainingTick(...values: Parameters<NeuralNetwork["trainingTick"]>): boolean {
        ticks++;
        return super.trainingTick(...values);
      }
    }
    new Counting().train(XOR, { iterations: 5 });
    expect(ticks).toBe(6);
    const network = new NeuralNetwork();
    network.trainingTick = () => {
      ticks++;
      return false;
    };
    network.train(XOR);
    expect(ticks).toBe(7);
  });

  test("a callback reads and writes the weights of the moment", () => {
    const network = new NeuralNetwork({ hiddenLayers: [2], seed: 1 });
    const seen: number[] = [];
    network.train(XOR, {
      iterations: 400,
      callbackPeriod: 100,
      callback: ({ iterations }) => {
        seen.push(network.weights[1][0][0]);
        if (iterations === 300) for (const unit of network.weights[2]) unit.fill(0);
        if (iterations === 400) seen.push(network.weights[2][0][0]);
      },
    });
    expect(new Set(seen.slice(0, 4)).size).toBe(4);
    expect(Math.abs(seen[4])).toBeLessThan(0.5);
  });

  test("trainAsync runs one tick at once and lets the event loop run", async () => {
    const network = new NeuralNetwork({ hiddenLayers: [3] });
    let ticks = 0;
    network.trainingTick = (_data, status) => {
      status.iterations++;
      return ++ticks < 3;
    };
    const promise = network.trainAsync(XOR);
    expect(ticks).toBe(1);
    expect((await promise).iterations).toBe(3);
    const order: (number | string)[] = [];
    const callback = ({ iterations }: { iterations: number }) => void order.push(iterations);
    const options = { iterations: 20, callbackPeriod: 10, errorThresh: 1e-9, callback };
    const trained = new NeuralNetwork().trainAsync(XOR, options);
    order.push("returned");
    await trained;
    expect(order).toEqual(["returned", 10, 20]);
    const larger = new NeuralNetwork({ errorThresh: 1e-9, hiddenLayers: [50] });
    expect(await turnsDuring(larger.trainAsync(XOR, { iterations: 2e5 }))).toBeGreaterThan(1);
    await expect(network.trainAsync(XOR, { learningRate: 3 })).rejects.toThrow(
      "[learningRate, 3] is out of normal",
    );
  });

  test("ends by time, and by iterations", () => {
    const network = new NeuralNetwork({ errorThresh: 1e-9, hiddenLayers: [3] });
    // A clock that goes on by ten milliseconds whenever it is looked at: at the start, before each slice, and twice at the end.
    let time = -10;
    const now = vi.spyOn(Date, "now").mockImplementation(() => {
      time += 10;
      return time;
    });
    expect(network.train(XOR, { iterations: 1e12, timeout: 30 }).iterations).toBeLessThan(1e12);
    expect(time).toBe(40);
    now.mockRestore();
    expect(network.train(XOR, { iterations: 12_345, timeout: Infinity }).iterations).toBe(12_345);
    expect(network.train(XOR, { iterations: 1 }).iterations).toBe(1);
  });

  test("logs in the words of brain.js", () => {
    const log = vi.spyOn(console, "log").mockImplementation(() => {});
    new NeuralNetwork().train(XOR, { log: true, iterations: 20 });
    expect(log.mock.calls.map(([text]) => String(text).replace(/0\.\d+/, "#"))).toEqual([
      "iterations: 10, training error: #",
      "iterations: 20, training error: #",
    ]);
    log.mockRestore();
    const network = new NeuralNetwork({ log: true });
    expect(network.trainOpts.log).toBe(network.logTrainingStatus);
    const seen: TrainingStatus[] = [];
    network.train(XOR, { log: (status) => seen.push({ ...status }), logPeriod: 5, iterations: 10 });
    expect(seen.map(({ iterations }) => iterations)).toEqual([5, 10]);
  });
});

describe("data", () => {
  test("typed arrays come back by index, as from brain.js", () => {
    const network = new NeuralNetwork({ seed: 1 });
    const data = XOR.map(({ input, output }) => ({
      input: Float32Array.from(input),
      output: Float32Array.from(output),
    }));
    network.train(data, { iterations: 10 });
    expect(Object.keys(network.run(data[0].input))).toEqual(["0"]);
  });

  test("names get places in the order in which they appear; a missing one is 0", () => {
    const network = new NeuralNetwork({ seed: 2 });
    network.train([...COLOURS, { input: { alpha: 1 }, output: { white: 0.5 } }], { iterations: 10 });
    expect(network.inputLookup).toEqual({ r: 0, g: 1, b: 2, alpha: 3 });
    expect(network.outputLookup).toEqual({ black: 0, white: 1 });
    expect(network.run({ r: 1 })).toEqual(network.run({ r: 1, g: 0, b: 0, alpha: 0, other: 7 }));
    network.addFormat({ input: { hue: 1 }, output: { black: 1 } });
    expect(network.inputLookupLength).toBe(5);
  });
});

describe("JSON", () => {
  test("of brain.js 1 keeps names, weights and activation", () => {
    const network = new NeuralNetwork().fromJSON(OLD as unknown as OldNeuralNetworkJSON);
    const hidden = [Math.tanh(-0.17 - 0.12), Math.tanh(-0.01 - 0.19)];
    const { x } = network.run({ a: 1 }) as { x: number };
    expect(x).toBeCloseTo(Math.tanh(-0.15 + 0.6 * hidden[0] + 0.3 * hidden[1]), 6);
    expect(network.trainOpts).toMatchObject({ activation: "tanh", iterations: 3, timeout: Infinity });
  });

  test("as text and back is the same network", () => {
    const network = trained();
    const copy = new NeuralNetwork().fromJSON(JSON.parse(JSON.stringify(network)));
    expect(copy.toJSON()).toEqual(network.toJSON());
    expect(copy.run([1, 0])).toEqual(network.run([1, 0]));
  });

  test("that is none is refused", () => {
    for (const json of [
      null,
      undefined,
      5,
      "{}",
      {},
      [],
      { sizes: [2, 1] },
      { sizes: [2, 1], layers: [1, 2] },
    ]) {
      expect(() => new NeuralNetwork().fromJSON(wrong(json))).toThrow(FormatError);
    }
    const json = trained().toJSON();
    json.layers[1].weights[0] = [1];
    expect(() => new NeuralNetwork().fromJSON(json)).toThrow(
      /Layer 1 of the JSON has not 3 biases and 3 rows of 2/,
    );
  });
});

describe("toFunction and toNetwork", () => {
  test.each(["sigmoid", "relu", "leaky-relu", "tanh"])("%s gives the same outputs", (activation) => {
    const network = trained({ activation, learningRate: 0.05, iterations: 50 });
    const run = network.toFunction();
    const alone = new Function(`return ${run}`)() as typeof run;
    const other = network.toNetwork();
    for (const { input } of XOR) {
      const [right] = network.run(input) as Float32Array;
      expect((run(input) as number[])[0]).toBeCloseTo(right, 6);
      expect((alone(input) as number[])[0]).toBeCloseTo(right, 6);
      expect(other.predict([input])[0]).toBeCloseTo(right, 6);
    }
  });

  test("names go with the function, and its source grows with the weights only", () => {
    const network = new NeuralNetwork({ seed: 1 });
    network.train(COLOURS, { iterations: 10 });
    const run = network.toFunction();
    const alone = new Function(`return ${run}`)() as typeof run;
    expect(alone({ g: 0.5 })).toEqual(run({ g: 0.5 }));
    expect(Object.keys(run({}))).toEqual(["black", "white"]);
    const deep = new NeuralNetwork({ inputSize: 10, hiddenLayers: [10, 10, 10, 10, 10], outputSize: 10 });
    deep.initialize();
    expect(String(deep.toFunction()).length).toBeLessThan(40 * 660);
    expect(String(network.toFunction((source) => `/* ours */ ${source}`))).toContain("/* ours */");
  });

  test("another slope of leaky-relu has no counterpart", () => {
    const network = trained({ activation: "leaky-relu", leakyReluAlpha: 0.2, learningRate: 0.05 });
    expect(() => network.toNetwork()).toThrow("leakyReluAlpha is 0.2");
    expect(() => new NeuralNetwork().toNetwork()).toThrow(StateError);
  });
});

describe("refusals", () => {
  test.each([
    ["activation", "softmax"],
    ["iterations", 0],
    ["iterations", "5"],
    ["errorThresh", 1],
    ["log", "yes"],
    ["logPeriod", -1],
    ["leakyReluAlpha", 0],
    ["learningRate", 1],
    ["momentum", 0],
    ["callback", 5],
    ["callbackPeriod", 0],
    ["timeout", 0],
    ["praxis", "sgd"],
    ["beta1", 1],
    ["beta2", 0],
    ["epsilon", 1],
  ])("%s %s", (name, value) => {
    const message = `[${name}, ${value}] is out of normal training range, your network will probably not train.`;
    expect(() => new NeuralNetwork({ [name]: value })).toThrow(new SpecError(message));
    expect(() => new NeuralNetwork().train(XOR, { [name]: value })).toThrow(message);
  });

  test("sizes that do not fit, in the words of brain.js", () => {
    expect(() => new NeuralNetwork().run([1])).toThrow("network not runnable");
    expect(() => new NeuralNetwork().initialize()).toThrow("Sizes must be set before initializing");
    expect(() => new NeuralNetwork({ inputSize: 1, outputSize: 1 }).run([1])).toThrow("output was empty");
    expect(() => trained().run([1])).toThrow("input length 1 must match options.inputSize of 2");
    expect(() => trained().train([...XOR, { input: [1], output: [1] }])).toThrow(
      "input at index 4 length 1 must be 2",
    );
    expect(() => trained().train([{ input: [1, 1], output: [1, 2] }])).toThrow(
      "output at index 0 length 2 must be 1",
    );
    expect(() => trained().setActivation("swish")).toThrow(
      "Unknown activation swish. Available activations are: 'sigmoid', 'relu', 'leaky-relu', 'tanh'",
    );
  });

  test("data that are none", () => {
    for (const data of [undefined, null, 5, "x", [], {}]) {
      expect(() => new NeuralNetwork().train(wrong(data))).toThrow(ShapeError);
    }
    for (const sample of [null, 5, {}, { input: [1] }, { input: 5, output: [1] }]) {
      expect(() => new NeuralNetwork().train(wrong([XOR[0], sample]))).toThrow(/Sample 1 of /);
    }
  });
});

test("test counts as brain.js does", () => {
  const network = trained();
  expect(network.test(XOR)).toMatchObject({ total: 4, truePos: 2, trueNeg: 2, accuracy: 1, misclasses: [] });
  const [wrongly] = network.test([{ input: [0, 0], output: [1] }]).misclasses;
  expect(wrongly).toMatchObject({ actual: 0, expected: 1 });
});
