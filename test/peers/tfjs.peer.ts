import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { COUNTERPARTS } from "../../src/formats/activations.js";
import { fromTFJS, toTFJS } from "../../src/formats.js";
import { Network } from "../../src/index.js";
import { ACTIVATIONS } from "../../src/model/names.js";
import { floats } from "../helpers.js";
import { expectWithin, KINDS, paramsOf, randomOptions, SLOPED_IN_TFJS } from "../storage/networks.js";

const ROWS = 5;
/** Activations that are the same functions in TensorFlow.js. */
const CARRIED = ACTIVATIONS.filter((name) => name === "leakyRelu" || COUNTERPARTS[name].keras);
/** Layers that TensorFlow.js has. */
const KINDS_IN_KERAS = KINDS.filter((type) => type !== "scale");

/** Loads a model and its weights as from model.json and the files beside it. */
function load({ model, weights }: ReturnType<typeof toTFJS>): Promise<tf.LayersModel> {
  const { modelTopology, weightsManifest } = JSON.parse(JSON.stringify(model));
  const artifacts = { modelTopology, weightSpecs: weightsManifest[0].weights, weightData: weights.buffer };
  return tf.loadLayersModel({ load: async () => artifacts });
}

/** Saves a model as model.json and weights. */
async function save(model: tf.LayersModel) {
  let artifacts: tf.io.ModelArtifacts = {};
  await model.save({
    save: async (saved) => {
      artifacts = saved;
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: "JSON" } };
    },
  });
  const { modelTopology, weightSpecs, weightData } = artifacts;
  const json = JSON.stringify({
    modelTopology,
    weightsManifest: [{ paths: ["weights.bin"], weights: weightSpecs }],
  });
  return { json, weights: weightData as ArrayBuffer };
}

const predict = (model: tf.LayersModel, x: Float32Array, shape: number[]): ArrayLike<number> =>
  (model.predict(tf.tensor(x, shape)) as tf.Tensor).dataSync();

describe("TensorFlow.js predicts as densely, within 1e-5, in both directions", () => {
  it("100 networks of every kind of layer", async () => {
    for (let seed = 0; seed < 100; seed++) {
      const network = new Network(randomOptions(seed, CARRIED, KINDS_IN_KERAS, SLOPED_IN_TFJS));
      const { inputs } = network.spec;
      network.setParams(paramsOf(network.spec, seed));
      const x = floats(ROWS * inputs, seed, 3);
      const wanted = network.predict(x);
      const model = await load(toTFJS(network));
      expectWithin(predict(model, x, [ROWS, inputs]), wanted, 1e-5);
      const { json, weights } = await save(model);
      const back = fromTFJS(json, weights, { loss: "meanSquaredError" });
      expectWithin(back.predict(x), wanted, 1e-5);
      expect(back.spec.layers.length).toBeGreaterThanOrEqual(network.spec.layers.length);
      network.dispose();
      back.dispose();
      model.dispose();
    }
  });

  it("a model made and trained in TensorFlow.js", async () => {
    const { layers, regularizers, constraints } = tf;
    const model = tf.sequential({
      layers: [
        layers.flatten({ inputShape: [2, 3] }),
        layers.dense({
          units: 5,
          activation: "selu",
          kernelRegularizer: regularizers.l1l2({ l1: 0.1, l2: 0.01 }),
          kernelConstraint: constraints.maxNorm({ maxValue: 3 }),
        }),
        layers.batchNormalization(),
        layers.leakyReLU({ alpha: 0.01 }),
        layers.dropout({ rate: 0.3 }),
        layers.layerNormalization(),
        layers.elu(),
        layers.reLU(),
        layers.dense({ units: 4, useBias: false }),
        layers.softmax(),
      ],
    });
    model.compile({ optimizer: "adam", loss: "categoricalCrossentropy" });
    const x = floats(6 * ROWS, 1);
    const targets = tf.oneHot(tf.tensor1d([0, 1, 2, 3, 0], "int32"), 4);
    await model.fit(tf.tensor(x, [ROWS, 2, 3]), targets, { epochs: 3, verbose: 0 });
    const { json, weights } = await save(model);
    expectWithin(fromTFJS(json, weights).predict(x), predict(model, x, [ROWS, 2, 3]), 1e-5);
  });
});
