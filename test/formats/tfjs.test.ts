import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { FormatError, SpecError } from "../../src/errors.js";
import { COUNTERPARTS } from "../../src/formats/activations.js";
import { readTFJS } from "../../src/formats/keras/read.js";
import { fromTFJS, toTFJS } from "../../src/formats.js";
import { Network } from "../../src/index.js";
import { ACTIVATIONS } from "../../src/model/names.js";
import { activation, dense, dropout, scale } from "../../src/program/layers/index.js";
import { expectError, floats, type Parts, wrong } from "../helpers.js";
import { mutate } from "../storage/mutate.js";
import {
  expectWithin,
  KINDS,
  paramsOf,
  randomOptions,
  SLOPED_IN_TFJS,
  trained,
} from "../storage/networks.js";

/** Models as TensorFlow.js 4.22 saves them, and as converters from Keras 2 and 3 do; y is what TensorFlow.js predicts. */
function kept(name: string) {
  const text = readFileSync(new URL(`kept/${name}.json`, import.meta.url), "utf8");
  const { model, weights, x, y } = JSON.parse(text);
  return { model, weights: new Uint8Array(Buffer.from(weights, "base64")), x, y };
}

/** Activations that are the same functions in TensorFlow.js. */
const CARRIED = ACTIVATIONS.filter((name) => name === "leakyRelu" || COUNTERPARTS[name].keras);
/** Layers that TensorFlow.js has. */
const KINDS_IN_KERAS = KINDS.filter((type) => type !== "scale");

describe("toTFJS and fromTFJS", () => {
  it("carry every kind of layer: the same predictions", () => {
    for (let seed = 0; seed < 40; seed++) {
      const network = new Network(randomOptions(seed, CARRIED, KINDS_IN_KERAS, SLOPED_IN_TFJS));
      network.setParams(paramsOf(network.spec, seed));
      const { model, weights } = toTFJS(network);
      const x = floats(3 * network.spec.inputs, seed);
      const back = fromTFJS(JSON.stringify(model), weights, { loss: "meanSquaredError" });
      expectWithin(back.predict(x), network.predict(x), 1e-6);
    }
  });

  it("carry penalties, limits, rates and marks", () => {
    const layers = [
      dense(4, "relu", { l1: 0.1, l2: 0.2, maxNorm: 3, bias: false, trainable: false }),
      dropout(0.25),
      { type: "gaussianNoise", stddev: 0.5 } as const,
      { type: "batchNorm", momentum: 0.01, epsilon: 1e-4, variance: "biased", trainable: false } as const,
      { type: "layerNorm", epsilon: 1e-6 } as const,
      activation("leakyRelu"),
      activation({ type: "leakyRelu", alpha: 0.3 }),
      dense(4, { type: "hardSigmoid", alpha: 0.2 }),
      activation("relu6"),
      { type: "prelu", init: 0.25, trainable: false } as const,
      dense(2, "softmax"),
    ];
    const { spec, getParams } = trained({ inputs: 3, layers });
    const { model, weights } = toTFJS({ spec, getParams });
    const back = readTFJS(model, weights);
    expect(back.layers).toEqual(spec.layers);
    expect(back.params).toEqual(getParams());
  });

  it.each([
    ["hardSigmoid, which is another function there", dense(1, "hardSigmoid"), "hardSigmoid"],
    ["elu with a slope, which it does not load", dense(1, { type: "elu", alpha: 0.5 }), "elu with alpha 0.5"],
    ["scale, which is no layer there", scale(), "scale"],
  ])("refuse %s", async (_, layer, name) => {
    const network = trained({ inputs: 2, layers: [layer, dense(1)] });
    await expectError(() => toTFJS(network), SpecError, [name, "TensorFlow.js"]);
  });
});

describe("models written by other tools", () => {
  it.each(["tfjs", "keras-2", "keras-3"])("%s: predicts what TensorFlow.js does", (name) => {
    const { model, weights, x, y } = kept(name);
    const network = fromTFJS(model, weights, { optimizer: "sgd", seed: 3 });
    expectWithin(network.predict(x), y, 1e-6);
    const { layers, optimizer, seed } = network.spec;
    expect(optimizer.type).toBe("sgd");
    expect(seed).toBe(3);
    expect(layers.map(({ type }) => type).join(" ")).toBe(
      "dense batchNorm activation dropout gaussianNoise dense layerNorm activation dense",
    );
    expect(layers[0]).toMatchObject({ activation: "gelu", l1: 0.001, l2: 0.01, maxNorm: 3 });
    expect(layers[1]).toMatchObject({ momentum: 0.1, epsilon: 0.001 });
    expect(layers[5]).toMatchObject({ bias: false, trainable: false });
  });

  it("keras-3 with weights that have an index instead of a name", () => {
    const { model, weights, x, y } = kept("keras-3");
    const places = ["kernel", "bias"];
    const norms = ["gamma", "beta", "moving_mean", "moving_variance"];
    for (const entry of model.weightsManifest[0].weights) {
      const [, layer, weight] = entry.name.split("/");
      entry.name = `layers/${layer}/vars/${Math.max(places.indexOf(weight), norms.indexOf(weight))}`;
    }
    expectWithin(fromTFJS(model, weights).predict(x), y, 1e-6);
  });

  it("hard_sigmoid has another slope in Keras 3 than in Keras 2", () => {
    const { model, weights } = kept("keras-3");
    const { layers } = model.modelTopology.model_config.config;
    layers[1].config.activation = "hard_sigmoid";
    expect(readTFJS(model, weights).layers[0]).toMatchObject({ activation: "hardSigmoid" });
    model.modelTopology.keras_version = "2.15.0";
    const slope = { type: "hardSigmoid", alpha: 0.2 };
    expect(readTFJS(model, weights).layers[0]).toMatchObject({ activation: slope });
  });

  it.each([
    ["ReLU", { max_value: null, negative_slope: 0, threshold: 0 }, "relu"],
    ["ReLU", { max_value: 6 }, "relu6"],
    ["LeakyReLU", { negative_slope: 0.01 }, "leakyRelu"],
    ["LeakyReLU", { alpha: 0.01 }, "leakyRelu"],
    ["ELU", { alpha: 1 }, "elu"],
    ["ELU", { alpha: 0.5 }, { type: "elu", alpha: 0.5 }],
    ["LeakyReLU", { alpha: 0.3 }, { type: "leakyRelu", alpha: 0.3 }],
    ["Softmax", { axis: -1 }, "softmax"],
    ["Softmax", { axis: 1 }, "softmax"],
  ])("the layer %s with %j is the activation %s", (class_name, config, wanted) => {
    const { model, weights } = kept("keras-3");
    const { layers } = model.modelTopology.model_config.config;
    layers.push({ class_name, config: { name: "last", ...config } });
    const read = readTFJS(model, weights).layers;
    expect(read[read.length - 1]).toEqual({ type: "activation", activation: wanted });
  });

  it.each([
    ["ReLU", "max_value", 5],
    ["ReLU", "threshold", 1],
    ["ELU", "alpha", -1],
    ["Softmax", "axis", 2],
  ])("the layer %s with %s %d, which is another function, is refused", async (class_name, key, value) => {
    const { model, weights } = kept("keras-3");
    const { layers } = model.modelTopology.model_config.config;
    layers.push({ class_name, config: { name: "last", [key]: value } });
    await expectError(() => readTFJS(model, weights), FormatError, ['"last"', key, String(value)]);
  });

  it("an axis in a list, and Keras' own defaults where options are left out", () => {
    const { model, weights } = kept("keras-2");
    const { config } = model.modelTopology.model_config.config.layers[2];
    Object.assign(config, { axis: [-1], momentum: undefined, epsilon: undefined, trainable: undefined });
    expect(readTFJS(model, weights).layers[1]).toEqual({
      type: "batchNorm",
      momentum: 0.01,
      epsilon: 0.001,
      variance: "biased",
      trainable: true,
    });
  });

  it("weights in several files", () => {
    const { model, weights, x, y } = kept("keras-2");
    const shards = [weights.slice(0, 101), weights.slice(101).buffer];
    expectWithin(fromTFJS(model, shards).predict(x), y, 1e-6);
  });

  it("samples of several dimensions that the first layer flattens", () => {
    const { model, weights, x, y } = kept("keras-2");
    const { layers } = model.modelTopology.model_config.config;
    layers[0].config.batch_input_shape = [null, 2, 2, 1];
    layers.splice(1, 0, { class_name: "Flatten", config: { name: "flatten", data_format: "channels_last" } });
    expectWithin(fromTFJS(model, weights).predict(x), y, 1e-6);
  });
});

type Layer = { class_name: string; config: Record<string, unknown> };
interface Model {
  modelTopology: { model_config: { class_name: string; config: { layers: Layer[] } } };
  weightsManifest: { weights: { name: string; shape: unknown; dtype: string; quantization?: unknown }[] }[];
}

describe("models that cannot be represented are refused", () => {
  const mistakes: [string, (model: Model, layers: Layer[]) => unknown, Parts][] = [
    [
      "another kind of model",
      (model) => (model.modelTopology.model_config.class_name = "Subclassed"),
      ["Subclassed", "Sequential"],
    ],
    [
      "another kind of layer",
      (_, layers) => layers.push({ class_name: "Conv2D", config: { name: "c" } }),
      ['"c"', "Conv2D", "Dense"],
    ],
    [
      "a layer of Object's own",
      (_, layers) => layers.push({ class_name: "constructor", config: {} }),
      ["constructor"],
    ],
    ["another activation", (_, layers) => (layers[1].config.activation = "celu"), ['"dense"', "celu"]],
    [
      "a penalty on the bias",
      (_, layers) => (layers[1].config.bias_regularizer = { class_name: "L2", config: {} }),
      ['"dense"', "bias_regularizer"],
    ],
    [
      "another penalty",
      (_, layers) => (layers[1].config.kernel_regularizer = { class_name: "Orthogonal", config: {} }),
      ["kernel_regularizer", "Orthogonal"],
    ],
    [
      "a penalty of which one factor is a text",
      (_, layers) =>
        (layers[1].config.kernel_regularizer = { class_name: "L1L2", config: { l1: "0.1", l2: 0.1 } }),
      ["kernel_regularizer", "L1L2"],
    ],
    [
      "another constraint",
      (_, layers) => (layers[1].config.kernel_constraint = { class_name: "NonNeg", config: {} }),
      ["kernel_constraint", "NonNeg"],
    ],
    ["a slope", (_, layers) => (layers[3].config.alpha = -1), ["leaky_re_lu", "alpha", "-1"]],
    [
      "half a normalisation",
      (_, layers) => (layers[2].config.scale = false),
      ["batch_normalization", "scale", "false"],
    ],
    [
      "a normalisation of another axis",
      (_, layers) => (layers[2].config.axis = [2]),
      ["batch_normalization", "axis"],
    ],
    ["noise of a shape", (_, layers) => (layers[4].config.noise_shape = [1, 5]), ["dropout", "noise_shape"]],
    ["a rate of 1", (_, layers) => (layers[4].config.rate = 1), ["dropout", "rate", "1"]],
    ["units that are none", (_, layers) => (layers[1].config.units = -5), ['"dense"', "units", "-5"]],
    ["half precision", (_, layers) => (layers[1].config.dtype = "float16"), ["dtype", "float16"]],
    ["an unknown option", (_, layers) => (layers[1].config.lora_rank = 4), ["lora_rank", "4"]],
    ["images", (_, layers) => (layers[0].config.batch_input_shape = [null, 2, 2]), ["2 dimensions"]],
    ["no inputs", (_, layers) => delete layers[0].config.batch_input_shape, ["batch_input_shape"]],
    [
      "a gigantic layer",
      (_, layers) => (layers[1].config.units = 2 ** 50),
      ["dense/kernel", "1125899906842624"],
    ],
    ["a weight too few", (model) => model.weightsManifest[0].weights.pop(), ["bytes", "manifest"]],
    [
      "a weight of another name",
      (model) => (model.weightsManifest[0].weights[0].name = "dense/core"),
      ["kernel", '"dense"'],
    ],
    [
      "a weight twice",
      (model) => (model.weightsManifest[0].weights[0].name = "dense/bias"),
      ["dense/bias", "twice"],
    ],
    [
      "a shape that lies",
      (model) => (model.weightsManifest[0].weights[0].shape = [5, 4]),
      ["dense/kernel", "5 x 4", "4 x 5"],
    ],
    [
      "a gigantic shape",
      (model) => (model.weightsManifest[0].weights[0].shape = [2 ** 50, 2 ** 50]),
      ["dense/kernel", "ends at"],
    ],
    ["integers", (model) => (model.weightsManifest[0].weights[0].dtype = "int32"), ["dense/kernel", "int32"]],
    [
      "quantized weights",
      (model) => (model.weightsManifest[0].weights[0].quantization = { dtype: "int4" }),
      ["dense/kernel", "quantized", "int4"],
    ],
  ];
  it.each(mistakes)("%s", async (_, change, parts) => {
    const { model, weights } = kept("keras-2");
    change(model, model.modelTopology.model_config.config.layers);
    await expectError(() => readTFJS(model, weights), FormatError, parts);
  });

  it("NaN, and values that are not a model", async () => {
    const { model, weights } = kept("keras-2");
    const broken = weights.slice().fill(255, 0, 4);
    await expectError(() => readTFJS(model, broken), FormatError, ["NaN", "kernel", "index 0"]);
    await expectError(() => readTFJS(model, wrong("weights")), FormatError, ["weights", "Uint8Array"]);
    await expectError(() => readTFJS("{", weights), FormatError, ["JSON"]);
    await expectError(() => readTFJS({}, weights), FormatError, ["modelTopology"]);
    await expectError(() => fromTFJS(model, weights, wrong({ layers: [] })), SpecError, ["layers"]);
  });

  it("1,000 random changes: each model is refused with a FormatError, or is valid", () => {
    const { model, weights } = kept("keras-3");
    const text = new TextEncoder().encode(JSON.stringify(model));
    let refused = 0;
    for (let seed = 0; seed < 1000; seed++) {
      try {
        const { params } = readTFJS(new TextDecoder().decode(mutate(text, seed)), weights);
        for (const values of Object.values(params)) expect(values.every(Number.isFinite)).toBe(true);
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(600);
    expect("polluted" in {}).toBe(false);
  });
});
