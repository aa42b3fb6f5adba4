import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { both, compiled, expectClose, expectSame, expectSameWeights, QUIET, x, y } from "./both.js";

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
    const cases = (["auto", "batch", "epoch", "never", 0.001] as const).flatMap((yieldEvery) =>
      [true, false].map((isObserved) => ({ yieldEvery, isObserved })),
    );
    for (const { yieldEvery, isObserved } of cases) {
      const outcome = await both(compiled, async (model) => {
        let frames = 0;
        const nextFrameFunc = async () => void frames++;
        let yields = 0;
        const onYield = yieldEvery === "never" || !isObserved ? undefined : () => void yields++;
        const callbacks = { nextFrameFunc, ...(onYield && { onYield }) } as tf.CustomCallbackArgs;
        await model.fit(x, y, { ...QUIET, yieldEvery, callbacks });
        return yieldEvery === 0.001 || yieldEvery === "auto" ? yields <= 9 : [frames, yields];
      });
      expectSame(outcome);
      expect(outcome.got.result, `${yieldEvery}, ${isObserved}`).toEqual(outcome.wanted.result);
    }
  });

  /** A functional model, which compile changes in place, with a normalization. */
  function functional(units = 5) {
    const { layers } = tf;
    const input = tf.input({ shape: [4] });
    const hidden = layers.batchNormalization().apply(layers.dense({ units }).apply(input));
    const output = layers.dense({ units: 1, activation: "sigmoid" }).apply(hidden);
    const model = tf.model({ inputs: input, outputs: output as tf.SymbolicTensor });
    model.compile({ optimizer: "sgd", loss: "binaryCrossentropy", metrics: ["accuracy"] });
    return model;
  }

  describe.each([
    [
      "an optimizer",
      (model: tf.LayersModel) => {
        class OwnOptimizer extends tf.SGDOptimizer {}
        model.compile({
          optimizer: new OwnOptimizer(0.1),
          loss: "binaryCrossentropy",
          metrics: ["accuracy"],
        });
      },
      "optimizer SGD",
    ],
    [
      "a frozen layer",
      (model: tf.LayersModel) => {
        model.layers[2].trainable = false;
      },
      "frozen batch normalization",
    ],
  ] as const)("that give the model %s that densely does not have", (_, change, reason) => {
    it.each([{}, { validationSplit: 0.3 }, { batchSize: 64 }, { classWeight: { 0: 1, 1: 3 } }])(
      "leave the rest of a fit to TensorFlow.js: %o",
      async (options) => {
        const outcome = await both(
          () => functional(),
          async (model) => {
            const callbacks = { onEpochBegin: (epoch: number) => void (epoch === 1 && change(model)) };
            const before = tf.memory().numTensors;
            const { epoch, history } = await model.fit(x, y, { ...QUIET, ...options, callbacks });
            return {
              epoch,
              tensors: tf.memory().numTensors - before,
              history: history as Record<string, number[]>,
            };
          },
        );
        expect(outcome.report).toEqual({ densely: 1, tfjs: 1, reasons: { [reason]: 1 } });
        expectSameWeights(outcome);
        const { wanted, got } = outcome;
        expect(got.result.epoch).toEqual(wanted.result.epoch);
        expect(got.result.tensors).toBe(wanted.result.tensors);
        for (const [name, values] of Object.entries(wanted.result.history)) {
          expectClose(got.result.history[name], values);
        }
      },
    );

    it("in a pause, where there are no other callbacks", async () => {
      const outcome = await both(
        () => functional(3000),
        async (model) => {
          let pauses = 0;
          const nextFrameFunc = async () => {
            if (pauses++ === 0) change(model);
          };
          const callbacks = { nextFrameFunc } as tf.CustomCallbackArgs;
          const options = { ...QUIET, epochs: 40, yieldEvery: 0.001, callbacks };
          const { epoch, history } = await model.fit(x, y, options);
          return [epoch.length, history.loss.length];
        },
      );
      expect(outcome.report.reasons).toEqual({ [reason]: 1 });
      expect(outcome.got.result).toEqual(outcome.wanted.result);
    });
  });
});
