import { afterEach, expect, test, vi } from "vitest";
import {
  AE,
  CrossValidate,
  defaults,
  FeedForward,
  GRU,
  LSTM,
  likely,
  NeuralNetwork,
  NeuralNetworkGPU,
  Recurrent,
  recurrent,
  trainDefaults,
} from "../../src/brain.js";
import { ShapeError, SpecError } from "../../src/errors.js";
import { wrong } from "../helpers.js";
import { COLOURS, XOR } from "./xor.js";

afterEach(() => {
  vi.restoreAllMocks();
});

test("likely names the largest output", () => {
  const network = new NeuralNetwork({ seed: 1 });
  network.train(COLOURS);
  expect(likely({ r: 0.9, g: 1, b: 0.2 }, network)).toBe("black");
  expect(likely([1], { run: () => [0.1, 0.7, 0.7] })).toBe("1");
  expect(likely([1], { run: () => [-2] })).toBeNull();
  expect(() => likely([1], wrong(undefined))).toThrow("likely was given undefined as its network");
});

test("CrossValidate trains a network per fold and keeps the best", () => {
  // CrossValidate shuffles the rows by Math.random, as brain.js does: the same folds in each run.
  let state = 1;
  vi.spyOn(Math, "random").mockImplementation(() => {
    state = (state * 16807) % 2147483647;
    return state / 2147483647;
  });
  const data = Array.from({ length: 6 }, () => XOR).flat();
  const validation = new CrossValidate(() => new NeuralNetwork({ hiddenLayers: [3], seed: 4 }));
  const { avgs, stats, sets } = validation.train(data, { iterations: 4000 }, 3);
  expect(sets.map(({ total }) => total)).toEqual([8, 8, 8]);
  expect(stats).toMatchObject({
    total: 24,
    testSize: 8,
    trainSize: 16,
    accuracy: 1,
    truePos: 12,
    trueNeg: 12,
  });
  expect(avgs.error).toBeLessThan(0.01);
  expect(validation.toNeuralNetwork().run([1, 0])).toHaveLength(1);
  expect(validation.toJSON()).toBe(validation.json);
  expect(() => validation.train(XOR.slice(0, 2))).toThrow(ShapeError);
});

test("defaults are those of brain.js", () => {
  expect(defaults()).toEqual({ inputSize: 0, outputSize: 0, binaryThresh: 0.5 });
  expect(trainDefaults()).toMatchObject({ iterations: 20000, errorThresh: 0.005, momentum: 0.1 });
});

test.each(Object.entries({ ...recurrent, LSTM, GRU, Recurrent, NeuralNetworkGPU, FeedForward, AE }))(
  "%s says what there is instead",
  (name, Unavailable) => {
    const make = () => new Unavailable({ hiddenLayers: [3] });
    expect(make).toThrow(SpecError);
    expect(make).toThrow(new RegExp(`^${name} .* Network of densely|^${name} .* NeuralNetwork of densely`));
  },
);
