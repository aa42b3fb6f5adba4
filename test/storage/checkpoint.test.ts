/** Training that is interrupted, saved, read and resumed has the same bits and history as without the interruption. */

import { describe, expect, test } from "vitest";
import {
  adam,
  adamw,
  batchNorm,
  cosineDecay,
  dense,
  dropout,
  type FitOptions,
  FormatError,
  gaussianNoise,
  type LayerSpec,
  layerNorm,
  Network,
  type NetworkOptions,
  reduceOnPlateau,
} from "../../src/index.js";
import "../../src/lbfgs.js";
import { BUILDS, expectSameBits, floats, OPTIMIZERS, parametersOf, turnsDuring, wholes } from "../helpers.js";
import { mutate } from "./mutate.js";

const INPUTS = 6;
const CLASSES = 3;
const ROWS = 75;
const x = floats(ROWS * INPUTS, 1);
const y = wholes(ROWS, 2, CLASSES);

const LAYERS: LayerSpec[] = [
  batchNorm(),
  dense(9, "tanh"),
  dropout(0.3),
  gaussianNoise(0.1),
  layerNorm(),
  dense(CLASSES, "softmax"),
];

const make = (options: Partial<NetworkOptions>): Network =>
  new Network({ inputs: INPUTS, layers: LAYERS, seed: 4, ...options });

/** Trains without an interruption, and in parts with a checkpoint between them. Both must have the same results. */
function compare(networkOptions: Partial<NetworkOptions>, options: FitOptions, maxSteps: number): void {
  const whole = make(networkOptions);
  const history = whole.fitSync(x, y, options);
  let cut = make(networkOptions);
  let slices = 0;
  for (let stopped = "budget"; stopped === "budget"; slices++) {
    const { math } = networkOptions;
    const part = cut.fitSync(x, y, { ...options, maxSteps });
    stopped = part.stopped;
    if (stopped !== "budget") expect(part).toEqual(history);
    cut = Network.resume(cut.checkpoint(), math ? { math } : {});
  }
  expect(slices).toBeGreaterThan(2);
  expectSameBits(parametersOf(cut), parametersOf(whole));
  // Further training has the same results too.
  for (const network of [cut, whole]) network.fitSync(x, y, { ...options, epochs: 1 });
  expectSameBits(parametersOf(cut), parametersOf(whole));
}

describe.each(BUILDS)("$name", (math) => {
  test.each(OPTIMIZERS)("%s, interrupted inside epochs", (optimizer) => {
    const batch = optimizer === "lbfgs" ? {} : { batchSize: 8 };
    compare(
      { optimizer, math },
      { epochs: optimizer === "lbfgs" ? 8 : 3, ...batch },
      optimizer === "lbfgs" ? 3 : 7,
    );
  });

  test.each([
    ["momentum and nesterov", { type: "sgd", momentum: 0.9, nesterov: true } as const],
    ["centered rmsprop with momentum", { type: "rmsprop", momentum: 0.5, centered: true } as const],
    ["amsgrad", adamw({ amsgrad: true, clipNorm: 0.5 })],
    ["a schedule", adam({ learningRate: cosineDecay({ learningRate: 0.01, steps: 40, restarts: true }) })],
    ["plateaus", adam({ learningRate: reduceOnPlateau({ learningRate: 0.1, patience: 0, minDelta: 0.05 }) })],
  ])("%s", (_, optimizer) => {
    compare({ optimizer, math }, { epochs: 4, batchSize: 16 }, 6);
  });
});

test("early stopping, validation, weights and metrics resume", () => {
  const options: FitOptions = {
    epochs: 12,
    batchSize: 16,
    validationSplit: 0.2,
    metrics: ["accuracy"],
    classWeight: "balanced",
    earlyStopping: { patience: 2 },
  };
  compare({ optimizer: adam({ learningRate: 0.05 }) }, options, 3);
});

test("onCheckpoint is called after a number of updates, or at the end of each epoch", () => {
  const steps = (options: FitOptions): number[] => {
    const seen: number[] = [];
    const onCheckpoint = (bytes: Uint8Array<ArrayBuffer>) => seen.push(Network.resume(bytes).step);
    make({}).fitSync(x, y, { epochs: 2, batchSize: 8, ...options, onCheckpoint });
    return seen;
  };
  expect(steps({})).toEqual([10, 20]);
  expect(steps({ checkpointEvery: 4 })).toEqual([4, 8, 12, 16, 20]);
});

test("every checkpoint of a fit resumes to the results of the fit", () => {
  const options: FitOptions = { epochs: 3, batchSize: 8 };
  const checkpoints: Uint8Array<ArrayBuffer>[] = [];
  const whole = make({});
  const history = whole.fitSync(x, y, {
    ...options,
    checkpointEvery: 7,
    onCheckpoint: (b) => checkpoints.push(b),
  });
  for (const bytes of checkpoints) {
    const resumed = Network.resume(bytes);
    expect(resumed.fitSync(x, y, options)).toEqual(history);
    expectSameBits(parametersOf(resumed), parametersOf(whole));
  }
});

test("a checkpoint that a callback makes resumes too", () => {
  const whole = make({});
  const kept: Uint8Array<ArrayBuffer>[] = [];
  const keep = () => void kept.push(whole.checkpoint());
  const history = whole.fitSync(x, y, { epochs: 2, batchSize: 16, onBatch: keep, onEpoch: keep });
  for (const bytes of kept) {
    const resumed = Network.resume(bytes);
    if (resumed.step === whole.step) continue;
    expect(resumed.fitSync(x, y, { epochs: 2, batchSize: 16 })).toEqual(history);
    expectSameBits(parametersOf(resumed), parametersOf(whole));
  }
});

test("anything but a checkpoint is refused", () => {
  const network = make({});
  expect(() => Network.resume(network.save())).toThrow(FormatError);
  expect(() => Network.load(network.checkpoint())).toThrow("Network.resume");
  expect(() => Network.resume(network.checkpoint().slice(0, -4))).toThrow(FormatError);
});

test("a changed checkpoint is refused, or resumes", () => {
  const network = new Network({ inputs: 2, layers: [batchNorm(), dense(2, "softmax")] });
  const rows = x.subarray(0, 40);
  const classes = y.slice(0, 20).map((label) => label % 2);
  const options: FitOptions = { epochs: 2, batchSize: 8, earlyStopping: { monitor: "loss" } };
  network.fitSync(rows, classes, { ...options, maxSteps: 4 });
  const file = network.checkpoint();
  let refused = 0;
  for (let seed = 0; seed < 3000; seed++) {
    try {
      const resumed = Network.resume(mutate(file, seed));
      resumed.predict(rows);
      resumed.checkpoint();
    } catch (error) {
      expect(error).toBeInstanceOf(FormatError);
      refused++;
    }
  }
  expect(refused).toBeGreaterThan(1000);
});

test("an interrupted fit refuses another batchSize, and starts again if asked to", () => {
  const network = make({});
  network.fitSync(x, y, { epochs: 2, batchSize: 8, maxSteps: 6 });
  expect(() => network.fitSync(x, y, { epochs: 2, batchSize: 32 })).toThrow("in batches of 32");
  const history = network.fitSync(x, y, { epochs: 1, batchSize: 32, initialEpoch: 0 });
  expect(history).toMatchObject({ epochs: 1, stopped: "completed" });
});

test("a checkpoint between two slices of a fit without callbacks goes on to where the fit ends", async () => {
  const layers = [dense(2, "sigmoid"), dense(1, "sigmoid")];
  const xor = [
    [0, 0, 0, 1, 1, 0, 1, 1],
    [0, 1, 1, 0],
  ] as const;
  const [rows, targets] = xor.map((values) => [...values]);
  const options: FitOptions = { epochs: 20_000, batchSize: 1 };
  const network = new Network({ inputs: 2, layers, optimizer: "sgd" });
  let kept: Uint8Array | undefined;
  const fit = network.fit(rows, targets, options);
  await turnsDuring(fit, () => {
    if (network.step > 0) kept ??= network.checkpoint();
  });
  const history = await fit;
  const resumed = Network.resume(kept as Uint8Array);
  expect(resumed.step).toBeLessThan(network.step);
  expect(resumed.fitSync(rows, targets, options)).toEqual(history);
  expectSameBits(parametersOf(resumed), parametersOf(network));
});
