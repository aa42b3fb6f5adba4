/** Shapes of models and of weights that other tools write: chains, models in one another, quantized weights. */

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { FormatError } from "../../src/errors.js";
import { readTFJS } from "../../src/formats/keras/read.js";
import { fromTFJS } from "../../src/formats.js";
import { expectError } from "../helpers.js";
import { expectWithin } from "../storage/networks.js";

/** A model that a converter from Keras wrote, with what TensorFlow.js predicts for x. */
function kept(name: string) {
  const text = readFileSync(new URL(`kept/${name}.json`, import.meta.url), "utf8");
  const { model, weights, x, y } = JSON.parse(text);
  return { model, weights: new Uint8Array(Buffer.from(weights, "base64")), x, y };
}

describe("models of other tools", () => {
  it("a Functional model that is one chain, and models in one another", () => {
    const { model, weights, x, y } = kept("keras-2");
    const inner = model.modelTopology.model_config;
    const { layers } = inner.config;
    type Entry = { class_name: string; config: { name: string } };
    const chained = layers.map((layer: Entry, i: number) => ({
      ...layer,
      name: layer.config.name,
      inbound_nodes: i === 0 ? [] : [[[layers[i - 1].config.name, 0, 0, {}]]],
    }));
    const functional = { class_name: "Functional", config: { layers: chained.reverse() } };
    model.modelTopology.model_config = functional;
    expectWithin(fromTFJS(model, weights).predict(x), y, 1e-6);
    const nested = { class_name: "Sequential", config: { layers: [functional] } };
    model.modelTopology.model_config = nested;
    expectWithin(fromTFJS(model, weights).predict(x), y, 1e-6);
  });

  it("what the lines of docs/files.md write of a .keras file: Functional, Sequential in it, names of Keras 3 alone", () => {
    const { model, weights, x, y } = kept("keras-3-archive");
    const network = fromTFJS(model, weights);
    expectWithin(network.predict(x), y, 1e-6);
    expect(network.spec.layers[0]).toMatchObject({ activation: { type: "leakyRelu", alpha: 0.2 }, l2: 0.01 });
    const [, { config: first }, { config: norm }] = model.modelTopology.model_config.config.layers;
    for (const [theirs, ours] of [
      ["exponential", "exponential"],
      ["hard_silu", "hardSwish"],
    ]) {
      first.activation = theirs;
      expect(fromTFJS(model, weights).spec.layers[0]).toMatchObject({ activation: ours });
    }
    norm.renorm = true;
    expect(() => fromTFJS(model, weights)).toThrow("renorm true");
  });

  it("a Functional model with a branch is refused, and so is a graph model", async () => {
    const { model, weights } = kept("keras-2");
    const inner = model.modelTopology.model_config;
    inner.class_name = "Functional";
    const [first, second, third] = inner.config.layers;
    first.inbound_nodes = [];
    for (const layer of [second, third]) layer.inbound_nodes = [[[first.config.name, 0, 0, {}]]];
    await expectError(() => readTFJS(model, weights), FormatError, ["goes to several layers", "one chain"]);
    third.inbound_nodes = [
      [
        [first.config.name, 0, 0, {}],
        [second.config.name, 0, 0, {}],
      ],
    ];
    await expectError(() => readTFJS(model, weights), FormatError, ["2 inputs", "one chain"]);
    const graph = { format: "graph-model", modelTopology: { node: [] }, weightsManifest: [] };
    await expectError(() => readTFJS(graph, weights), FormatError, ["graph model", "tfjs_layers_model"]);
  });

  it("a Functional model whose layers have no name, or one name, is refused", async () => {
    for (const layers of [
      [null],
      [{ class_name: "Dense", config: {}, inbound_nodes: [] }],
      ["a", "a"].map((name, i) => ({ config: { name }, inbound_nodes: i === 0 ? [] : [[["a", 0, 0, {}]]] })),
    ]) {
      const model = { modelTopology: { class_name: "Functional", config: { layers } }, weightsManifest: [] };
      await expectError(() => readTFJS(model, new Uint8Array(0)), FormatError, ["no chain"]);
    }
  });

  it.each(["uint8", "uint16", "float16"] as const)("weights quantized to %s", (dtype) => {
    const { model, weights } = kept("keras-2");
    const [group] = model.weightsManifest;
    const [spec] = group.weights;
    const size = spec.shape.reduce((a: number, b: number) => a * b);
    const count = dtype === "uint8" ? size : 2 * size;
    const bytes = new Uint8Array(count + weights.length - 4 * size);
    bytes.set(weights.subarray(4 * size), count);
    // 0x3e00 is 1.5 as float16, 0xc000 is -2.
    const stored = [7, 3];
    const halves = [0x3e00, 0xc000];
    const values = dtype === "uint8" ? bytes : new Uint16Array(bytes.buffer, 0, size);
    values.set(dtype === "float16" ? halves : stored);
    spec.quantization = dtype === "float16" ? { dtype } : { dtype, min: -0.5, scale: 0.25 };
    const params = readTFJS(model, bytes).params;
    const zero = dtype === "float16" ? 0 : -0.5;
    const wanted = dtype === "float16" ? [1.5, -2] : [-0.5 + 7 * 0.25, -0.5 + 3 * 0.25];
    const sorted = [...params.W1].sort((a, b) => a - b);
    const all = [...wanted, ...new Array(size - 2).fill(zero)].sort((a, b) => a - b);
    expect(sorted).toEqual(all);
  });
});
