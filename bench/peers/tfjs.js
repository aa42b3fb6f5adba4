import { createRequire } from "node:module";
import { dirname } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { batchRange } from "../workloads/index.js";

const wasm = createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm");
setWasmPaths(`${dirname(wasm)}/`);

const activate = { relu: tf.relu, sigmoid: tf.sigmoid, softmax: tf.softmax };
const optimizers = {
  sgd: (learningRate) => tf.train.sgd(learningRate),
  adam: (learningRate) => tf.train.adam(learningRate, 0.9, 0.999, 1e-8),
};

/** TensorFlow.js on one of its backends, by its `fit` or by a loop over its optimizer. */
export async function create(task, { backend, fit }) {
  await tf.setBackend(backend);
  await tf.ready();
  const { data, inputs, outputs } = task;
  const x = data.arrays ? tf.tensor2d(data.arrays) : tf.tensor2d(data.x, [data.rows, inputs]);
  const y = tf.tensor2d(data.y, [data.rows, outputs]);
  return fit ? byFit(task, x, y) : byLoop(task, x, y);
}

/** The bare optimizer loop, on batches that are cut beforehand. */
function byLoop(task, x, y) {
  const parameters = task.initial.map(({ W, b, units, inputs }) => ({
    W: tf.variable(tf.tidy(() => tf.tensor2d(W, [units, inputs]).transpose())),
    b: tf.variable(tf.tensor1d(b)),
  }));
  const activations = task.initial.map(({ activation }) => activation);
  const last = activations.at(-1);
  const lossOf = last === "softmax" ? tf.losses.softmaxCrossEntropy : tf.losses.sigmoidCrossEntropy;
  const optimizer = optimizers[task.optimizer.kind](task.optimizer.learningRate);

  const batches = Array.from({ length: task.batches }, (_, step) => {
    const [begin, end] = batchRange(task, step);
    return [x.slice(begin, end - begin), y.slice(begin, end - begin)];
  });
  const logits = (batch) =>
    parameters.reduce((A, { W, b }, i) => {
      const Z = tf.add(tf.matMul(A, W), b);
      return i === parameters.length - 1 ? Z : activate[activations[i]](Z);
    }, batch);

  return {
    async train(steps) {
      for (let step = 0; step < steps; step++) {
        const [inputs, targets] = batches[step % batches.length];
        optimizer.minimize(() => lossOf(targets, logits(inputs)));
      }
      await parameters.at(-1).b.data();
    },
    predict: (rows) => tf.tidy(() => activate[last](logits(x.slice(0, rows))).dataSync()),
    dispose() {
      tf.dispose([x, y, ...batches.flat(), ...parameters.flatMap(({ W, b }) => [W, b])]);
      optimizer.dispose();
    },
  };
}

/** A sequential model and its `fit`, as in Keras. */
function byFit(task, x, y) {
  const norms = task.batchNorm
    ? [tf.layers.batchNormalization({ inputShape: [task.inputs], momentum: 0.9, epsilon: 1e-5 })]
    : [];
  const products = task.initial.map(({ inputs, units, activation }) => {
    return tf.layers.dense({ inputShape: [inputs], units, activation });
  });
  const model = tf.sequential({ layers: [...norms, ...products] });
  for (const [i, { W, b, units, inputs }] of task.initial.entries()) {
    tf.tidy(() => products[i].setWeights([tf.tensor2d(W, [units, inputs]).transpose(), tf.tensor1d(b)]));
  }
  model.compile({
    optimizer: optimizers[task.optimizer.kind](task.optimizer.learningRate),
    loss: task.initial.at(-1).activation === "softmax" ? "categoricalCrossentropy" : "binaryCrossentropy",
  });
  const { batchSize, batches } = task;

  return {
    async train(steps) {
      if (steps >= batches) {
        await model.fit(x, y, { epochs: steps / batches, batchSize, shuffle: false, verbose: 0 });
      } else {
        const [, rows] = batchRange(task, steps - 1);
        const head = [x.slice(0, rows), y.slice(0, rows)];
        await model.fit(...head, { epochs: 1, batchSize, shuffle: false, verbose: 0 });
        tf.dispose(head);
      }
    },
    predict: (rows) => tf.tidy(() => model.predict(x.slice(0, rows)).dataSync()),
    dispose() {
      tf.dispose([x, y]);
      model.dispose();
    },
  };
}
