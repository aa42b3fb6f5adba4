/** Situations of the tests of TensorFlow.js' own layers, without and with the acceleration: the same ends and errors. */

import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { compiled, expectSameOutcome, QUIET, ROWS, x, y } from "./both.js";

type Model = tf.LayersModel;

const { layers } = tf;
const first = () => layers.dense({ units: 5, inputShape: [4], activation: "tanh" });
const last = () => layers.dense({ units: 1, activation: "sigmoid" });

/** A model of layers, compiled with sgd and the squared error. */
function model(list: tf.layers.Layer[], optimizer: tf.Optimizer | string = "sgd") {
  const sequential = tf.sequential({ layers: list });
  sequential.compile({ optimizer, loss: "meanSquaredError", metrics: ["mse"] });
  return sequential;
}

/** The number of tensors that a call leaves behind, its results apart. */
async function left(act: () => unknown): Promise<number> {
  const before = tf.memory().numTensors;
  tf.dispose((await act()) as tf.Tensor);
  return tf.memory().numTensors - before;
}

/** The scalars that evaluate returns. */
const valuesOf = (scalars: tf.Tensor | tf.Tensor[]) => [scalars].flat().map((scalar) => scalar.dataSync()[0]);

interface Situation {
  build(): Model;
  act(model: Model): unknown;
  /** Calls that densely does not take over. Default 0. */
  refused?: number;
}

const SHARED = tf.input({ shape: [4] });
const [line, ones] = [tf.linspace(-1, 1, ROWS), tf.ones([ROWS])];

const SITUATIONS: Readonly<Record<string, Situation>> = {
  "tensors of one axis": {
    build: () => model([layers.dense({ units: 1, inputShape: [1] })]),
    act: async (m) => {
      const { history } = await m.fit(line, ones, { ...QUIET, validationData: [line, ones] });
      const leaks = [
        await left(() => m.fit(line, ones, QUIET).then(() => [])),
        await left(() => m.evaluate(line, ones)),
      ];
      return [history, leaks, (m.predict(line) as tf.Tensor).shape];
    },
  },
  "a model whose input is that of another": {
    build: () => {
      const output = last().apply(first().apply(SHARED)) as tf.SymbolicTensor;
      const made = tf.model({ inputs: SHARED, outputs: output });
      made.compile({ optimizer: "adam", loss: { [made.outputNames[0]]: "meanSquaredError" } });
      return made;
    },
    act: async (m) => (await m.fit(x, y, QUIET)).history,
  },
  "tensors in each batch": {
    build: () => compiled(undefined, "adam"),
    act: async (m) => {
      const counts: number[] = [];
      const onBatchEnd = () => void counts.push(tf.memory().numTensors);
      await m.fit(x, y, { ...QUIET, batchSize: 5, epochs: 2, callbacks: { onBatchEnd } });
      // The first and the last batch of an epoch make tensors of states and of measures.
      return [counts[6] - counts[5]];
    },
  },
  "an optimizer that the model owns": {
    build: () => model([first(), last()], "adam"),
    act: async () => {
      const owner = model([first(), last()], "adam");
      await owner.fit(x, y, QUIET);
      return [await left(() => [owner.dispose()].slice(1))];
    },
  },
  "an optimizer that is given twice, to a model with a frozen layer": {
    build: () => model([first(), last()]),
    act: async (m) => {
      const optimizer = tf.train.sgd(0.1);
      m.compile({ optimizer, loss: "meanSquaredError" });
      await m.fit(x, y, QUIET);
      m.layers[0].trainable = false;
      m.compile({ optimizer, loss: "meanSquaredError" });
      return (await m.fit(x, y, QUIET)).history;
    },
  },
  "a model that is frozen as a whole": {
    build: () => model([first(), last()]),
    act: async (m) => {
      m.trainable = false;
      m.compile({ optimizer: "sgd", loss: "meanSquaredError" });
      return m.fit(x, y, QUIET);
    },
    refused: 1,
  },
  "a model that is not compiled": {
    build: () => tf.sequential({ layers: [first(), last()] }),
    act: async (m) => [(m.predict(x) as tf.Tensor).sum().dataSync()[0], await m.fit(x, y, QUIET)],
  },
  "two fits at once": {
    build: () => model([first(), last()]),
    act: async (m) => {
      const fits = await Promise.allSettled([m.fit(x, y, QUIET), m.fit(x, y, QUIET)]);
      return fits.map((fit) => (fit.status === "rejected" ? fit.reason.message : fit.value.epoch));
    },
  },
  "a validationSplit of less than a row": {
    build: () => model([first(), last()]),
    act: async (m) => (await m.fit(x, y, { ...QUIET, validationSplit: 0.01 })).history,
  },
  "the parameters of a callback": {
    build: () => model([first(), last()]),
    act: async (m) => {
      const seen: unknown[] = [];
      class Recorder extends tf.CustomCallback {
        constructor() {
          super({ onTrainBegin: () => void seen.push({ ...this.params }) });
        }
      }
      await m.fit(x, y, { ...QUIET, validationSplit: 0.2, callbacks: new Recorder() });
      return seen;
    },
  },
  "stopTraining, and a fit after it": {
    build: () => model([first(), last()]),
    act: async (m) => {
      class Stop extends tf.Callback {
        override async onBatchEnd(batch: number) {
          if (batch === 1) (this as unknown as { model: Model }).model.stopTraining = true;
        }
      }
      const stopped = await m.fit(x, y, { ...QUIET, batchSize: 2, callbacks: [new Stop()] });
      const onEpochEnd = (epoch: number) => {
        m.stopTraining = epoch === 1;
      };
      const onEpochBegin = (epoch: number) => {
        m.stopTraining = epoch === 1;
      };
      const fits = [
        await m.fit(x, y, { ...QUIET, epochs: 9, callbacks: { onEpochEnd } }),
        await m.fit(x, y, { ...QUIET, epochs: 9, callbacks: { onEpochBegin } }),
        await m.fit(x, y, QUIET),
      ];
      return [stopped, ...fits].map(({ epoch }) => epoch);
    },
  },
  "penalties on weights, which are then replaced": {
    build: () => model([first(), layers.dense({ units: 1, kernelRegularizer: "l1l2" })]),
    act: async (m) => {
      const { history } = await m.fit(x, y, QUIET);
      m.layers[1].setWeights([tf.fill([5, 1], 0.5), tf.zeros([1])]);
      m.layers[0].setWeights(m.layers[0].getWeights());
      return [history, (await m.fit(x, y, QUIET)).history];
    },
  },
  "a normalization alone": {
    build: () => model([layers.batchNormalization({ inputShape: [4] })]),
    act: async (m) => [(await m.fit(x, x, QUIET)).history, valuesOf(m.evaluate(x, x))],
    refused: Number.NaN,
  },
  "a normalization between layers without biases": {
    build: () => {
      const dense = (units: number) => layers.dense({ units, useBias: false, inputShape: [4] });
      return model([dense(4), layers.batchNormalization(), dense(1)], tf.train.sgd(0.1));
    },
    act: async (m) => [(await m.fit(x, y, { ...QUIET, batchSize: 20 })).history, valuesOf(m.evaluate(x, y))],
  },
  "a normalization of batches of one row, and of one that is left over": {
    build: () => model([first(), layers.batchNormalization({ momentum: 0.9 }), last()], tf.train.sgd(0.1)),
    act: async (m) => [
      (await m.fit(x, y, { ...QUIET, batchSize: 1, validationSplit: 0.2 })).history,
      (await m.fit(x, y, { ...QUIET, batchSize: 19 })).history,
      valuesOf(m.evaluate(x, y)),
    ],
  },
  "a normalization of pictures": {
    build: () => model([layers.batchNormalization({ inputShape: [2, 2, 1] })]),
    act: async (m) => (await m.fit(x.reshape([ROWS, 2, 2, 1]), x.reshape([ROWS, 2, 2, 1]), QUIET)).history,
    refused: 1,
  },
  "a normalization of the first axis, without scale": {
    build: () => model([layers.batchNormalization({ inputShape: [4], scale: false }), last()]),
    act: async (m) => (await m.fit(x, y, QUIET)).history,
    refused: 1,
  },
  "trainOnBatch of class indices": {
    build: () => {
      const made = tf.sequential({ layers: [first(), layers.dense({ units: 3, activation: "softmax" })] });
      made.compile({ optimizer: "sgd", loss: "sparseCategoricalCrossentropy", metrics: ["acc"] });
      return made;
    },
    act: async (m) => {
      const classes = tf.tensor2d(Array.from({ length: ROWS }, (_, r) => [r % 3]));
      return [await m.trainOnBatch(x, classes), await m.trainOnBatch(x, classes)];
    },
  },
  "a hook that is set after the first calls, and cleared": {
    build: () => model([tf.sequential({ layers: [first()] }), last()]),
    act: async (m) => {
      let calls = 0;
      const [inner] = (m.layers[0] as Model).layers;
      const all = async () => {
        await m.fit(x, y, QUIET);
        tf.dispose([await m.trainOnBatch(x, y), m.evaluate(x, y), m.predict(x)].flat());
      };
      await all();
      inner.setCallHook(() => void calls++);
      await all();
      inner.clearCallHook();
      await all();
      return calls;
    },
    refused: 4,
  },
  "weights of classes, and a layer that is frozen in a fit without them": {
    build: () => {
      const made = tf.sequential({ layers: [first(), layers.dense({ units: 3, activation: "softmax" })] });
      made.compile({ optimizer: "sgd", loss: "sparseCategoricalCrossentropy" });
      return made;
    },
    act: async (m) => {
      const classes = tf.tensor2d(Array.from({ length: ROWS }, (_, r) => [r % 3]));
      await m.fit(x, classes, { ...QUIET, classWeight: { 0: 1, 1: 2, 2: 3 } });
      const onEpochEnd = () => {
        m.layers[0].trainable = false;
      };
      return (await m.fit(x, classes, { ...QUIET, validationSplit: 0.5, callbacks: { onEpochEnd } })).history;
    },
  },
  "data sets that end too early": {
    build: () => model([first(), last()]),
    act: async (m) => {
      const rows = async (table: tf.Tensor) => tf.data.array((await table.array()) as number[][]);
      const data = tf.data.zip({ xs: await rows(x), ys: await rows(y) }).batch(8);
      const options = {
        epochs: 3,
        batchesPerEpoch: 2,
        verbose: 0 as const,
        validationData: data,
        validationBatches: 2,
      };
      const { epoch, history } = await m.fitDataset(
        data as tf.data.Dataset<tf.TensorContainer>,
        options as never,
      );
      return [epoch, history];
    },
    refused: Number.NaN,
  },
  "gradients through a model": {
    build: () => model([first(), last()]),
    act: (m) => {
      const { grads } = tf.variableGrads(() => (m.apply(x) as tf.Tensor).sub(y).square().mean());
      const optimizer = tf.train.adam(0.1);
      optimizer.applyGradients(grads as Parameters<typeof optimizer.applyGradients>[0]);
      const byInputs = tf.grad((input) => m.predict(input) as tf.Tensor)(x);
      return [valuesOf(m.evaluate(x, y)), byInputs.dataSync()];
    },
    refused: Number.NaN,
  },
};

describe("situations", () => {
  it.each(Object.keys(SITUATIONS))("%s", async (name) => {
    const { build, act, refused = 0 } = SITUATIONS[name];
    const outcome = await expectSameOutcome(build, act);
    if (!Number.isNaN(refused)) expect(outcome.report.tfjs).toBe(refused);
  });
});
