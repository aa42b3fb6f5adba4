/**
 * npm run bench:calls [-- OLD_DIST]: what people call most, on what they hold. One row through small networks beside brain.js 2,
 * updates of one batch, plain arrays beside a Float32Array, a thousand networks, and a cart-pole by REINFORCE beside
 * TensorFlow.js on its cpu backend. With OLD_DIST, an older build takes part too.
 */

import { createRequire } from "node:module";
import { resolve } from "node:path";
import { median } from "./lib/judge.js";
import { type Library, loadLibrary } from "./lib/library.js";
import { hintIfNotInstalled, rerunUnderNode24 } from "./lib/node.js";
import { uniform } from "./lib/random.js";
import { alignColumns, machine, threeDigits } from "./lib/report.js";
import { balance, type Policy } from "./workloads/cart-pole.js";
import { digits } from "./workloads/data.js";

rerunUnderNode24();
hintIfNotInstalled();
const require = createRequire(import.meta.url);
const now = await loadLibrary();
const old = process.argv[2] ? await loadLibrary(resolve(process.argv[2])) : undefined;
const builds: [name: string, library: Library][] = [
  ["densely", now],
  ...(old ? [["old build", old] as [string, Library]] : []),
];

const ROUNDS = 15;
const TURN = 20;

/** Microseconds of one call of each contestant: medians of turns of about 20 ms, in alternating order. */
function race(contestants: Record<string, () => unknown>): Record<string, number> {
  const entries = Object.entries(contestants);
  const turn = (call: () => unknown, times: number): number => {
    const start = performance.now();
    for (let i = 0; i < times; i++) call();
    return (1000 * (performance.now() - start)) / times;
  };
  // The first calls of all take much longer, and must not decide how many make a turn.
  for (const [, call] of entries) turn(call, 4);
  const times = entries.map(([, call]) => {
    let [count, spent] = [4, 0];
    for (; spent < TURN; count *= 2) spent = (turn(call, count) * count) / 1000;
    return count / 2;
  });
  const results = entries.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round++) {
    const order = entries.map((_, i) => (round % 2 === 0 ? i : entries.length - 1 - i));
    for (const i of order) results[i].push(turn(entries[i][1], times[i]));
  }
  return Object.fromEntries(entries.map(([name], i) => [name, median(results[i])]));
}

function print(title: string, results: Record<string, number>, unit: string): void {
  const own = results.densely;
  const rows = Object.entries(results).map(([name, value]) => [
    name,
    `${threeDigits(value)} ${unit}`,
    `${threeDigits(value / own)}x`,
  ]);
  console.log(`${title}\n${alignColumns(rows, ["left", "right", "right"]).join("\n")}`);
}

const { date, processor, node } = machine();
console.log(`Medians of ${ROUNDS} turns, ${date}, ${processor}, Node ${node}\n`);

const random = uniform(1);
const rowOf = (length: number): number[] => Array.from({ length }, () => 2 * random() - 1);

/** The part of brain.js that is used here. */
interface Brain {
  NeuralNetwork: new () => { sizes: number[]; initialize(): void; run(row: number[]): unknown };
}

for (const sizes of [
  [2, 3, 1],
  [4, 16, 2],
  [8, 32, 4],
  [784, 128, 10],
]) {
  const { NeuralNetwork }: Brain = require("brain.js-2");
  const brain = new NeuralNetwork();
  brain.sizes = sizes;
  brain.initialize();
  brain.run(rowOf(sizes[0]));
  const rows = Array.from({ length: 8 }, () => rowOf(sizes[0]));
  let i = 0;
  const calls = builds.map(([name, { Network, dense }]) => {
    const layers = sizes.slice(1).map((units) => dense(units, "sigmoid"));
    const network = new Network({ inputs: sizes[0], layers });
    const out = new Float32Array(sizes.at(-1) as number);
    return [name, () => network.predict(rows[i++ & 7], { out })] as const;
  });
  const title = `predict(row, { out }), ${sizes.join("-")}, beside brain.js 2 run`;
  print(title, race({ ...Object.fromEntries(calls), "brain.js 2": () => brain.run(rows[i++ & 7]) }), "µs");
}

const STEP = 4096;
for (const count of [1, 32]) {
  const x = Float32Array.from(rowOf(4 * count));
  const y = Float32Array.from(rowOf(2 * count));
  for (const call of ["trainOnBatch", "gradients", "partialFit"] as const) {
    const calls = builds.map(([name, library]): [name: string, call: () => unknown] => {
      const network = policyOf(library);
      return [name, () => network[call](x, y)];
    });
    if (call === "gradients") {
      const network = policyOf(now);
      const out = network.gradients(x, y);
      calls.push(["densely, to out", () => network.gradients(x, y, { out })]);
    }
    const bare = policyOf(now);
    const steps = () => bare.fitSync(x, y, { epochs: STEP, batchSize: "full" });
    const results = race({ ...Object.fromEntries(calls), [`${STEP} steps of one fitSync`]: steps });
    const name = `${STEP} steps of one fitSync`;
    const { [name]: all, ...others } = results;
    print(
      `${call} of ${count} rows, 4-24-24-2, adam`,
      { ...others, "one step of a long fitSync": all / STEP },
      "µs",
    );
  }
}

function policyOf({ Network, dense, adam }: Library) {
  return new Network({
    inputs: 4,
    layers: [dense(24, "relu"), dense(24, "relu"), dense(2)],
    loss: "meanSquaredError",
    optimizer: adam({ learningRate: 0.01 }),
  });
}

const data = digits(10_000);
const labels = data.labels as Int32Array;
const arrays = Array.from({ length: data.rows }, (_, r) =>
  Array.from(data.x.subarray(784 * r, 784 * (r + 1))),
);
for (const [name, { Network, sgd, dense }] of builds) {
  const network = () =>
    new Network({
      inputs: 784,
      layers: [dense(128, "relu"), dense(10, "softmax")],
      optimizer: sgd({ learningRate: 0.1 }),
    });
  const [flat, rows] = [network(), network()];
  const results = race({
    densely: () => flat.fitSync(data.x, labels),
    "number[][]": () => rows.fitSync(arrays, labels),
  });
  print(`One epoch of 10,000 digits from a Float32Array, ${name}`, results, "µs");
}

for (const [name, { Network }] of builds) {
  const start = performance.now();
  const networks = Array.from({ length: 1000 }, () => new Network([4, 8, 2]));
  const made = performance.now();
  for (const network of networks) network.predict([1, 2, 3, 4]);
  const used = performance.now();
  console.log(
    `1,000 networks 4-8-2, ${name}: made in ${Math.round(made - start)} ms, a prediction of each ${Math.round(used - made)} ms`,
  );
  for (const network of networks) network.dispose();
}

/** The part of TensorFlow.js that is used here. */
interface Tensor {
  dataSync(): Float32Array;
}
interface TensorFlow {
  setBackend(name: string): Promise<boolean>;
  sequential(options: object): {
    compile(options: object): void;
    predictOnBatch(x: Tensor): Tensor;
    trainOnBatch(x: Tensor, y: Tensor): Promise<number>;
  };
  layers: { dense(options: object): object };
  train: { adam(rate: number): object };
  tensor2d(rows: number[][] | Float32Array, shape?: [number, number]): Tensor;
  tidy<T>(work: () => T): T;
}

for (const [name, library] of builds) {
  const times = Array.from({ length: ROUNDS }, () => {
    const start = performance.now();
    balance(policyOf(library) as Policy, 7);
    return performance.now() - start;
  });
  const { episodes, steps } = balance(policyOf(library) as Policy, 7);
  console.log(
    `cart-pole, ${name}: ${threeDigits(times[0])} ms the first time, then ${threeDigits(median(times))} ms; ${episodes} episodes, ${steps} steps`,
  );
}
const tensorFlow = "@tensorflow/tfjs";
const tf: TensorFlow = await import(tensorFlow);
await tf.setBackend("cpu");
const layer = (units: number, activation: string, more = {}) =>
  tf.layers.dense({ units, activation, ...more });
const model = tf.sequential({
  layers: [layer(24, "relu", { inputShape: [4] }), layer(24, "relu"), layer(2, "linear")],
});
model.compile({ optimizer: tf.train.adam(0.01), loss: "meanSquaredError" });
const started = performance.now();
const MOST = 20;
const { episodes, steps } = balance(
  {
    predict: (state) => tf.tidy(() => model.predictOnBatch(tf.tensor2d([state])).dataSync()),
    trainOnBatch: (states, targets) => {
      // It goes on after it has returned, so that the tensors cannot be disposed of here.
      void model.trainOnBatch(
        tf.tensor2d(states, [states.length / 4, 4]),
        tf.tensor2d(targets, [targets.length / 2, 2]),
      );
    },
  },
  7,
  MOST,
);
const perStep = (1000 * (performance.now() - started)) / steps;
console.log(
  `cart-pole, TensorFlow.js cpu: ${threeDigits(perStep)} µs a step over the first ${episodes} episodes, its updates included`,
);
