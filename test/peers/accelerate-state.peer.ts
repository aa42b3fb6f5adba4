import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { accelerate } from "../../src/tfjs.js";
import { both, compiled, expectClose, expectSame, expectSameWeights, QUIET, ROWS, x, y } from "./both.js";

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

  it("a new model begins anew where a disposed one has left its memory", async () => {
    for (const optimizer of [() => tf.train.adam(0.02), () => tf.train.adagrad(0.1)]) {
      const outcome = await both(
        () => compiled(undefined, optimizer()),
        async (model) => {
          const first = compiled(undefined, optimizer());
          await first.fit(x, y, QUIET);
          first.optimizer.dispose();
          first.dispose();
          await model.fit(x, y, { ...QUIET, shuffle: false });
        },
      );
      expectSame(outcome, 2);
    }
  });

  it("goes on when a model changes hands in the middle", async () => {
    for (const optimizer of [
      () => tf.train.adam(0.02),
      () => tf.train.momentum(0.05, 0.9),
      () => tf.train.adagrad(0.1),
      () => tf.train.rmsprop(0.01, 0.9, 0.5),
      () => tf.train.adadelta(0.5),
      () => tf.train.adamax(0.02),
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
    const dense = () => tf.layers.dense({ units: 3, inputShape: [4], activation: "softmax" });
    for (const layers of [() => [dense()], () => [dense(), tf.layers.batchNormalization()]]) {
      const build = () => tf.sequential({ layers: layers() });
      const outcome = await both(build, (model) => (model.predict(x) as tf.Tensor).dataSync());
      expectClose(outcome.got.result, outcome.wanted.result);
      expect(outcome.report.densely).toBe(1);
    }
  });

  it("models that were disposed of do not predict", async () => {
    const outcome = await both(compiled, () => {
      const relu = tf.layers.activation({ activation: "relu", inputShape: [4] });
      for (const model of [compiled(), tf.sequential({ layers: [relu] })]) {
        tf.dispose(model.predict(x));
        model.dispose();
        expect(() => model.predict(x)).toThrow("already disposed");
      }
    });
    expect(outcome.report).toMatchObject({ densely: 1, tfjs: 3, reasons: { "no weights": 2 } });
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
