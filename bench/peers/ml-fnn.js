import FeedForwardNeuralNetworks from "ml-fnn";
import { batchRange } from "../workloads/index.js";
import { binaryAsTwoClasses } from "./two-classes.js";

/**
 * ml-fnn has only tanh layers below a softmax, and only full batches: this peer calls its two halves of a step batch by
 * batch. ml-fnn sums the gradients of a batch, so that the learning rate is divided by the batch size.
 */
export function create(task) {
  const { data, inputs, layers, labels } = binaryAsTwoClasses(task);
  const classes = layers.at(-1).units;
  const network = new FeedForwardNeuralNetworks({
    hiddenLayers: layers.slice(0, -1).map(({ units }) => units),
    learningRate: task.optimizer.learningRate / task.batchSize,
    regularization: Number.MIN_VALUE,
  });
  network.buildNetwork(inputs, classes);
  network.dicts = { inputs: Array.from({ length: classes }, (_, label) => label) };
  const Matrix = network.model[0].W.constructor;
  for (const [i, { W, units, inputs }] of layers.entries()) {
    network.model[i].W = Matrix.from1DArray(units, inputs, W).transpose();
  }
  const batches = Array.from({ length: task.batches }, (_, step) => {
    const [begin, end] = batchRange(task, step);
    return {
      features: Matrix.from1DArray(end - begin, inputs, data.x.slice(begin * inputs, end * inputs)),
      labels: labels.slice(begin, end),
    };
  });

  return {
    train(steps) {
      for (let step = 0; step < steps; step++) {
        const { features, labels } = batches[step % batches.length];
        network.backpropagation(features, labels, network.propagate(features));
      }
    },
    predict(rows) {
      const outputs = network
        .propagate(Matrix.from1DArray(rows, inputs, data.x.slice(0, rows * inputs)))
        .to2DArray();
      return task.outputs === 1 ? outputs.map(([, positive]) => positive) : outputs.flat();
    },
  };
}
