import * as tf from "@tensorflow/tfjs";
import { afterEach, describe, expect, it, vi } from "vitest";
import { accelerate } from "../../src/tfjs.js";
import { floats } from "../helpers.js";
import { both, expectClose, expectSameWeights } from "./both.js";

const ROWS = 20;
const x = tf.tensor(floats(ROWS * 4, 1, 2), [ROWS, 4]);
const y = tf.tensor(
  floats(ROWS, 2).map((value) => Number(value > 0)),
  [ROWS, 1],
);

function compiled(layers?: tf.layers.Layer[], optimizer: tf.Optimizer | string = tf.train.sgd(0.5)) {
  const model = tf.sequential({
    layers: layers ?? [
      tf.layers.dense({ units: 5, inputShape: [4], activation: "tanh" }),
      tf.layers.dense({ units: 1, activation: "sigmoid" }),
    ],
  });
  model.compile({ optimizer, loss: "binaryCrossentropy", metrics: ["accuracy"] });
  return model;
}

const QUIET = { verbose: 0, epochs: 3, batchSize: 8 };

/** Expects the two runs to end alike, and all calls of the second to be taken over, or none. */
function expectSame(outcome: Awaited<ReturnType<typeof both<unknown>>>, calls = 1): void {
  expect(outcome.report).toEqual({ densely: calls, tfjs: 0, reasons: {} });
  expectSameWeights(outcome);
}

afterEach(() => {
  vi.restoreAllMocks();
});

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

describe("callbacks", () => {
  /** Everything that callbacks are told, in order, with the sum of all weights at that moment. */
  function recorder(model: tf.LayersModel) {
    const events: [string, ...unknown[]][] = [];
    const note =
      (name: string) =>
      (...given: unknown[]) => {
        const sum = model.getWeights().reduce((total, weight) => total + weight.sum().dataSync()[0], 0);
        events.push([name, ...given.map((value) => (typeof value === "object" ? { ...value } : value)), sum]);
      };
    const names = ["onTrainBegin", "onTrainEnd", "onEpochBegin", "onEpochEnd", "onBatchBegin", "onBatchEnd"];
    return { events, callbacks: Object.fromEntries(names.map((name) => [name, note(name)])) };
  }

  /** Expects two lists of events to be the same up to rounding. */
  function expectSameEvents(got: unknown, wanted: unknown): void {
    const numbers: [number[], number[]] = [[], []];
    const strip = (value: unknown, into: number[]): unknown => {
      if (typeof value === "number") {
        into.push(value);
        return 0;
      }
      if (Array.isArray(value)) return value.map((entry) => strip(entry, into));
      if (typeof value !== "object" || value === null) return value;
      return Object.entries(value).map(([key, entry]) => [key, strip(entry, into)]);
    };
    expect(strip(got, numbers[0])).toEqual(strip(wanted, numbers[1]));
    numbers[1].forEach((value, i) => {
      expectClose([numbers[0][i]], [value], 2e-5);
    });
  }

  it("are called in the same order, with the same logs, and see the current weights", async () => {
    const outcome = await both(compiled, async (model) => {
      const { events, callbacks } = recorder(model);
      const validationData: [tf.Tensor, tf.Tensor] = [x.slice(0, 9), y.slice(0, 9)];
      await model.fit(x, y, { ...QUIET, callbacks, validationData });
      return events;
    });
    expectSame(outcome);
    expectSameEvents(outcome.got.result, outcome.wanted.result);
    expect(outcome.got.result.length).toBe(2 + 3 * (2 + 2 * 3));
  });

  it("see the current weights at the end of an epoch, in variables that they have held for long", async () => {
    const outcome = await both(compiled, async (model) => {
      const held = model.layers[0].getWeights()[0];
      const seen: number[] = [];
      await model.fit(x, y, {
        ...QUIET,
        callbacks: { onEpochEnd: () => void seen.push(held.sum().dataSync()[0]) },
      });
      return seen;
    });
    expectSame(outcome);
    expectClose(outcome.got.result, outcome.wanted.result);
    expect(new Set(outcome.got.result).size).toBe(3);
  });

  it("that are classes get tensors, as a program expects that calls dataSync", async () => {
    class Collector extends tf.Callback {
      readonly losses: number[] = [];
      override async onBatchEnd(_: number, logs?: tf.Logs | Record<string, unknown>) {
        const { loss } = logs as unknown as { loss: tf.Tensor };
        this.losses.push(loss.dataSync()[0]);
      }
      override async onEpochEnd(_: number, logs?: tf.Logs | Record<string, unknown>) {
        const { val_loss: loss } = logs as unknown as { val_loss: tf.Tensor };
        this.losses.push((await loss.data())[0]);
      }
    }
    const outcome = await both(compiled, async (model) => {
      const collector = new Collector();
      const before = tf.memory().numTensors;
      await model.fit(x, y, { ...QUIET, validationSplit: 0.3, callbacks: collector });
      expect(tf.memory().numTensors).toBe(before);
      return collector.losses;
    });
    expectSame(outcome);
    expectClose(outcome.got.result, outcome.wanted.result);
    expect(outcome.got.result.length).toBe(3 * (2 + 1));
  });

  it("early stopping, stopTraining after a batch, and initialEpoch", async () => {
    const early = await both(compiled, async (model) => {
      const callbacks = tf.callbacks.earlyStopping({ monitor: "val_loss", minDelta: 10, patience: 2 });
      return (await model.fit(x, y, { ...QUIET, epochs: 9, validationSplit: 0.3, callbacks })).epoch;
    });
    expectSame(early);
    expect(early.got.result).toEqual(early.wanted.result);
    const stopped = await both(compiled, async (model) => {
      const onBatchEnd = (batch: number) => {
        if (batch === 1) model.stopTraining = true;
      };
      const options = { ...QUIET, initialEpoch: 1, validationSplit: 0.2, callbacks: { onBatchEnd } };
      const { epoch, history } = await model.fit(x, y, options);
      return { epoch, names: Object.keys(history) };
    });
    expectSame(stopped);
    expect(stopped.got.result).toEqual(stopped.wanted.result);
  });

  it("may set weights, the learning rate and what is frozen", async () => {
    const build = () => compiled(undefined, tf.train.adam(0.05));
    const outcome = await both(build, (model) =>
      model.fit(x, y, {
        ...QUIET,
        epochs: 6,
        shuffle: false,
        callbacks: {
          onEpochEnd(epoch) {
            if (epoch === 0) model.setWeights(model.getWeights().map((weight) => weight.mul(0.5)));
            if (epoch === 1) (model.optimizer as unknown as { learningRate: number }).learningRate = 0.01;
            if (epoch === 2) model.layers[0].trainable = false;
            if (epoch === 4) model.layers[0].trainable = true;
          },
        },
      }),
    );
    expectSame(outcome);
  });

  it("run between the turns of the event loop that yieldEvery asks for", async () => {
    for (const yieldEvery of ["auto", "batch", "epoch", "never", 0.001] as const) {
      const outcome = await both(compiled, async (model) => {
        let frames = 0;
        const nextFrameFunc = async () => void frames++;
        let yields = 0;
        const onYield = yieldEvery === "never" ? undefined : () => void yields++;
        const callbacks = { nextFrameFunc, ...(onYield && { onYield }) } as tf.CustomCallbackArgs;
        await model.fit(x, y, { ...QUIET, yieldEvery, callbacks });
        return yieldEvery === 0.001 || yieldEvery === "auto" ? yields <= 9 : [frames, yields];
      });
      expectSame(outcome);
      expect(outcome.got.result).toEqual(outcome.wanted.result);
    }
  });
});

describe("state", () => {
  it("no tensor is left behind", async () => {
    for (const optimizer of ["sgd", "adam"]) {
      const outcome = await both(
        () => compiled(undefined, optimizer),
        async (model) => {
          const counts: number[] = [];
          const count = () => counts.push(tf.memory().numTensors - counts[0]);
          counts.push(tf.memory().numTensors);
          await model.fit(x, y, { ...QUIET, validationSplit: 0.2 });
          count();
          await model.fit(x, y, QUIET);
          count();
          await model.trainOnBatch(x, y);
          count();
          tf.dispose(model.evaluate(x, y));
          count();
          tf.dispose(model.predict(x));
          count();
          return counts.slice(1);
        },
      );
      expectSame(outcome, 5);
      expect(outcome.got.result).toEqual(outcome.wanted.result);
    }
  });

  it("of the optimizer is saved and continued, by either", async () => {
    const build = () => compiled(undefined, tf.train.adam(0.02));
    const states = async (model: tf.LayersModel) => {
      const weights = await model.optimizer.getWeights();
      return weights.map(({ name, tensor }) => ({
        name: name.replace(/_\d+\/|_Dense\d+/g, "/"),
        values: tensor.dataSync(),
      }));
    };
    const outcome = await both(build, async (model) => {
      await model.fit(x, y, { ...QUIET, shuffle: false });
      const saved = await states(model);
      let artifacts: tf.io.ModelArtifacts = {};
      const save = async (given: tf.io.ModelArtifacts) => {
        artifacts = given;
        return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: "JSON" as const } };
      };
      await model.save({ save }, { includeOptimizer: true });
      const loaded = await tf.loadLayersModel({ load: async () => artifacts });
      await loaded.fit(x, y, { ...QUIET, shuffle: false });
      return {
        saved,
        after: await states(loaded),
        weights: loaded.getWeights().map((weight) => weight.dataSync()),
      };
    });
    expectSame(outcome, 2);
    const { wanted, got } = outcome;
    for (const key of ["saved", "after"] as const) {
      wanted.result[key].forEach(({ name, values }, i) => {
        expect(got.result[key][i].name).toBe(name);
        expectClose(got.result[key][i].values, values, 5e-5);
      });
    }
    wanted.result.weights.forEach((values, i) => {
      expectClose(got.result.weights[i], values);
    });
  });

  it("goes on when a model changes hands in the middle", async () => {
    for (const optimizer of [
      () => tf.train.adam(0.02),
      () => tf.train.momentum(0.05, 0.9),
      () => tf.train.adagrad(0.1),
    ]) {
      const outcome = await both(
        () => compiled(undefined, optimizer()),
        async (model) => {
          const options = { ...QUIET, shuffle: false };
          await model.fit(x, y, options);
          const acceleration = accelerate(tf);
          const { report } = acceleration;
          acceleration.undo();
          await model.fit(x, y, options);
          if (report.densely > 0) accelerate(tf);
          await model.fit(x, y, options);
        },
      );
      expectSameWeights(outcome);
    }
  });
});

describe("trainOnBatch, fitDataset, evaluate and predict", () => {
  it("have the numbers of TensorFlow.js", async () => {
    const outcome = await both(compiled, async (model) => {
      const trained = (await model.trainOnBatch(x, y)) as number[];
      const dataset = tf.data.zip({
        xs: tf.data.array(x.arraySync() as number[][]),
        ys: tf.data.array(y.arraySync() as number[][]),
      });
      const { history } = await model.fitDataset(dataset.batch(6), {
        epochs: 2,
        verbose: 0,
        validationData: dataset.batch(7),
      });
      const evaluated = model.evaluate(x, y, { batchSize: 6 }) as tf.Tensor[];
      const predicted = model.predict(x, { batchSize: 7 }) as tf.Tensor;
      expect(predicted.shape).toEqual([ROWS, 1]);
      return [
        ...trained,
        ...Object.values(history).flat(),
        ...evaluated.map((value) => value.dataSync()[0]),
        ...predicted.dataSync(),
      ] as number[];
    });
    expectSameWeights(outcome);
    expectClose(outcome.got.result, outcome.wanted.result);
    expect(outcome.report).toEqual({ densely: 1 + 2 * 4 + 2 * 3 + 2, tfjs: 0, reasons: {} });
  });

  it("predictions in a gradient are differentiated", async () => {
    const build = () => compiled();
    const outcome = await both(build, (model) => {
      const optimizer = tf.train.sgd(0.1);
      for (let i = 0; i < 3; i++) {
        optimizer.minimize(() => tf.losses.meanSquaredError(y, model.predict(x) as tf.Tensor) as tf.Scalar);
        (model.predict(x) as tf.Tensor).dispose();
      }
      return (model.predict(x) as tf.Tensor).dataSync();
    });
    expectSameWeights(outcome);
    expectClose(outcome.got.result, outcome.wanted.result);
    expect(outcome.report).toEqual({ densely: 4, tfjs: 3, reasons: { "predict within a gradient": 3 } });
  });

  it("a model that is not compiled, or for a custom loss, still predicts", async () => {
    const build = () =>
      tf.sequential({ layers: [tf.layers.dense({ units: 3, inputShape: [4], activation: "softmax" })] });
    const outcome = await both(build, (model) => (model.predict(x) as tf.Tensor).dataSync());
    expectClose(outcome.got.result, outcome.wanted.result);
    expect(outcome.report.densely).toBe(1);
  });
});

describe("accelerate", () => {
  const methods = () => {
    const { fit, fitLoop, predictLoop } = tf.LayersModel.prototype as unknown as Record<string, unknown>;
    return { fit, fitLoop, predictLoop };
  };

  it("may be called again and undone again", () => {
    const before = methods();
    const acceleration = accelerate(tf);
    expect(accelerate(tf)).toBe(acceleration);
    expect(methods()).not.toEqual(before);
    acceleration.undo();
    expect(methods()).toEqual(before);
    acceleration.undo();
    const second = accelerate(tf);
    acceleration.undo();
    expect(methods()).not.toEqual(before);
    second.undo();
    expect(methods()).toEqual(before);
  });

  it("takes the few members that it needs, and refuses less", async () => {
    const { LayersModel, CallbackList, tensor, tidy } = tf;
    const acceleration = accelerate({ LayersModel, CallbackList, tensor, tidy });
    await compiled().fit(x, y, QUIET);
    expect(acceleration.report.densely).toBe(1);
    acceleration.undo();
    expect(() => accelerate({ LayersModel } as unknown as typeof tf)).toThrow(/without CallbackList/);
    expect(() => accelerate(undefined as unknown as typeof tf)).toThrow(/undefined without LayersModel/);
  });
});
