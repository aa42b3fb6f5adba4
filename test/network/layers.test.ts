/** Layers end to end: freezing, limits, penalties, biases, activations. */

import { describe, expect, test } from "vitest";
import {
  type ActivationName,
  activation,
  batchNorm,
  dense,
  dropout,
  type LayerInput,
  layerNorm,
  Network,
  type NetworkOptions,
  SpecError,
  sgd,
} from "../../src/index.js";
import "../../src/lbfgs.js";
import { ACTIVATIONS } from "../../src/model/names.js";
import {
  BUILDS,
  expectClose,
  expectError,
  expectSameBits,
  floats,
  lists,
  OPTIMIZERS,
  toRows,
  wholes,
} from "../helpers.js";
import { activate, type Row } from "../reference.js";

const INPUTS = 5;
const ROWS = 40;
const x = floats(ROWS * INPUTS, 1);
const y = wholes(ROWS, 2, 3);

describe.each(BUILDS)("$name", (math) => {
  const make = (layers: LayerInput[], options: Partial<NetworkOptions> = {}): Network =>
    new Network({ inputs: INPUTS, layers, math, seed: 5, ...options });

  describe("trainable: false", () => {
    const fixed = { trainable: false };

    test.each(OPTIMIZERS)("keeps parameters from %s, its momentum, its decay and penalties", (type) => {
      const decay = type === "lbfgs" ? {} : { weightDecay: 0.1, clipNorm: 1 };
      const momentum = type === "sgd" || type === "rmsprop" ? { momentum: 0.9 } : {};
      const optimizer = { type, ...decay, ...momentum } as NetworkOptions["optimizer"];
      const layers = [
        dense(6, "tanh"),
        batchNorm(fixed),
        dense(5, "tanh", { ...fixed, l1: 0.1, l2: 0.1, ...(type === "lbfgs" ? {} : { maxNorm: 0.01 }) }),
        layerNorm(fixed),
        dense(3, "softmax"),
      ];
      const network = make(layers, { optimizer });
      const before = network.getParams();
      network.fitSync(x, y, type === "lbfgs" ? { epochs: 5 } : { epochs: 5, batchSize: 8 });
      const after = network.getParams();
      for (const [name, values] of Object.entries(after)) {
        if (!["W1", "b1", "W3", "b3"].includes(name))
          expectSameBits(values as Float32Array, before[name as "W1"]);
        else expect(values).not.toEqual(before[name as "W1"]);
      }
    });

    test("has no part in the norm that gradients are clipped to", () => {
      const layers = [
        dense(6, "tanh"),
        layerNorm(fixed),
        batchNorm(fixed),
        dense(4, "tanh", fixed),
        dense(3, "softmax"),
      ];
      const network = make(layers, { optimizer: sgd({ learningRate: 1, clipNorm: 0.01 }) });
      const before = network.getParams();
      const { loss: _, inputs: __, ...gradients } = network.gradients(x, y, { training: true });
      const length = Math.hypot(...Object.values<Float32Array>(gradients).flatMap((values) => [...values]));
      expect(length).toBeGreaterThan(0.02);
      network.trainOnBatch(x, y);
      for (const name of ["W1", "b1", "W3", "b3"] as const) {
        const moves = network.getParams()[name].map((w, i) => (before[name][i] - w) * 1000);
        expectClose(
          moves,
          gradients[name].map((g) => (g * 10) / length),
          2e-3,
        );
      }
    });

    test("the layers before it learn as through one that is trained at a rate of 0", () => {
      const layers = (trainable: boolean) => [
        dense(6, "tanh"),
        dense(5, "tanh", { trainable }),
        dense(3, "softmax"),
      ];
      const [frozen, free] = [make(layers(false)), make(layers(true))];
      const gradients = frozen.gradients(x, y);
      expect(Object.keys(gradients).sort()).toEqual(["W1", "W3", "b1", "b3", "inputs", "loss"].sort());
      const { W2: _, b2: __, ...wanted } = free.gradients(x, y);
      expect(gradients).toEqual(wanted);
    });
  });

  test("maxNorm holds the length of each unit's weights, and leaves shorter ones", () => {
    const network = make([dense(20, "relu", { maxNorm: 1.3 }), dense(3, "softmax")], {
      optimizer: sgd({ learningRate: 0.5 }),
    });
    const free = make([dense(20, "relu"), dense(3, "softmax")], { optimizer: sgd({ learningRate: 0.5 }) });
    for (const each of [network, free]) each.trainOnBatch(x, y);
    const lengths = toRows(network.getParams().W1, INPUTS).map((row) => Math.hypot(...row));
    const wanted = toRows(free.getParams().W1, INPUTS).map((row) =>
      row.map((w) => w * Math.min(1, 1.3 / Math.hypot(...row))),
    );
    expect(Math.max(...lengths)).toBeLessThan(1.30001);
    expect(Math.max(...lengths)).toBeGreaterThan(1.2999);
    expect(Math.min(...lengths)).toBeLessThan(1.29);
    expectClose(network.getParams().W1, wanted.flat(), 1e-5);
    expectSameBits(network.getParams().b1, free.getParams().b1);
  });

  test.each([
    [0.03, 0],
    [0, 0.02],
    [0.03, 0.02],
  ])("l1 %f and l2 %f act on the weights' gradients, and not on the loss", (l1, l2) => {
    const layers = (penalties: object) => [dense(6, "tanh", penalties), dense(3, "softmax")];
    const [network, free] = [make(layers({ l1, l2 })), make(layers({}))];
    const { loss, ...gradients } = network.gradients(x, y);
    const { loss: freeLoss, ...plain } = free.gradients(x, y);
    expect(loss).toBe(freeLoss);
    const { W1 } = free.getParams();
    expectClose(
      gradients.W1,
      plain.W1.map((g, i) => g + l1 * Math.sign(W1[i]) + 2 * l2 * W1[i]),
      1e-6,
    );
    for (const name of ["b1", "W2", "b2"] as const) expectSameBits(gradients[name], plain[name]);
  });

  describe("bias", () => {
    test("false: none, in no file, and the outputs of a network with zeros", () => {
      const [none, zeros] = [false, true].map((bias) =>
        make([dense(6, "tanh", { bias }), dense(3, "softmax", { bias })]),
      );
      expect(Object.keys(none.getParams())).toEqual(["W1", "W2"]);
      expectSameBits(none.predict(x), zeros.predict(x));
      const { b1: _, b2: __, ...wanted } = zeros.gradients(x, y);
      expect(none.gradients(x, y)).toEqual(wanted);
      for (let i = 0; i < 4; i++) none.trainOnBatch(x, y);
      expectClose(none.predict(new Float32Array(INPUTS)), [1 / 3, 1 / 3, 1 / 3], 1e-6);
      expectSameBits(Network.load(none.save(), { math }).predict(x), none.predict(x));
    });

    test.each([0.25, -3])("starts from %f", (biasInit) => {
      const network = make([dense(6, "linear", { biasInit }), dense(3, "linear", { bias: true })]);
      expect([...network.getParams().b1]).toEqual(new Array(6).fill(biasInit));
      expect([...network.getParams().b2]).toEqual([0, 0, 0]);
      expectClose(network.activations(new Float32Array(INPUTS), 0), new Array(6).fill(biasInit), 1e-7);
    });
  });

  test.each(ACTIVATIONS)("activation(%s) is the activation of a dense layer", (name: ActivationName) => {
    const [apart, together] = [
      make([dense(4), activation(name), dense(3, "softmax")]),
      make([dense(4, name, { init: "glorotUniform" }), dense(3, "softmax")]),
    ];
    together.setParams(apart.getParams());
    expectClose(apart.predict(x), together.predict(x), 1e-6);
    const [a, b] = [apart.gradients(x, y), together.gradients(x, y)];
    expectClose(a.W1, b.W1, 1e-6);
    expectClose(a.inputs, b.inputs, 1e-6);
    const Z: Row[] = toRows(apart.activations(x, 0), 4);
    expectClose(
      apart.activations(x, 1),
      Z.flatMap((row) => activate(name, row)),
      1e-5,
    );
  });

  test("activations are the outputs of each layer, and the last are the predictions", () => {
    const network = make([
      dense(6, "tanh"),
      dropout(0.5),
      layerNorm(),
      activation("relu"),
      dense(3, "softmax"),
    ]);
    const { W1, b1 } = network.getParams();
    const first = toRows(x, INPUTS).map((row) =>
      toRows(W1, INPUTS).map((w, unit) =>
        Math.tanh(w.reduce((sum, weight, i) => sum + weight * row[i], b1[unit])),
      ),
    );
    expectClose(network.activations(x, 0), first.flat(), 1e-5);
    expectSameBits(network.activations(x, 1), network.activations(x, 0));
    const normal = first.map((row) => {
      const mean = row.reduce((sum, a) => sum + a, 0) / 6;
      const variance = row.reduce((sum, a) => sum + (a - mean) ** 2, 0) / 6;
      return row.map((a) => (a - mean) / Math.sqrt(variance + 1e-5));
    });
    expectClose(network.activations(x, 2), normal.flat(), 1e-4);
    expectClose(
      network.activations(x, 3),
      normal.flat().map((a) => Math.max(a, 0)),
      1e-4,
    );
    expectSameBits(network.activations(x, 4), network.predict(x));
  });
});

test("activations of a layer that is not there", async () => {
  const network = new Network([INPUTS, 4, 3]);
  await expectError(() => network.activations(x, 2), SpecError, ["layer is 2", "layers 0 to 1"]);
  await expectError(() => network.activations(x, -1), SpecError, ["layer is -1"]);
});

test.each<[string, unknown, (string | RegExp)[]]>([
  ["an unknown kind", { type: "conv" }, ['"conv"', lists("dense"), lists("layerNorm")]],
  ["an unknown option", { type: "dropout", share: 0.5 }, ['"share" of layer 1', "rate"]],
  ["a rate of 1", { type: "dropout", rate: 1 }, ["rate of layer 1 is 1", "below 1"]],
  ["a momentum of 2", { type: "batchNorm", momentum: 2 }, ["momentum of layer 1 is 2"]],
  ["a bias that is text", { units: 3, bias: "yes" }, ["bias of layer 1"]],
  ["an unknown activation", { type: "activation", activation: "rleu" }, ['"rleu"', 'did you mean "relu"?']],
])("is refused: %s", async (_, layer, parts) => {
  await expectError(
    () => new Network({ inputs: 3, layers: [layer as LayerInput, dense(2)] }),
    SpecError,
    parts,
  );
});
