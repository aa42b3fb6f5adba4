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
const rowsOf = async (table: tf.Tensor) => (await table.array()) as number[][];

describe("losses of the user", () => {
  /** A model with a loss that depends on what `count` counts and on the weights as they are. */
  function own(count: () => void) {
    return () => {
      const model = compiled();
      const loss = (labels: tf.Tensor, outputs: tf.Tensor) => {
        count();
        const [largest] = model.layers[0].getWeights()[0].abs().max().dataSync();
        return tf.losses.huberLoss(labels, outputs).mul(largest);
      };
      model.compile({ optimizer: tf.train.sgd(0.5), loss, metrics: [loss] });
      return model;
    };
  }

  it("read the current weights", async () => {
    expectSame(
      await both(
        own(() => {}),
        (model) => model.fit(x, y, QUIET),
      ),
    );
    expectSame(
      await both(
        own(() => {}),
        (model) => model.fit(x, y, { ...QUIET, validationSplit: 0.2 }),
      ),
    );
  });

  it("throw to the caller, and leave the model as it was after the last update", async () => {
    const outcome = await both(compiled, async (model) => {
      let calls = 0;
      const loss = (labels: tf.Tensor, outputs: tf.Tensor) => {
        if (calls++ === 6) throw new RangeError("no more");
        return tf.losses.huberLoss(labels, outputs);
      };
      model.compile({ optimizer: tf.train.sgd(0.5), loss });
      return model.fit(x, y, QUIET).catch((error: Error) => error.message);
    });
    expect(outcome.got.result).toBe("no more");
    expect(outcome.got.result).toBe(outcome.wanted.result);
  });

  it("are those of the last compile", async () => {
    const outcome = await both(compiled, async (model) => {
      for (const factor of [1, -2, 3]) {
        const loss = (labels: tf.Tensor, outputs: tf.Tensor) =>
          tf.losses.meanSquaredError(labels, outputs).mul(factor);
        model.compile({ optimizer: tf.train.sgd(0.1), loss });
        await model.trainOnBatch(x, y);
        await model.fit(x, y, QUIET);
      }
    });
    expectSame(outcome, 6);
  });
});

describe("weights of classes", () => {
  const classWeight = { 0: 1, 1: 4 };

  it("in fit, followed by evaluate and fit without them", async () => {
    const outcome = await both(compiled, async (model) => {
      await model.fit(x, y, {
        ...QUIET,
        classWeight,
        callbacks: { onEpochEnd: () => void model.evaluate(x, y) },
      });
      await model.fit(x, y, QUIET);
      return Array.from((model.evaluate(x, y) as tf.Scalar[])[0].dataSync());
    });
    expectSame(outcome, 6);
    expectClose(outcome.got.result, outcome.wanted.result);
  });

  it("in fitDataset", async () => {
    const outcome = await both(compiled, async (model) => {
      const rows = tf.data.zip({ xs: tf.data.array(await rowsOf(x)), ys: tf.data.array(await rowsOf(y)) });
      const { history } = await model.fitDataset(rows.batch(8) as tf.data.Dataset<tf.TensorContainer>, {
        epochs: 2,
        verbose: 0,
        classWeight,
      });
      return history.loss as number[];
    });
    expectSame(outcome, 6);
    expectClose(outcome.got.result, outcome.wanted.result);
  });

  it("of classes that are missing, with the same error", async () => {
    const outcome = await both(compiled, (model) =>
      model.fit(x, y, { ...QUIET, classWeight: { 0: 1 } }).then(
        () => "no error",
        (error: Error) => error.message,
      ),
    );
    expect(outcome.got.result).toBe(outcome.wanted.result);
  });
});

describe("models that are left to TensorFlow.js", () => {
  const { layers } = tf;
  const last = () => layers.dense({ units: 1, activation: "sigmoid" });
  const cases: Record<string, () => tf.LayersModel> = {
    "reshape layer": () => compiled([layers.reshape({ targetShape: [4], inputShape: [4] }), last()]),
    "dropout with a seed": () => compiled([layers.dropout({ rate: 0.5, seed: 1, inputShape: [4] }), last()]),
    "custom loss of variables": () => {
      const model = compiled();
      model.compile({
        optimizer: "sgd",
        loss: (labels, outputs) =>
          tf.losses
            .meanSquaredError(labels, outputs)
            .add(model.layers[0].getWeights()[0].square().sum().mul(0.1)) as tf.Scalar,
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
    const outcome = await both(cases[reason], (model) => model.fit(x, y, { ...QUIET, shuffle: false }));
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
