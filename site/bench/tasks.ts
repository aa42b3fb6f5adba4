/** The trainings of the race: small workloads of the repository's benchmark. */

import { normal, uniform } from "../../bench/lib/random.js";

export type Activation = "relu" | "sigmoid" | "softmax";

/** A layer with its first parameters. */
export interface FirstLayer {
  readonly inputs: number;
  readonly units: number;
  readonly activation: Activation;
  /** Weights, units x inputs. */
  readonly W: Float32Array<ArrayBuffer>;
  readonly b: Float32Array<ArrayBuffer>;
}

export interface Task {
  readonly title: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly layers: readonly FirstLayer[];
  readonly optimizer: { readonly kind: "sgd" | "adam"; readonly learningRate: number };
  readonly batchSize: number;
  /** Number of updates before the losses are compared. */
  readonly updates: number;
  readonly rows: number;
  /** Updates per epoch. */
  readonly batches: number;
  /** Inputs, rows x inputs. */
  readonly x: Float32Array<ArrayBuffer>;
  /** Targets, rows x outputs: one-hot, or 0 and 1. */
  readonly y: Float32Array<ArrayBuffer>;
}

type Shape = Omit<Task, "layers" | "outputs" | "rows" | "batches" | "x" | "y"> & {
  readonly layers: readonly (readonly [units: number, activation: Activation])[];
};
type Rows = Pick<Task, "x" | "y" | "rows">;

function oneHot(labels: readonly number[], classes: number): Float32Array<ArrayBuffer> {
  const y = new Float32Array(labels.length * classes);
  labels.forEach((label, row) => {
    y[row * classes + label] = 1;
  });
  return y;
}

const xor = (): Rows => ({
  rows: 4,
  x: Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1),
  y: Float32Array.of(0, 1, 1, 0),
});

/** Rows of `inputs` numbers around a centre for each class. */
function clusters(rows: number, inputs: number, classes: number): Rows {
  const random = normal(3);
  const centres = Array.from({ length: classes }, () => Array.from({ length: inputs }, random));
  const labels = Array.from({ length: rows }, (_, row) => row % classes);
  const x = Float32Array.from(labels.flatMap((label) => centres[label].map((c) => c + 0.5 * random())));
  return { rows, x, y: oneHot(labels, classes) };
}

/** Pictures of 784 pixels, a fifth of them bright: each class has its own pixels, and each picture lacks some of them. */
function pictures(rows: number): Rows {
  const random = uniform(5);
  const shapes = Array.from({ length: 10 }, () => Array.from({ length: 784 }, () => random() < 0.25));
  const labels = Array.from({ length: rows }, (_, row) => (row * 7) % 10);
  const x = Float32Array.from(
    labels.flatMap((label) => shapes[label].map((isBright) => (isBright && random() < 0.8 ? random() : 0))),
  );
  return { rows, x, y: oneHot(labels, 10) };
}

/** The first parameters: Glorot's uniform weights, biases of 0. */
function firstLayers({ inputs, layers }: Shape): FirstLayer[] {
  const random = uniform(7);
  return layers.map(([units, activation], i) => {
    const width = i === 0 ? inputs : layers[i - 1][0];
    const limit = Math.sqrt(6 / (width + units));
    const W = Float32Array.from({ length: units * width }, () => limit * (2 * random() - 1));
    return { inputs: width, units, activation, W, b: new Float32Array(units) };
  });
}

function taskOf(shape: Shape, rows: Rows): Task {
  const layers = firstLayers(shape);
  const outputs = layers[layers.length - 1].units;
  return { ...shape, ...rows, layers, outputs, batches: Math.ceil(rows.rows / shape.batchSize) };
}

/** Makes all trainings. */
export const tasks = (): Task[] => [
  taskOf(
    {
      title: "XOR: 2-3-1 sigmoid, one row at a time, gradient descent",
      inputs: 2,
      layers: [
        [3, "sigmoid"],
        [1, "sigmoid"],
      ],
      optimizer: { kind: "sgd", learningRate: 0.4 },
      batchSize: 1,
      updates: 2000,
    },
    xor(),
  ),
  taskOf(
    {
      title: "Like iris: 150 rows, 4-16-3 relu, batches of 15, Adam",
      inputs: 4,
      layers: [
        [16, "relu"],
        [3, "softmax"],
      ],
      optimizer: { kind: "adam", learningRate: 0.01 },
      batchSize: 15,
      updates: 300,
    },
    clusters(150, 4, 3),
  ),
  taskOf(
    {
      title: "Like digits: 1,024 pictures, 784-128-10 relu, batches of 32, Adam",
      inputs: 784,
      layers: [
        [128, "relu"],
        [10, "softmax"],
      ],
      optimizer: { kind: "adam", learningRate: 1e-3 },
      batchSize: 32,
      updates: 16,
    },
    pictures(1024),
  ),
];
