/** Gradients that are handed in and out: backward and applyGradients. */

import { describe, expect, test } from "vitest";
import { DataError, ShapeError, SpecError, StateError } from "../../src/errors.js";
import {
  adam,
  adamw,
  batchNorm,
  cosineDecay,
  dense,
  dropout,
  gaussianNoise,
  layerNorm,
  Network,
  type NetworkOptions,
  type OptimizerInput,
  sgd,
} from "../../src/index.js";
import { lbfgs } from "../../src/lbfgs.js";
import {
  BUILDS,
  expectClose,
  expectError,
  expectSameBits,
  floats,
  OPTIMIZERS,
  toRows,
  wholes,
  wrong,
} from "../helpers.js";

const INPUTS = 5;
const OUTPUTS = 3;
const ROWS = 13;
const NAMES = ["W1", "b1", "W2", "b2", "inputs"] as const;

describe.each(BUILDS)("$name", (math) => {
  const x = floats(ROWS * INPUTS, 1);
  const y = floats(ROWS * OUTPUTS, 2);
  const make = (options: Partial<NetworkOptions> = {}) =>
    new Network({
      inputs: INPUTS,
      layers: [dense(7, "tanh", { l2: 0.01 }), dense(OUTPUTS, "sigmoid")],
      loss: "meanSquaredError",
      math,
      ...options,
    });
  /** dL/d(outputs) of the mean squared error. */
  const slopes = (network: Network) => network.predict(x).map((a, i) => (2 * (a - y[i])) / y.length);

  describe("backward", () => {
    test("of a loss' own derivative gives its gradients", () => {
      const network = make();
      const wanted = network.gradients(x, y);
      const found = network.backward(x, slopes(network));
      for (const name of NAMES) expectClose(found[name], wanted[name], 1e-5);
      expect(Object.keys(found).sort()).toEqual([...NAMES].sort());
    });

    test("of logits takes the derivative of the last activation from the caller", () => {
      const network = make();
      const outputs = network.predict(x);
      const dZ = slopes(network).map((slope, i) => slope * outputs[i] * (1 - outputs[i]));
      const [wanted, found] = [network.gradients(x, y), network.backward(x, dZ, { of: "logits" })];
      for (const name of NAMES) expectClose(found[name], wanted[name], 1e-5);
    });

    test("of logits passes layers that act in training alone, as the losses do", () => {
      const dZ = floats(ROWS * OUTPUTS, 4);
      const plain = make();
      const noisy = make({ layers: [...plain.spec.layers, dropout(0.5), gaussianNoise(0.2)] });
      noisy.setParams(plain.getParams());
      for (const training of [false, true]) {
        const [wanted, found] = [plain, noisy].map((network) =>
          network.backward(x, dZ, { of: "logits", training }),
        );
        for (const name of NAMES) expectSameBits(found[name], wanted[name]);
      }
      const inputs = noisy.outputGradients(x, { output: 1, of: "logits" });
      expectSameBits(inputs, plain.outputGradients(x, { output: 1, of: "logits" }));
    });

    test("of logits of a softmax is p - y for the cross-entropy", () => {
      const network = make({ layers: [dense(OUTPUTS, "softmax")], loss: "categoricalCrossentropy" });
      const labels = wholes(ROWS, 3, OUTPUTS);
      const dZ = network
        .predict(x)
        .map((p, i) => (p - Number(labels[Math.floor(i / OUTPUTS)] === i % OUTPUTS)) / ROWS);
      const [wanted, found] = [network.gradients(x, labels), network.backward(x, dZ, { of: "logits" })];
      for (const name of ["W1", "b1", "inputs"] as const) expectClose(found[name], wanted[name], 1e-5);
    });

    test("with training has the masks of the next step and the statistics of the batch", () => {
      const layers = [dense(8), batchNorm(), dropout(0.5), dense(OUTPUTS)];
      const network = make({ layers });
      const before = network.getParams();
      const seen: Float32Array[] = [];
      // The outputs of a training step, as a custom loss is given them.
      const spy = make({
        layers,
        loss: { name: "spy", value: (outputs) => seen.push(outputs), gradient: () => {} },
      });
      spy.gradients(x, y, { training: true });
      const dOutputs = seen[0].map((a, i) => (2 * (a - y[i])) / y.length);
      const wanted = network.gradients(x, y, { training: true });
      const found = network.backward(x, dOutputs, { training: true });
      for (const name of ["W1", "gamma1", "beta1", "W2", "b2", "inputs"] as const) {
        expectClose(found[name], wanted[name], 1e-5);
      }
      for (const [name, values] of Object.entries(network.getParams())) {
        expectSameBits(values, before[name as keyof typeof before]);
      }
    });

    test("takes rows of arrays and of other numbers of rows after each other", () => {
      const network = make();
      const all = network.backward(x, slopes(network)).inputs;
      for (const rows of [1, 2, ROWS]) {
        const d = slopes(network).subarray(0, rows * OUTPUTS);
        const found = network.backward(toRows(x.subarray(0, rows * INPUTS), INPUTS), toRows(d, OUTPUTS));
        expectClose(found.inputs, all.subarray(0, rows * INPUTS), 1e-5);
      }
    });

    test.each<[string, (network: Network) => unknown, new (text: string) => Error, string[]]>([
      ["rows", (n) => n.backward(x, y.subarray(3)), ShapeError, ["x has 13 rows but dOutputs has 12"]],
      ["width", (n) => n.backward(x, [[1, 2]]), ShapeError, ["dOutputs has 2 values", "3 outputs"]],
      [
        "NaN",
        (n) =>
          n.backward(
            x,
            y.map(() => Number.NaN),
          ),
        DataError,
        ["dOutputs is NaN"],
      ],
      ["of", (n) => n.backward(x, y, { of: "logit" as "logits" }), SpecError, ["of", '"logits"']],
      ["option", (n) => n.backward(x, y, { train: true } as object), SpecError, ['"train"']],
    ])("refuses a wrong %s", async (_, call, kind, texts) => {
      await expectError(() => call(make()), kind as never, texts);
    });
  });

  describe("applyGradients", () => {
    const optimizers: OptimizerInput[] = [
      ...OPTIMIZERS.filter((name) => name !== "lbfgs"),
      sgd({ learningRate: 0.1, clipNorm: 0.1, weightDecay: 0.01 }),
      adamw({ learningRate: cosineDecay({ learningRate: 0.1, steps: 4 }), clipValue: 1e-3 }),
    ];

    test.each(optimizers.map((optimizer) => [JSON.stringify(optimizer), optimizer] as const))(
      "of gradients makes the step of trainOnBatch with %s",
      (_, optimizer) => {
        const layers = [
          dense(7, "relu", { l2: 0.01, maxNorm: 1, rate: { W: 0.5 } }),
          layerNorm(),
          dense(OUTPUTS),
        ];
        const [a, b] = [make({ layers, optimizer }), make({ layers, optimizer })];
        for (let i = 0; i < 4; i++) {
          a.trainOnBatch(x, y);
          b.applyGradients(b.gradients(x, y, { training: true }));
        }
        expect(b.step).toBe(4);
        for (const [name, values] of Object.entries(a.getParams())) {
          expectSameBits(b.getParams()[name as "W1"], values);
        }
      },
    );

    test("of averaged gradients of shards makes the step of all rows", () => {
      const [whole, sharded] = [make({ optimizer: adam() }), make({ optimizer: adam() })];
      const size = 4;
      for (let i = 0; i < 3; i++) {
        const shards = [0, 1, 2].map((k) =>
          sharded.gradients(
            x.subarray(k * size * INPUTS, (k + 1) * size * INPUTS),
            y.subarray(k * size * OUTPUTS, (k + 1) * size * OUTPUTS),
          ),
        );
        const mean = Object.fromEntries(
          (["W1", "b1", "W2", "b2"] as const).map((name) => [
            name,
            shards[0][name].map((_, j) => shards.reduce((sum, shard) => sum + shard[name][j], 0) / 3),
          ]),
        );
        sharded.applyGradients(mean);
        whole.trainOnBatch(x.subarray(0, 12 * INPUTS), y.subarray(0, 12 * OUTPUTS));
      }
      expectClose(sharded.predict(x), whole.predict(x), 1e-4);
    });

    test("leaves frozen layers, whose gradients may be given or not", () => {
      const layers = [dense(7, "tanh", { trainable: false }), dense(OUTPUTS)];
      const network = make({ layers });
      const { W1 } = network.getParams();
      const { W2, b2 } = network.gradients(x, y);
      network.applyGradients({ W2, b2 });
      network.applyGradients({ W1, W2, b2 });
      expectSameBits(network.getParams().W1, W1);
    });

    test("after an error nothing has changed", () => {
      const network = make({ optimizer: sgd({ learningRate: 1e38 }) });
      const gradients = network.gradients(x, y);
      const [before, { step }] = [network.getParams(), network];
      gradients.W1.fill(1e38);
      expect(() => network.applyGradients(gradients)).toThrow(/diverged/);
      expectSameBits(network.getParams().W1, before.W1);
      expect(network.step).toBe(step);
    });

    test.each<[string, (network: Network) => unknown, new (text: string) => Error, string[]]>([
      [
        "a missing one",
        (n) => n.applyGradients({ W1: new Float32Array(35) }),
        SpecError,
        ["gradients has no b1"],
      ],
      [
        "null",
        (n) => n.applyGradients(wrong(null)),
        SpecError,
        ["null: give an object of gradients by name"],
      ],
      ["another name", (n) => n.applyGradients({ W9: [1] }), SpecError, ['"W9"']],
      [
        "a wrong size",
        (n) => n.applyGradients({ ...n.gradients(x, y), b2: [1] }),
        ShapeError,
        ["b2 has 1 value"],
      ],
      [
        "NaN",
        (n) => n.applyGradients({ ...n.gradients(x, y), b2: [1, Number.NaN, 1] }),
        DataError,
        ["b2 is NaN"],
      ],
      ["nothing", (n) => n.applyGradients(undefined as never), SpecError, ["applyGradients"]],
    ])("refuses %s", async (_, call, kind, texts) => {
      await expectError(() => call(make()), kind as never, texts);
    });

    test("is refused for lbfgs, and while a fit is running", async () => {
      const network = make({ optimizer: lbfgs() });
      await expectError(() => network.applyGradients(network.gradients(x, y)), SpecError, ["lbfgs"]);
      const other = make();
      const onEpoch = () => other.applyGradients(other.gradients(x, y));
      await expectError(() => other.fitSync(x, y, { onEpoch }), StateError, ["is running"]);
    });
  });
});
