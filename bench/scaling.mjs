import { writeFileSync } from "node:fs";
import { rerunUnderNode24 } from "./lib/node.mjs";
import { normal } from "./lib/random.mjs";
import { keep, machine, threeDigits } from "./lib/report.mjs";
import { panels } from "./lib/svg.mjs";

// npm run bench:scaling: time per sample, and per multiply-add, as one extent of the work grows.

rerunUnderNode24();
const { Network, dense, sgd } = await import("../dist/index.js");
const { relaxed } = await import("../dist/relaxed.js");

const powersOfTwo = (from, to) => {
  return Array.from({ length: Math.log2(to / from) + 1 }, (_, i) => from * 2 ** i);
};
const usual = { width: 256, depth: 2, batchSize: 128, rows: 2048 };
const sweeps = [
  { axis: "width of both layers", values: powersOfTwo(16, 2048), work: (width) => ({ ...usual, width }) },
  { axis: "batch size", values: powersOfTwo(1, 1024), work: (batchSize) => ({ ...usual, batchSize }) },
  { axis: "layers", values: powersOfTwo(1, 16), work: (depth) => ({ ...usual, depth }) },
  { axis: "rows of data", values: powersOfTwo(128, 131072), work: (rows) => ({ ...usual, rows }) },
];

/** Each layer makes Z and dW, and each but the first dA. */
const multiplyAdds = ({ width, depth }) => width * width * (3 * depth - 1);

const noise = Float32Array.from({ length: 1 << 20 }, normal(1));

/** A training that can be run again and again; each run gives its seconds a sample. */
function prepare({ width, depth, batchSize, rows }) {
  const x = new Float32Array(rows * width);
  for (let at = 0; at < x.length; at += noise.length) x.set(noise.subarray(0, x.length - at), at);
  const y = new Float32Array(rows * width);
  const network = new Network({
    inputs: width,
    layers: Array.from({ length: depth }, (_, i) => dense(width, i < depth - 1 ? "relu" : "linear")),
    optimizer: sgd({ learningRate: 1e-3 }),
    math: relaxed,
  });
  const time = (epochs) => {
    const begin = performance.now();
    network.fitSync(x, y, { epochs, batchSize });
    return (performance.now() - begin) / 1000;
  };
  let epochs = 1;
  for (let seconds = time(1); seconds < 0.1; seconds = time(epochs)) {
    epochs = Math.ceil(epochs * Math.min(100, 0.12 / seconds));
  }
  return { run: () => time(epochs) / (epochs * rows), dispose: () => network.dispose() };
}

/** The fastest of seven rounds: what is asked is the shape of a curve, and other work on the machine only adds time. */
function measure(works) {
  const trainings = works.map(prepare);
  const fastest = works.map(() => Infinity);
  for (let round = 0; round < 7; round++) {
    for (const [i, { run }] of trainings.entries()) fastest[i] = Math.min(fastest[i], run());
  }
  for (const { dispose } of trainings) dispose();
  return fastest;
}

const results = sweeps.map(({ axis, values, work }) => {
  console.log(axis);
  const points = measure(values.map(work)).map((perSample, i) => {
    const perMultiplyAdd = perSample / multiplyAdds(work(values[i]));
    const columns = [
      `${values[i]}`,
      `${threeDigits(perSample * 1e6)} µs a sample`,
      `${threeDigits(perMultiplyAdd * 1e12)} ps`,
    ];
    console.log(`  ${columns.map((column) => column.padStart(12)).join("  ")} a multiply-add`);
    return { value: values[i], perSample, perMultiplyAdd };
  });
  return { axis, points };
});

const draw = (label, unit, key) => {
  return results.map(({ axis, points }) => ({
    x: axis,
    y: label,
    points: points.map((point) => [point.value, point[key] * unit]),
  }));
};
const { width, depth, batchSize, rows } = usual;
const { date, processor, node } = machine();
const title = `Training time as one extent grows; the others: ${depth} layers of ${width}, batch ${batchSize}, ${rows} rows`;
const svg = panels({
  title,
  subtitle: `${processor}, one thread, Node ${node}, ${date}`,
  rows: [draw("µs a sample", 1e6, "perSample"), draw("ps a multiply-add", 1e12, "perMultiplyAdd")],
});
writeFileSync(new URL("scaling.svg", import.meta.url), svg);
keep({ workload: "scaling", sweeps: results });
