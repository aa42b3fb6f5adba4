import { createRequire } from "node:module";
import { samplesIn } from "../workloads/index.js";

const require = createRequire(import.meta.url);

/** brain.js makes one update per sample, by the squared error, with one activation for all layers. */
export function create(task, { package: name }) {
  const { NeuralNetwork } = require(name);
  const { data, inputs, outputs, initial, optimizer, batchSize } = task;
  const network = new NeuralNetwork();
  network.updateTrainingOptions({
    activation: initial.at(-1).activation === "sigmoid" ? "sigmoid" : "relu",
    learningRate: optimizer.learningRate / batchSize,
    ...(optimizer.kind === "adam" && { praxis: "adam" }),
  });
  // The option does not accept 0.
  network.trainOpts.momentum = 0;
  network.sizes = [inputs, ...initial.map(({ units }) => units)];
  network.initialize();
  for (const [i, { W, b, units, inputs }] of initial.entries()) {
    for (let unit = 0; unit < units; unit++) {
      for (let k = 0; k < inputs; k++) network.weights[i + 1][unit][k] = W[unit * inputs + k];
      network.biases[i + 1][unit] = b[unit];
    }
  }
  const patterns = Array.from({ length: data.rows }, (_, row) => ({
    input: data.x.slice(row * inputs, (row + 1) * inputs),
    output: data.y.slice(row * outputs, (row + 1) * outputs),
  }));

  return {
    train(steps) {
      const samples = samplesIn(task, steps);
      for (let i = 0; i < samples; i++) network.trainPattern(patterns[i % patterns.length]);
    },
    predict: (rows) => patterns.slice(0, rows).flatMap(({ input }) => [...network.runInput(input)]),
  };
}
