import { uniform } from "../lib/random.js";
import { clusters, type Data, denseDigits, digits, iris, pictures, xor } from "./data.js";

export type Activation = "relu" | "sigmoid" | "softmax";

export interface LayerShape {
  readonly units: number;
  readonly activation: Activation;
}

/** One training to race on: plain data, except for `load`. */
export interface Workload {
  readonly name: string;
  readonly inputs: number;
  readonly layers: readonly LayerShape[];
  readonly optimizer: { readonly kind: "sgd" | "adam"; readonly learningRate: number };
  readonly batchSize: number;
  /** Number of updates before the losses are compared. */
  readonly updates: number;
  /** Timed from the user's arrays to the last of the `updates`, construction included. */
  readonly endToEnd?: boolean;
  /** The inputs pass through batch normalisation first. */
  readonly batchNorm?: boolean;
  readonly load: () => Data;
}

/** A layer's starting parameters. */
export interface InitialLayer extends LayerShape {
  readonly inputs: number;
  /** Weights, units x inputs. */
  readonly W: Float32Array;
  readonly b: Float32Array;
}

/** The argument of a contestant's `create`: a workload with its data and its starting weights. */
export interface Task extends Workload {
  readonly data: Data;
  readonly outputs: number;
  /** Updates per epoch. */
  readonly batches: number;
  readonly initial: readonly InitialLayer[];
}

const sgd = (learningRate: number) => ({ kind: "sgd", learningRate }) as const;
const adam = (learningRate: number) => ({ kind: "adam", learningRate }) as const;

const layersOf =
  (activation: Activation) =>
  (...units: number[]): LayerShape[] =>
    units.map((count) => ({ units: count, activation }));
const [relu, sigmoid, softmax] = (["relu", "sigmoid", "softmax"] as const).map(layersOf);

const flowers = { inputs: 4, layers: [...relu(16), ...softmax(3)], batchSize: 16, load: iris };
const figures = { inputs: 784, layers: [...relu(128), ...softmax(10)], load: () => digits() };

export const workloads: readonly Workload[] = [
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

/** The workloads with these names, or all. `mnist32` names both mnist32-sgd and mnist32-adam. */
export function select(names: readonly string[]): readonly Workload[] {
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

/** The parameters from which every contestant starts: Glorot's uniform weights, biases of 0. */
function initialLayers({ inputs, layers }: Workload): InitialLayer[] {
  const random = uniform(7);
  return layers.map(({ units, activation }, i) => {
    const width = i === 0 ? inputs : layers[i - 1].units;
    const limit = Math.sqrt(6 / (width + units));
    const W = Float32Array.from({ length: units * width }, () => limit * (2 * random() - 1));
    return { inputs: width, units, activation, W, b: new Float32Array(units) };
  });
}

/** Loads the data of a workload and draws its starting weights. */
export function prepare(workload: Workload): Task {
  const data = workload.load();
  const batches = Math.ceil(data.rows / workload.batchSize);
  const outputs = workload.layers[workload.layers.length - 1].units;
  return { ...workload, data, outputs, batches, initial: initialLayers(workload) };
}

/** Number of samples in `steps` updates from the first row on. The last batch of an epoch may be short. */
export function samplesIn({ data, batches, batchSize }: Task, steps: number): number {
  return Math.floor(steps / batches) * data.rows + (steps % batches) * batchSize;
}

/** The rows of one update. */
export function batchRange({ data, batches, batchSize }: Task, step: number): [begin: number, end: number] {
  const begin = (step % batches) * batchSize;
  return [begin, Math.min(begin + batchSize, data.rows)];
}
