import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { both, compiled, expectClose, expectSame, expectSameWeights, QUIET, ROWS, x, y } from "./both.js";

describe("models that are taken over", () => {
  it("functional chains", async () => {
    const build = () => {
      const input = tf.input({ shape: [4] });
      const hidden = tf.layers.dense({ units: 5, activation: "relu" }).apply(input) as tf.SymbolicTensor;
      const output = tf.layers.dense({ units: 1, activation: "sigmoid" }).apply(hidden) as tf.SymbolicTensor;
      const model = tf.model({ inputs: input, outputs: output });
      model.compile({ optimizer: "sgd", loss: "binaryCrossentropy" });
      return model;
    };
    expectSame(await both(build, (model) => model.fit(x, y, QUIET)));
  });

  it("models within models", async () => {
    const build = () => {
      const inner = tf.sequential({
        layers: [tf.layers.dense({ units: 3, inputShape: [5], activation: "tanh" })],
      });
      const first = tf.sequential({
        layers: [tf.layers.dense({ units: 5, inputShape: [4], activation: "relu" })],
      });
      return compiled([first, inner, tf.layers.dense({ units: 1, activation: "sigmoid" })]);
    };
    expectSame(await both(build, (model) => model.fit(x, y, QUIET)));
  });

  it("a flatten layer before the first dense layer, and targets and inputs of int32", async () => {
    const layers = () => [
      tf.layers.flatten({ inputShape: [2, 2] }),
      tf.layers.dense({ units: 1, activation: "sigmoid" }),
    ];
    const build = () => compiled(layers());
    const bits = x.greater(0).toInt().reshape([ROWS, 2, 2]);
    expectSame(await both(build, (model) => model.fit(bits, y.toInt(), QUIET)));
  });

  it("shuffled rows, with the random numbers of TensorFlow.js", async () => {
    const outcome = await both(compiled, (model) => model.fit(x, y, { ...QUIET, batchSize: 3 }));
    expectSame(outcome);
    expectClose(outcome.got.result.history.loss as number[], outcome.wanted.result.history.loss as number[]);
  });

  it("one batch of all rows, and batches of one row", async () => {
    expectSame(await both(compiled, (model) => model.fit(x, y, { ...QUIET, batchSize: 64 })));
    expectSame(await both(compiled, (model) => model.fit(x, y, { ...QUIET, batchSize: 1 })));
  });
});
describe("models that are left to TensorFlow.js", () => {
  const { layers } = tf;
  const last = () => layers.dense({ units: 1, activation: "sigmoid" });
  const cases: Record<string, () => tf.LayersModel> = {
    "conv1d layer": () =>
      compiled([layers.conv1d({ filters: 2, kernelSize: 2, inputShape: [4, 1] }), layers.flatten(), last()]),
    "dropout with a seed": () => compiled([layers.dropout({ rate: 0.5, seed: 1, inputShape: [4] }), last()]),
    "custom loss": () => {
      const model = compiled();
      model.compile({
        optimizer: "sgd",
        loss: (labels, outputs) => tf.losses.meanSquaredError(labels, outputs),
      });
      return model;
    },
    "layer that is used twice": () => {
      const shared = layers.dense({ units: 4, inputShape: [4] });
      const input = tf.input({ shape: [4] });
      const hidden = shared.apply(shared.apply(input)) as tf.SymbolicTensor;
      const model = tf.model({ inputs: input, outputs: last().apply(hidden) as tf.SymbolicTensor });
      model.compile({ optimizer: "sgd", loss: "binaryCrossentropy" });
      return model;
    },
    "several inputs or outputs": () => {
      const input = tf.input({ shape: [4] });
      const [a, b] = [0, 1].map(() => layers.dense({ units: 3 }).apply(input) as tf.SymbolicTensor);
      const sum = layers.add().apply([a, b]) as tf.SymbolicTensor;
      const model = tf.model({ inputs: input, outputs: last().apply(sum) as tf.SymbolicTensor });
      model.compile({ optimizer: "sgd", loss: "binaryCrossentropy" });
      return model;
    },
    "custom layer": () => {
      class Twice extends tf.layers.Layer {
        override call(inputs: tf.Tensor | tf.Tensor[]) {
          return tf.mul(Array.isArray(inputs) ? inputs[0] : inputs, 2);
        }
        static className = "Twice";
      }
      return compiled([layers.dense({ units: 3, inputShape: [4] }), new Twice({}), last()]);
    },
    "call hook of a layer": () => {
      const model = compiled();
      model.layers[0].setCallHook(() => {});
      return model;
    },
  };

  it.each(Object.keys(cases))("%s", async (reason) => {
    const expected = reason === "custom layer" ? "twice layer" : reason;
    const outcome = await both(cases[reason], (model) =>
      model.fit(reason === "conv1d layer" ? x.reshape([ROWS, 4, 1]) : x, y, { ...QUIET, shuffle: false }),
    );
    if (!reason.includes("seed")) expectSameWeights(outcome);
    expect(outcome.report).toEqual({ densely: 0, tfjs: 1, reasons: { [expected]: 1 } });
  });

  it("data with NaN", async () => {
    const broken = tf.where(x.greater(1.9), tf.fill(x.shape, Number.NaN), x);
    const { report, wanted, got } = await both(compiled, (model) => model.fit(broken, y, QUIET));
    expect(report.densely).toBe(0);
    expect(got).toEqual(wanted);
  });

  it("wrong shapes, with the same errors", async () => {
    const attempts: ((model: tf.LayersModel) => Promise<unknown>)[] = [
      (model) => model.fit(x.slice(0, 3), y),
      (model) => model.fit(tf.zeros([3, 2]), tf.zeros([3, 1])),
      (model) => model.fit(x, y, { batchSize: 0 }),
      (model) => model.fit(x, y, { shuffle: "batch" as unknown as boolean }),
      (model) => model.trainOnBatch(x, tf.zeros([ROWS, 2])) as Promise<unknown>,
      async (model) => model.predict(tf.zeros([3, 2])),
      async (model) => model.evaluate(tf.zeros([3, 2]), tf.zeros([3, 1])),
    ];
    const errorOf = (attempt: (typeof attempts)[number]) => (model: tf.LayersModel) =>
      attempt(model).then(
        () => "no error",
        (error: Error) => error.message.replace(/_Dense\d+/, ""),
      );
    for (const attempt of attempts) {
      const { wanted, got } = await both(compiled, errorOf(attempt));
      expect(wanted.result).not.toBe("no error");
      expect(got.result).toBe(wanted.result);
    }
  });
});
