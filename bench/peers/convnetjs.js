import convnetjs from "convnetjs";
import { samplesIn } from "../workloads/index.js";
import { binaryAsTwoClasses } from "./two-classes.js";

/** ConvNetJS adds up the gradients of a batch sample by sample. */
export function create(task) {
  const { data, inputs, layers, labels } = binaryAsTwoClasses(task);
  const network = new convnetjs.Net();
  network.makeLayers([
    { type: "input", out_sx: 1, out_sy: 1, out_depth: inputs },
    ...layers.slice(0, -1).map(({ units, activation }) => ({ type: "fc", num_neurons: units, activation })),
    { type: "softmax", num_classes: layers.at(-1).units },
  ]);
  const dense = network.layers.filter((layer) => layer.layer_type === "fc");
  for (const [i, { W, b, inputs }] of layers.entries()) {
    for (const [unit, filter] of dense[i].filters.entries())
      filter.w.set(W.subarray(unit * inputs, (unit + 1) * inputs));
    dense[i].biases.w.set(b);
  }
  const trainer = new convnetjs.Trainer(network, {
    method: task.optimizer.kind,
    learning_rate: task.optimizer.learningRate,
    batch_size: task.batchSize,
    momentum: 0,
  });
  const x = Array.from({ length: data.rows }, (_, row) => {
    const volume = new convnetjs.Vol(1, 1, inputs, 0);
    volume.w.set(data.x.subarray(row * inputs, (row + 1) * inputs));
    return volume;
  });

  return {
    train(steps) {
      const samples = samplesIn(task, steps);
      for (let i = 0; i < samples; i++) trainer.train(x[i % x.length], labels[i % x.length]);
    },
    predict(rows) {
      const outputs = x.slice(0, rows).map((row) => [...network.forward(row).w]);
      return task.outputs === 1 ? outputs.map(([, positive]) => positive) : outputs.flat();
    },
  };
}
