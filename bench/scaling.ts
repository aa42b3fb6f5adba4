/** npm run bench:scaling: time per sample and per multiply-add as one extent of the work grows; draws scaling.svg. */

import { writeFileSync } from "node:fs";
import { loadLibrary } from "./lib/library.js";
import { rerunUnderNode24 } from "./lib/node.js";
import { normal } from "./lib/random.js";
import { keep, machine, threeDigits } from "./lib/report.js";
import { type Plot, panels } from "./lib/svg.js";

/** The extents of one training: a network of `depth` layers of `width` units. */
interface Work {
  readonly width: number;
  readonly depth: number;
  readonly batchSize: number;
  readonly rows: number;
}

interface Sweep {
  readonly axis: string;
  readonly values: readonly number[];
  readonly work: (value: number) => Work;
}

/** Seconds. */
interface Point {
  readonly value: number;
  readonly perSample: number;
  readonly perMultiplyAdd: number;
}

const ROUNDS = 7;
const TURN_SECONDS = 0.12;

const powersOfTwo = (from: number, to: number) =>
  Array.from({ length: Math.log2(to / from) + 1 }, (_, i) => from * 2 ** i);
const usual: Work = { width: 256, depth: 2, batchSize: 128, rows: 2048 };
const sweeps: readonly Sweep[] = [
  { axis: "width of both layers", values: powersOfTwo(16, 2048), work: (width) => ({ ...usual, width }) },
  { axis: "batch size", values: powersOfTwo(1, 1024), work: (batchSize) => ({ ...usual, batchSize }) },
  { axis: "layers", values: powersOfTwo(1, 16), work: (depth) => ({ ...usual, depth }) },
  { axis: "rows of data", values: powersOfTwo(128, 131072), work: (rows) => ({ ...usual, rows }) },
];

/** Multiply-adds per sample: Z and dW of each layer, and dA of each layer except the first. */
const multiplyAdds = ({ width, depth }: Work) => width * width * (3 * depth - 1);

rerunUnderNode24();
const { Network, dense, relaxed, sgd } = await loadLibrary();
const noise = Float32Array.from({ length: 1 << 20 }, normal(1));

/** A training that can be repeated. `run` returns its seconds per sample. */
function prepare({ width, depth, batchSize, rows }: Work): { run: () => number; dispose: () => void } {
  const x = new Float32Array(rows * width);
  for (let at = 0; at < x.length; at += noise.length) x.set(noise.subarray(0, x.length - at), at);
  const y = new Float32Array(rows * width);
  const network = new Network({
    inputs: width,
    layers: Array.from({ length: depth }, (_, i) => dense(width, i < depth - 1 ? "relu" : "linear")),
    optimizer: sgd({ learningRate: 1e-3 }),
    math: relaxed,
  });
  const time = (epochs: number) => {
    const begin = performance.now();
    network.fitSync(x, y, { epochs, batchSize });
    return (performance.now() - begin) / 1000;
  };
  let epochs = 1;
  for (let seconds = time(1); seconds < 0.8 * TURN_SECONDS; seconds = time(epochs)) {
    epochs = Math.ceil(epochs * Math.min(100, TURN_SECONDS / seconds));
  }
  return { run: () => time(epochs) / (epochs * rows), dispose: () => network.dispose() };
}

/** The fastest of several rounds: the plot shows the shape of a curve, and other work on the machine only adds time. */
function measure(works: readonly Work[]): number[] {
  const trainings = works.map(prepare);
  const fastest = works.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, { run }] of trainings.entries()) fastest[i] = Math.min(fastest[i], run());
  }
  for (const { dispose } of trainings) dispose();
  return fastest;
}

const results = sweeps.map(({ axis, values, work }) => {
  console.log(axis);
  const points = measure(values.map(work)).map((perSample, i): Point => {
    const perMultiplyAdd = perSample / multiplyAdds(work(values[i]));
    const columns = [
      `${values[i]}`,
      `${threeDigits(perSample * 1e6)} µs per sample`,
      `${threeDigits(perMultiplyAdd * 1e12)} ps`,
    ];
    console.log(`  ${columns.map((column) => column.padStart(12)).join("  ")} per multiply-add`);
    return { value: values[i], perSample, perMultiplyAdd };
  });
  return { axis, points };
});

const draw = (label: string, unit: number, key: "perSample" | "perMultiplyAdd"): Plot[] =>
  results.map(({ axis, points }) => ({
    x: axis,
    y: label,
    points: points.map((point) => [point.value, point[key] * unit]),
  }));
const { width, depth, batchSize, rows } = usual;
const { date, processor, node } = machine();
const svg = panels({
  title: `Training time as one extent grows; the others: ${depth} layers of ${width}, batch ${batchSize}, ${rows} rows`,
  subtitle: `${processor}, one thread, Node ${node}, ${date}`,
  rows: [draw("µs per sample", 1e6, "perSample"), draw("ps per multiply-add", 1e12, "perMultiplyAdd")],
});
writeFileSync(new URL("scaling.svg", import.meta.url), svg);
keep({ workload: "scaling", sweeps: results });
