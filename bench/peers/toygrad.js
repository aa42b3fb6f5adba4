import { NeuralNetwork, Tensor, Trainers } from "toygrad";
import { samplesIn } from "../workloads/index.js";
import { binaryAsTwoClasses } from "./two-classes.js";

/** toygrad sums the gradients of a batch sample by sample, as ConvNetJS does. */
export function create(task) {
  const { data, inputs, layers, labels } = binaryAsTwoClasses(task);
  const network = new NeuralNetwork({
    layers: [
      { type: "input", sx: 1, sy: 1, sz: inputs },
      ...layers.flatMap(({ units, activation }, i) => [
        { type: "dense", filters: units },
        { type: i === layers.length - 1 ? "softmax" : activation },
      ]),
    ],
  });
  const dense = network.layers.filter((layer) => layer.filters);
  for (const [i, { W, b, inputs }] of layers.entries()) {
    for (const [unit, filter] of dense[i].filters.entries())
      filter.w.set(W.subarray(unit * inputs, (unit + 1) * inputs));
    dense[i].biases.w.set(b);
  }
  const Trainer = { sgd: Trainers.SGD, adam: Trainers.Adam }[task.optimizer.kind];
  const { learningRate } = task.optimizer;
  const trainer = new Trainer(network, { learningRate, batchSize: task.batchSize, momentum: 0 });
  const x = Array.from({ length: data.rows }, (_, row) => {
    return new Tensor(1, 1, inputs, data.x.slice(row * inputs, (row + 1) * inputs));
  });

  return {
    train(steps) {
      const samples = samplesIn(task, steps);
      for (let i = 0; i < samples; i++) trainer.train(x[i % x.length], labels[i % x.length]);
    },
    predict(rows) {
      const outputs = x.slice(0, rows).map((row) => [...network.forward(row, false).w]);
      return task.outputs === 1 ? outputs.map(([, positive]) => positive) : outputs.flat();
    },
  };
}
