import synaptic from "synaptic";
import { samplesIn } from "../workloads/index.js";

const { Layer, Network, Neuron } = synaptic;

/** synaptic makes one update per sample and generates code for the network; it has no softmax. */
export function create(task) {
  const { data, inputs, outputs, initial, optimizer, batchSize } = task;
  const layers = [new Layer(inputs), ...initial.map(({ units }) => new Layer(units))];
  for (const [i, { W, b, units, inputs, activation }] of initial.entries()) {
    const [from, to] = [layers[i], layers[i + 1]];
    const { connections } = from.project(to, Layer.connectionType.ALL_TO_ALL);
    const units0 = new Map(from.list.map((neuron, k) => [neuron, k]));
    const units1 = new Map(to.list.map((neuron, unit) => [neuron, unit]));
    for (const connection of Object.values(connections)) {
      connection.weight = W[units1.get(connection.to) * inputs + units0.get(connection.from)];
    }
    for (let unit = 0; unit < units; unit++) {
      to.list[unit].bias = b[unit];
      if (activation === "relu") to.list[unit].squash = Neuron.squash.RELU;
    }
  }
  const network = new Network({ input: layers[0], hidden: layers.slice(1, -1), output: layers.at(-1) });
  const rows = (values, width) => {
    return Array.from({ length: data.rows }, (_, row) => [...values.slice(row * width, (row + 1) * width)]);
  };
  const x = rows(data.x, inputs);
  const y = rows(data.y, outputs);
  const rate = optimizer.learningRate / batchSize;

  return {
    train(steps) {
      const samples = samplesIn(task, steps);
      for (let i = 0; i < samples; i++) {
        network.activate(x[i % x.length]);
        network.propagate(rate, y[i % y.length]);
      }
    },
    predict: (count) => x.slice(0, count).flatMap((row) => [...network.activate(row)]),
  };
}
