import * as tf from "@tensorflow/tfjs";
import { expect } from "vitest";
import { accelerate } from "../../src/tfjs.js";
import { floats } from "../helpers.js";

/** The backend, if it is another than cpu: TFJS_BACKEND=wasm needs @tensorflow/tfjs-backend-wasm beside @tensorflow/tfjs. */
const { TFJS_BACKEND: backend } = process.env;
if (backend) {
  await import(`@tensorflow/tfjs-backend-${backend}`);
  await tf.setBackend(backend);
}

/** Random numbers of 32 bits in place of Math.random, the same from each call on (mulberry32). */
export function seedMathRandom(): void {
  let state = 1;
  Math.random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Sets all weights of a model to small numbers that a seed determines; variances stay 1. */
export function setWeights(model: tf.LayersModel): void {
  const weights = model.weights.map((weight, i) => {
    const value = weight.read();
    if (/variance|gamma/.test(weight.name)) return tf.ones(value.shape);
    return tf.tensor(floats(value.size, i + 1, 0.6), value.shape);
  });
  model.setWeights(weights);
  tf.dispose(weights);
}

export interface Outcome<T> {
  result: T;
  /** The values of all weights of the model. */
  weights: Float32Array[];
}

async function run<T>(build: () => tf.LayersModel, act: (model: tf.LayersModel) => Promise<T> | T) {
  seedMathRandom();
  const model = build();
  setWeights(model);
  const result = await act(model);
  const weights = model.getWeights().map((weight) => Float32Array.from(weight.dataSync()));
  const { optimizer } = model;
  model.dispose();
  if (optimizer) optimizer.dispose();
  return { result, weights };
}

/** Does the same without and with the acceleration; the report is that of the latter. */
export async function both<T>(build: () => tf.LayersModel, act: (model: tf.LayersModel) => Promise<T> | T) {
  const wanted: Outcome<T> = await run(build, act);
  const acceleration = accelerate(tf);
  try {
    const got: Outcome<T> = await run(build, act);
    return { wanted, got, report: acceleration.report };
  } finally {
    // The one under way, if `act` has called accelerate itself.
    accelerate(tf).undo();
  }
}

/** Expects numbers to agree, relative to the largest of them. */
export function expectClose(got: ArrayLike<number>, wanted: ArrayLike<number>, tolerance = 1e-5): void {
  expect(got.length).toBe(wanted.length);
  const largest = Math.max(...Array.from(wanted, Math.abs), 1e-6);
  for (let i = 0; i < wanted.length; i++) {
    const difference = Math.abs(got[i] - wanted[i]) / largest;
    if (!(difference <= tolerance)) expect(got[i], `${i}: off by ${difference}`).toBe(wanted[i]);
  }
}

/** Expects the same weights. */
export function expectSameWeights({
  wanted,
  got,
}: {
  wanted: Outcome<unknown>;
  got: Outcome<unknown>;
}): void {
  wanted.weights.forEach((weight, i) => {
    expectClose(got.weights[i], weight);
  });
}

/** Rows of x and y, which every test trains on. */
export const ROWS = 20;
export const x = tf.tensor(floats(ROWS * 4, 1, 2), [ROWS, 4]);
export const y = tf.tensor(
  floats(ROWS, 2).map((value) => Number(value > 0)),
  [ROWS, 1],
);

/** A compiled model of two dense layers, or of others. */
export function compiled(layers?: tf.layers.Layer[], optimizer: tf.Optimizer | string = tf.train.sgd(0.5)) {
  const model = tf.sequential({
    layers: layers ?? [
      tf.layers.dense({ units: 5, inputShape: [4], activation: "tanh" }),
      tf.layers.dense({ units: 1, activation: "sigmoid" }),
    ],
  });
  model.compile({ optimizer, loss: "binaryCrossentropy", metrics: ["accuracy"] });
  return model;
}

/** Options of a short fit. */
export const QUIET = { verbose: 0, epochs: 3, batchSize: 8 };

/** Expects the two runs to end alike, and all calls of the second to be taken over, or none. */
export function expectSame(outcome: Awaited<ReturnType<typeof both<unknown>>>, calls = 1): void {
  expect(outcome.report).toEqual({ densely: calls, tfjs: 0, reasons: {} });
  expectSameWeights(outcome);
}

/** All numbers of a value, and the value without them. */
function split(value: unknown): [numbers: number[], rest: string] {
  const numbers: number[] = [];
  const rest = JSON.stringify(value, (_, entry) => {
    if (ArrayBuffer.isView(entry)) return Array.from(entry as Float32Array);
    if (typeof entry !== "number") return entry;
    numbers.push(entry);
    return 0;
  });
  return [numbers, rest];
}

/** Does the same with a model of each, and expects the same numbers, texts, message of an error, and weights. */
export async function expectSameOutcome(
  build: () => tf.LayersModel,
  act: (model: tf.LayersModel) => Promise<unknown> | unknown,
) {
  const outcome = await both(build, async (model) => {
    try {
      return await act(model);
    } catch (error) {
      return (error as Error).message;
    }
  });
  const [[wanted, text], [got, ownText]] = [split(outcome.wanted.result), split(outcome.got.result)];
  expect(ownText).toBe(text);
  expectClose(got, wanted);
  expectSameWeights(outcome);
  return outcome;
}
