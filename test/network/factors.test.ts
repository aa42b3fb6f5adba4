/** Rate and decay factors: each parameter moves as in a parameter group of its own, computed in float64. */

import { describe, expect, test } from "vitest";
import {
  adam,
  adamw,
  batchNorm,
  dense,
  type LayerInput,
  layerNorm,
  Network,
  type OptimizerSpec,
  SpecError,
  scale,
  sgd,
} from "../../src/index.js";
import {
  BUILDS,
  expectClose,
  expectError,
  expectSameBits,
  floats,
  parametersOf,
  wholes,
  wrong,
} from "../helpers.js";

const INPUTS = 4;
const ROWS = 20;
const x = floats(ROWS * INPUTS, 1);
const y = wholes(ROWS, 2, 3);

/** The factors that the network below gives its parameters: [rate, decay], by name. */
const FACTORS: Record<string, [rate: number, decay: number]> = {
  scale1: [6, 0.5],
  W1: [0.5, 2],
  b1: [0.1, 0],
  gamma1: [2, 1],
  beta1: [3, 1],
  gamma2: [0.25, 0.25],
  beta2: [0.25, 0.25],
  W2: [1, 1],
  b2: [1, 1],
};

const LAYERS: LayerInput[] = [
  scale({ rate: 6, decay: 0.5 }),
  dense(6, "selu", { rate: { W: 0.5, b: 0.1 }, decay: { W: 2, b: 0 } }),
  batchNorm({ rate: { gamma: 2, beta: 3 } }),
  layerNorm({ rate: 0.25, decay: 0.25 }),
  dense(3, "softmax"),
];

const RATE = 0.01;
const DECAY = 0.1;

/** One update of a parameter in float64 by an optimizer with this rate and decay; t counts from 1. */
type Update = (
  w: number,
  g: number,
  m: { m: number; v: number },
  t: number,
  rate: number,
  decay: number,
) => number;

const OPTIMIZERS: [name: string, optimizer: OptimizerSpec, update: Update][] = [
  ["sgd", sgd({ learningRate: RATE }), (w, g, _, __, rate) => w - rate * g],
  [
    "sgd with decay",
    sgd({ learningRate: RATE, weightDecay: DECAY }),
    (w, g, _, __, rate, decay) => w - rate * (g + decay * w),
  ],
  [
    "adamw",
    adamw({ learningRate: RATE, weightDecay: DECAY }),
    (w, g, state, t, rate, decay) => {
      state.m = 0.9 * state.m + 0.1 * g;
      state.v = 0.999 * state.v + 0.001 * g * g;
      const direction = state.m / (1 - 0.9 ** t) / (Math.sqrt(state.v / (1 - 0.999 ** t)) + 1e-8);
      return w - rate * decay * w - rate * direction;
    },
  ],
];

describe.each(BUILDS)("$name", (math) => {
  const make = (optimizer: OptimizerSpec, layers = LAYERS) =>
    new Network({ inputs: INPUTS, layers, optimizer, math, seed: 3 });

  test.each(OPTIMIZERS)("%s", (_, optimizer, update) => {
    const network = make(optimizer);
    const states = Object.fromEntries(
      Object.entries(network.getParams()).map(([name, w]) => [name, Array.from(w, () => ({ m: 0, v: 0 }))]),
    );
    for (let t = 1; t <= 3; t++) {
      const before: Record<string, Float32Array> = network.getParams();
      const { loss, inputs, ...gradients } = network.gradients(x, y, { training: true });
      network.trainOnBatch(x, y);
      const after: Record<string, Float32Array> = network.getParams();
      expect(Object.keys(gradients)).toEqual(Object.keys(FACTORS));
      for (const [name, values] of Object.entries<Float32Array>(gradients)) {
        const [rate, decay] = FACTORS[name];
        const wanted = Array.from(values, (g, i) =>
          update(before[name][i], g, states[name][i], t, rate * RATE, decay * DECAY),
        );
        expectClose(after[name], wanted, 1e-5);
      }
    }
  });

  test("gives the same bits after save, checkpoint and resume", () => {
    const optimizer = adam({ learningRate: RATE, weightDecay: DECAY });
    const [whole, cut] = [make(optimizer), make(optimizer)];
    whole.fitSync(x, y, { epochs: 4, batchSize: 8 });
    cut.fitSync(x, y, { epochs: 2, batchSize: 8 });
    const resumed = Network.resume(cut.checkpoint(), { math });
    resumed.fitSync(x, y, { epochs: 4, initialEpoch: 2, batchSize: 8 });
    expectSameBits(parametersOf(resumed), parametersOf(whole));
    const loaded = Network.load(whole.save(), { math });
    expect(loaded.spec).toEqual(whole.spec);
    expectSameBits(loaded.predict(x), whole.predict(x));
  });
});

test("factors of 1 are none: the same program, the same data", () => {
  const plain = new Network({ inputs: 4, layers: [dense(3), dense(2)], optimizer: "sgd" });
  const ones = new Network({
    inputs: 4,
    layers: [dense(3, "linear", { rate: 1 }), dense(2, "linear", { rate: { W: 1 }, decay: { b: 1 } })],
    optimizer: "sgd",
  });
  expect(JSON.stringify(ones.spec)).toBe(JSON.stringify(plain.spec));
  const withoutAddresses = (network: Network) => network.explain().replaceAll(/@[0-9a-f]+/g, "");
  expect(withoutAddresses(ones)).toBe(withoutAddresses(plain));
});

test("adjacent parameters of the same factors are one update", () => {
  const layers = [dense(3, "tanh", { rate: 0.5 }), dense(4, "tanh", { rate: 0.5 }), dense(2)];
  const text = new Network({ inputs: 4, layers }).explain();
  expect(text.match(/θ = .*α\)/g)).toEqual(["θ = adam(θ, dθ, 0.5·α)", "θ = adam(θ, dθ, α)"]);
});

test("factors that are none are refused", async () => {
  const refuse = (options: object, parts: (string | RegExp)[]) =>
    expectError(() => dense(3, "relu", wrong(options)), SpecError, parts);
  await refuse({ rate: -1 }, ["rate of dense is -1", "at least 0"]);
  await refuse({ rate: { w: 1 } }, ['"w" of rate of dense', "W, b"]);
  await refuse({ decay: { b: "1" } }, ['b of decay of dense is "1"']);
  await expectError(() => scale(wrong({ rate: { W: 1 } })), SpecError, ['"W"', "scale"]);
  const layers = [dense(3, "tanh", { rate: 0.5 }), dense(1)];
  await expectError(() => new Network({ inputs: 1, layers, optimizer: "lbfgs" }), SpecError, [
    "Layer 1",
    "lbfgs",
  ]);
});
