/** TensorFlow.js on one of its backends: a bare loop over its optimizer, on batches that are made beforehand. */

import type { Tensor2D } from "@tensorflow/tfjs";
import type { Contestant } from "./contestant.js";
import type { Task } from "./tasks.js";

type Library = typeof import("@tensorflow/tfjs");
export type Backend = "cpu" | "webgl";

/** @throws Error if the browser does not have the backend in a worker. */
export async function tensorflowFor(tf: Library, task: Task, backend: Backend): Promise<Contestant> {
  const isThere = await tf.setBackend(backend).catch(() => false);
  if (!isThere) throw new Error(`this browser has no ${backend} in a worker`);
  await tf.ready();
  const { layers, optimizer: chosen, batches: count, batchSize, rows, inputs, outputs } = task;
  const x = tf.tensor2d(task.x, [rows, inputs]);
  const y = tf.tensor2d(task.y, [rows, outputs]);
  const batches = Array.from({ length: count }, (_, i) => {
    const size = Math.min(batchSize, rows - i * batchSize);
    return [x.slice(i * batchSize, size), y.slice(i * batchSize, size)] as const;
  });
  const parameters = layers.map(({ W, b, units, inputs: width }) => ({
    W: tf.variable(tf.tidy(() => tf.tensor2d(W, [units, width]).transpose())),
    b: tf.variable(tf.tensor1d(b)),
  }));
  const activations = { relu: tf.relu, sigmoid: tf.sigmoid, softmax: tf.softmax };
  const last = layers[layers.length - 1].activation;
  const lossOf = last === "softmax" ? tf.losses.softmaxCrossEntropy : tf.losses.sigmoidCrossEntropy;
  const optimizer =
    chosen.kind === "adam"
      ? tf.train.adam(chosen.learningRate, 0.9, 0.999, 1e-8)
      : tf.train.sgd(chosen.learningRate);
  const logits = (batch: Tensor2D): Tensor2D =>
    parameters.reduce<Tensor2D>((A, { W, b }, i) => {
      const Z = tf.add<Tensor2D>(tf.matMul(A, W), b);
      return i === parameters.length - 1 ? Z : activations[layers[i].activation](Z);
    }, batch);
  return {
    name: `TensorFlow.js, ${backend}`,
    version: tf.version.tfjs,
    async train(steps) {
      // Other contestants set other backends.
      await tf.setBackend(backend);
      for (let step = 0; step < steps; step++) {
        const [rows, targets] = batches[step % count];
        optimizer.minimize(() => lossOf(targets, logits(rows)));
      }
      await parameters[parameters.length - 1].b.data();
    },
    predict: () => tf.tidy(() => activations[last](logits(x)).dataSync()),
    dispose() {
      tf.dispose([x, y, ...batches.flat(), ...parameters.flatMap(({ W, b }) => [W, b])]);
      optimizer.dispose();
    },
  };
}
