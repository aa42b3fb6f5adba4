/** Random networks on several threads: parameters, losses, predictions and gradients of one thread, to the bit. */

import { expect, test } from "vitest";
import {
  adam,
  batchNorm,
  dense,
  dropout,
  gaussianNoise,
  layerNorm,
  Network,
  type NetworkOptions,
  nadam,
  rmsprop,
  scale,
  sgd,
} from "../../src/index.js";
import type { LayerSpec } from "../../src/program/layers/index.js";
import type { OptimizerSpec } from "../../src/program/optimizers.js";
import { relaxed } from "../../src/relaxed.js";
import { floats, generator } from "../helpers.js";
import { forcedThreads } from "./forced.js";

const THREADS = [2, 3, 5].map((count) => forcedThreads(count));

/** Random choices of a seed. */
function choicesOf(seed: number) {
  const next = generator(seed);
  const whole = (limit: number): number => Math.floor(next() * limit);
  const pick = <T>(...items: readonly T[]): T => items[whole(items.length)];
  return { whole, pick };
}

interface Case {
  options: NetworkOptions;
  x: Float32Array | Uint8Array;
  y: Float32Array | Int32Array;
  fit: { epochs: number; batchSize: number; sampleWeight?: Float32Array };
}

function caseOf(seed: number): Case {
  const { whole, pick } = choicesOf(seed);
  const inputs = pick(3, 17, 40, 130);
  const outputs = pick(1, 3, 19, 70);
  const rows = 5 + whole(60);
  const act = () => pick("relu", "tanh", "gelu", "softmax", "linear", "sigmoid");
  const middle = () =>
    pick<() => LayerSpec>(
      () => batchNorm(),
      () => layerNorm(),
      () => dropout(0.3),
      () => gaussianNoise(0.1),
      () => scale(),
      () => dense(pick(5, 33, 90), act(), { maxNorm: pick(0, 1), l2: pick(0, 0.01) }),
    )();
  const layers = [dense(pick(4, 20, 65, 150), act()), middle(), middle(), dense(outputs)];
  const loss = pick("meanSquaredError", "huber", "categoricalCrossentropy") as "huber";
  const isClasses = loss === ("categoricalCrossentropy" as string) && outputs > 1;
  const optimizer = pick<() => OptimizerSpec>(
    () => sgd({ learningRate: 0.05 }),
    () => sgd({ learningRate: 0.01, momentum: 0.9, clipNorm: 1 }),
    () => adam({ learningRate: 0.01, clipValue: 0.5 }),
    () => nadam(),
    () => rmsprop({ centered: true }),
  )();
  const isSparse = whole(2) === 0;
  const bytes = Uint8Array.from({ length: rows * inputs }, () => (whole(5) ? 0 : whole(256)));
  return {
    options: { inputs, layers, loss: isClasses ? loss : "huber", optimizer, seed },
    x: isSparse ? bytes : floats(rows * inputs, seed),
    y: isClasses ? Int32Array.from({ length: rows }, () => whole(outputs)) : floats(rows * outputs, seed + 1),
    fit: {
      epochs: 2,
      batchSize: Math.ceil(rows / (1 + whole(8))),
      ...(whole(3) === 0 && { sampleWeight: Float32Array.from({ length: rows }, () => whole(3)) }),
    },
  };
}

/** Everything that a network computes, as numbers. */
function resultsOf({ options, x, y, fit }: Case, more: Partial<NetworkOptions>): unknown {
  const network = new Network({ ...options, ...more });
  const { loss } = network.fitSync(x, y, fit);
  const results = {
    loss,
    params: network.getParams(),
    predictions: network.predict(x),
    measured: network.evaluate(x, y),
    gradients: network.gradients(x, y),
    batch: network.trainOnBatch(x, y),
  };
  network.dispose();
  return results;
}

test.each(Array.from({ length: 40 }, (_, seed) => seed + 1))("network %s", (seed) => {
  const given = caseOf(seed);
  const math = seed % 4 === 0 ? { math: relaxed } : {};
  const expected = resultsOf(given, math);
  expect(resultsOf(given, { ...math, threads: THREADS[seed % 3] })).toEqual(expected);
});
