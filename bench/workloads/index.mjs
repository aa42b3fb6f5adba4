import { uniform } from "../lib/random.mjs";
import { clusters, denseDigits, digits, iris, pictures, xor } from "./data.mjs";

/**
 * A workload is plain data but for its `load`. `updates` is how many updates the check of the losses makes. An
 * `endToEnd` one is timed from the user's arrays to the last of its `updates`, construction included.
 * @typedef {object} Workload
 * @property {string} name
 * @property {number} inputs
 * @property {{units: number, activation: "relu" | "sigmoid" | "softmax"}[]} layers
 * @property {{kind: "sgd" | "adam", learningRate: number}} optimizer
 * @property {number} batchSize
 * @property {number} updates
 * @property {boolean} [endToEnd]
 * @property {boolean} [batchNorm] whether the inputs pass through batch normalisation first
 * @property {() => import("./data.mjs").Data} load
 */

const sgd = (learningRate) => ({ kind: "sgd", learningRate });
const adam = (learningRate) => ({ kind: "adam", learningRate });

const [relu, sigmoid, softmax] = ["relu", "sigmoid", "softmax"].map((activation) => {
  return (...units) => units.map((count) => ({ units: count, activation }));
});

const flowers = { inputs: 4, layers: [...relu(16), ...softmax(3)], batchSize: 16, load: iris };
const figures = { inputs: 784, layers: [...relu(128), ...softmax(10)], load: () => digits() };

/** @type {Workload[]} */
export const workloads = [
  {
    name: "xor",
    inputs: 2,
    layers: sigmoid(3, 1),
    optimizer: sgd(0.4),
    batchSize: 1,
    updates: 16_000,
    load: xor,
  },
  { name: "iris-sgd", ...flowers, optimizer: sgd(0.1), updates: 300 },
  { name: "iris-adam", ...flowers, optimizer: adam(0.01), updates: 300 },
  { name: "iris-fit", ...flowers, optimizer: adam(0.01), updates: 2000, endToEnd: true },
  { name: "mnist1-sgd", ...figures, optimizer: sgd(0.01), batchSize: 1, updates: 1024 },
  { name: "mnist1-adam", ...figures, optimizer: adam(1e-4), batchSize: 1, updates: 1024 },
  { name: "mnist32-sgd", ...figures, optimizer: sgd(0.1), batchSize: 32, updates: 128 },
  { name: "mnist32-adam", ...figures, optimizer: adam(1e-3), batchSize: 32, updates: 128 },
  {
    name: "mnist32dense",
    ...figures,
    optimizer: sgd(0.02),
    batchSize: 32,
    updates: 128,
    load: () => denseDigits(),
  },
  { name: "mnist128-sgd", ...figures, optimizer: sgd(0.1), batchSize: 128, updates: 32 },
  { name: "mnist128-adam", ...figures, optimizer: adam(1e-3), batchSize: 128, updates: 32 },
  {
    name: "cat",
    inputs: 12288,
    layers: sigmoid(20, 7, 5, 1),
    optimizer: sgd(0.5),
    batchSize: 209,
    updates: 20,
    load: pictures,
  },
  {
    name: "wide",
    inputs: 784,
    layers: [...relu(1024, 1024), ...softmax(10)],
    optimizer: adam(1e-3),
    batchSize: 128,
    updates: 8,
    load: () => digits(2048),
  },
  {
    name: "microbit",
    batchNorm: true,
    inputs: 24,
    layers: [...relu(16), ...softmax(5)],
    optimizer: sgd(0.1),
    batchSize: 16,
    updates: 320,
    endToEnd: true,
    load: clusters,
  },
];

/** `mnist32` names both mnist32-sgd and mnist32-adam. @param {string[]} names */
export function select(names) {
  if (names.length === 0) return workloads;
  return names.flatMap((name) => {
    const found = workloads.filter(
      (workload) => workload.name === name || workload.name.startsWith(`${name}-`),
    );
    if (found.length === 0) {
      throw new Error(`no workload "${name}"; there are ${workloads.map((w) => w.name).join(", ")}`);
    }
    return found;
  });
}

/**
 * The weights that every contestant starts from (Glorot's uniform; biases 0), W as units x inputs.
 * @param {Workload} workload
 * @returns {{inputs: number, units: number, activation: string, W: Float32Array, b: Float32Array}[]}
 */
export function initialLayers({ inputs, layers }) {
  const random = uniform(7);
  let width = inputs;
  return layers.map(({ units, activation }) => {
    const layer = { inputs: width, units, activation };
    const limit = Math.sqrt(6 / (width + units));
    layer.W = Float32Array.from({ length: units * width }, () => limit * (2 * random() - 1));
    layer.b = new Float32Array(units);
    width = units;
    return layer;
  });
}

/**
 * What a contestant's `create` is given: the workload, its data and its starting weights.
 * @param {Workload} workload
 */
export function prepare(workload) {
  const data = workload.load();
  const batches = Math.ceil(data.rows / workload.batchSize);
  return {
    ...workload,
    data,
    outputs: workload.layers.at(-1).units,
    batches,
    initial: initialLayers(workload),
  };
}

/**
 * Samples in `steps` updates from the first row on; the last batch of an epoch may be short.
 * @param {ReturnType<typeof prepare>} task
 */
export function samplesIn({ data, batches, batchSize }, steps) {
  return Math.floor(steps / batches) * data.rows + (steps % batches) * batchSize;
}

/** The rows of one update. @param {ReturnType<typeof prepare>} task */
export function batchRange({ data, batches, batchSize }, step) {
  const begin = (step % batches) * batchSize;
  return [begin, Math.min(begin + batchSize, data.rows)];
}
