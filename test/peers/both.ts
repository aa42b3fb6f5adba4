import * as tf from "@tensorflow/tfjs";
import { expect } from "vitest";
import { accelerate } from "../../src/tfjs.js";
import { floats } from "../helpers.js";

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

/** What a program does without and with the acceleration, and the report of the latter. */
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
