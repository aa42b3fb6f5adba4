/** Models that are saved with their optimizer, loaded and trained on, and fits that end early: with the same ends as without. */

import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { both, compiled, expectClose, expectSame, QUIET, x, y } from "./both.js";

type Model = tf.LayersModel;

/** Those whose weights TensorFlow.js can save: not adamax. */
const OPTIMIZERS: Readonly<Record<string, () => tf.Optimizer | string>> = {
  sgd: () => tf.train.sgd(0.02),
  momentum: () => tf.train.momentum(0.02, 0.9),
  "nesterov momentum": () => tf.train.momentum(0.02, 0.9, true),
  rmsprop: () => tf.train.rmsprop(0.02, 0.95),
  "rmsprop with momentum": () => tf.train.rmsprop(0.02, 0.95, 0.5),
  adadelta: () => tf.train.adadelta(0.02),
  adagrad: () => tf.train.adagrad(0.02, 0.15),
  adam: () => tf.train.adam(0.02, 0.95, 0.98),
  "adam by name": () => "adam",
};

/** Everything that a save hands on, apart from its date. */
async function savedOf(model: Model): Promise<tf.io.ModelArtifacts> {
  let artifacts: tf.io.ModelArtifacts = {};
  const save = async (given: tf.io.ModelArtifacts) => {
    artifacts = given;
    return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: "JSON" as const } };
  };
  await model.save({ save }, { includeOptimizer: true });
  return artifacts;
}

/** Names without the numbers that make them unique. */
const plain = (name: string): string => name.replace(/_\w*?\d+(?=\/|$)/g, "");

/** The history of a second fit of a model, its optimizer, and its optimizer's weights before it. */
async function goOn(model: Model) {
  const weights = await model.optimizer.getWeights();
  const states = weights.map(({ tensor }) => Array.from(tensor.dataSync()));
  const config = model.optimizer.getConfig();
  const { history } = await model.fit(x, y, { ...QUIET, shuffle: false });
  return { states, config, history };
}

describe("saved with the optimizer", () => {
  it.each(Object.keys(OPTIMIZERS))("%s", async (name) => {
    const outcome = await both(
      () => compiled(undefined, OPTIMIZERS[name]()),
      async (model) => {
        await model.fit(x, y, { ...QUIET, shuffle: false });
        const artifacts = await savedOf(model);
        const { weightSpecs = [], weightData, trainingConfig } = artifacts;
        const specs = weightSpecs.map((spec) => ({ ...spec, name: plain(spec.name) }));
        const bytes = (weightData as ArrayBuffer).byteLength;
        const loaded = await tf.loadLayersModel({ load: async () => artifacts });
        return { specs, bytes, trainingConfig, ends: [await goOn(loaded), await goOn(model)] };
      },
    );
    expectSame(outcome, 3);
    const { wanted, got } = outcome;
    for (const key of ["specs", "bytes", "trainingConfig"] as const) {
      expect(got.result[key], key).toEqual(wanted.result[key]);
    }
    wanted.result.ends.forEach(({ states, config, history }, i) => {
      const own = got.result.ends[i];
      expect(own.config).toEqual(config);
      expect(own.states.length).toBe(states.length);
      states.forEach((values, k) => {
        expectClose(own.states[k], values, 5e-5);
      });
      expect(Object.keys(own.history)).toEqual(Object.keys(history));
      for (const key of Object.keys(history))
        expectClose(own.history[key] as number[], history[key] as number[]);
    });
  });
});

describe("saved before any fit", () => {
  it.each(Object.keys(OPTIMIZERS))("%s", async (name) => {
    const outcome = await both(
      () => compiled(undefined, OPTIMIZERS[name]()),
      async (model) => {
        const artifacts = await savedOf(model);
        const loaded = await tf.loadLayersModel({ load: async () => artifacts });
        const { history } = await loaded.fit(x, y, { ...QUIET, shuffle: false });
        const steps = (loaded.optimizer as tf.Optimizer & { iterations: number }).iterations;
        return { history, steps, trainingConfig: artifacts.trainingConfig };
      },
    );
    expectSame(outcome);
    const { wanted, got } = outcome;
    expect(got.result.steps).toBe(wanted.result.steps);
    expect(got.result.trainingConfig).toEqual(wanted.result.trainingConfig);
    for (const [key, values] of Object.entries(wanted.result.history)) {
      expectClose(got.result.history[key] as number[], values as number[]);
    }
  });
});

const dense = (units: number, activation: "linear" | "softmax", inputs: number) =>
  tf.layers.dense({ units, activation, inputShape: [inputs] });

/** A line that one dense unit fits, and pairs of two classes out of three. */
const LINE = { x: tf.tensor2d([1, 2, 3, 4], [4, 1]), y: tf.tensor2d([2, 3, 4, 5], [4, 1]) };
const PAIRS = { x: tf.tensor2d([1, 2, 3, 4], [2, 2]), y: tf.tensor2d([1, 0, 0, 0, 1, 0], [2, 3]) };
const HELD: [tf.Tensor, tf.Tensor] = [
  tf.tensor2d([4, 3, 2, 1], [2, 2]),
  tf.tensor2d([0, 0, 1, 0, 1, 0], [2, 3]),
];

describe("early stopping", () => {
  it.each([
    ["of a loss that falls too slowly", { monitor: "loss", minDelta: 0.25 }],
    ["of a loss above the baseline", { monitor: "loss", baseline: 0.1 }],
    ["of a loss that falls", { monitor: "loss", mode: "max" as const, patience: 1 }],
  ])("%s", async (_, options) => {
    const outcome = await both(
      () => {
        const model = tf.sequential({ layers: [dense(1, "linear", 1)] });
        model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
        return model;
      },
      async (model) => {
        const callbacks = tf.callbacks.earlyStopping(options);
        const { epoch, history } = await model.fit(LINE.x, LINE.y, { verbose: 0, epochs: 10, callbacks });
        return { epoch, loss: history.loss as number[], stopped: model.stopTraining };
      },
    );
    expectSame(outcome);
    const { wanted, got } = outcome;
    expect([got.result.epoch, got.result.stopped]).toEqual([wanted.result.epoch, wanted.result.stopped]);
    expectClose(got.result.loss, wanted.result.loss);
  });

  it.each([
    ["at once", {}],
    ["after some patience", { patience: 4 }],
  ])("of a validation accuracy that stays, %s", async (_, options) => {
    const outcome = await both(
      () => {
        const model = tf.sequential({ layers: [dense(3, "softmax", 2)] });
        model.compile({ optimizer: "sgd", loss: "categoricalCrossentropy", metrics: ["acc"] });
        return model;
      },
      async (model) => {
        const callbacks = tf.callbacks.earlyStopping({ monitor: "val_acc", ...options });
        const { epoch, history } = await model.fit(PAIRS.x, PAIRS.y, {
          verbose: 0,
          epochs: 10,
          validationData: HELD,
          callbacks,
        });
        return { epoch, history };
      },
    );
    expectSame(outcome);
    const { wanted, got } = outcome;
    expect(got.result.epoch).toEqual(wanted.result.epoch);
    for (const key of Object.keys(wanted.result.history)) {
      expectClose(got.result.history[key] as number[], wanted.result.history[key] as number[]);
    }
  });
});

it("the accuracy of outputs that are all equal, before and after a save", async () => {
  const outcome = await both(
    () => {
      const model = tf.sequential({ layers: [dense(3, "softmax", 8)] });
      model.compile({ optimizer: "adam", loss: "categoricalCrossentropy", metrics: ["acc"] });
      return model;
    },
    async (model) => {
      // `both` has set other weights.
      model.setWeights([tf.ones([8, 3]), tf.zeros([3])]);
      const [inputs, third] = [tf.ones([4, 8]), tf.tensor2d([0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1], [4, 3])];
      const before = await model.fit(inputs, third, { verbose: 0 });
      const artifacts = await savedOf(model);
      const loaded = await tf.loadLayersModel({ load: async () => artifacts });
      const after = await loaded.fit(inputs, third, { verbose: 0 });
      return [before, after].map(({ history }) => [history.loss[0], history.acc[0]] as number[]);
    },
  );
  expectSame(outcome, 2);
  expect(outcome.wanted.result.map(([, accuracy]) => accuracy)).toEqual([0, 1]);
  outcome.wanted.result.forEach((values, i) => {
    expectClose(outcome.got.result[i], values);
  });
});
