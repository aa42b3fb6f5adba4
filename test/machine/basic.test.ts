/** The core of densely/core has fewer instructions than the whole one, and computes the same bits. */

import { expect, test } from "vitest";
import * as core from "../../src/core.js";
import { strict as basic } from "../../src/machine/basic.js";
import BASIC_LOSSES from "../../src/model/basic-losses.js";
import { ACTIVATIONS } from "../../src/model/names.js";
import BASIC_OPTIMIZERS from "../../src/program/basic-optimizers.js";
import { expectSameBits, floats, generator } from "../helpers.js";

const { activation, adam, dense, dropout, Network, sgd } = core;
const x = floats(60 * 4, 1);
const next = generator(3);
const y = Float32Array.from({ length: 60 * 3 }, () => Number(next() > 0.6));

/** Trains one network on each core. */
function expectSame(options: Partial<core.NetworkOptions>): void {
  const [here, there] = [undefined, basic].map((math) => {
    const layers = [dense(9, "relu"), dense(3, "sigmoid")];
    const network = new Network({ inputs: 4, layers, seed: 5, ...options, math });
    return { network, history: network.fitSync(x, y, { epochs: 2, batchSize: 7, validationSplit: 0.2 }) };
  });
  expect(here.history).toEqual(there.history);
  expectSameBits(here.network.predict(x), there.network.predict(x));
}

test.each(ACTIVATIONS)("%s has the bits of the whole core", (name) => {
  expectSame({ layers: [dense(9, name), activation(name), dense(3, "sigmoid")] });
});

test.each(Object.keys(BASIC_LOSSES) as (keyof typeof BASIC_LOSSES)[])(
  "%s has the bits of the whole core, behind every kind of output",
  (loss) => {
    for (const last of ["linear", "sigmoid", "softmax", "softplus"] as const) {
      expectSame({ layers: [dense(9, "tanh"), dense(3, last)], loss });
    }
  },
);

test.each(Object.keys(BASIC_OPTIMIZERS) as ("sgd" | "adam" | "adamw")[])(
  "%s has the bits of the whole core",
  (optimizer) => expectSame({ optimizer }),
);

test("options of layers and optimizers have the bits of the whole core", () => {
  const init = "heNormal";
  expectSame({
    layers: [dense(9, "relu", { l1: 1e-3, l2: 1e-3, maxNorm: 1, init }), dropout(0.3), dense(3, "softmax")],
    loss: { type: "categoricalCrossentropy", labelSmoothing: 0.1 },
    optimizer: sgd({ momentum: 0.9, nesterov: true, clipNorm: 1, clipValue: 0.5, weightDecay: 0.01 }),
  });
  expectSame({ optimizer: adam({ amsgrad: true }), layers: [dense(8, "relu"), dense(3)] });
});
