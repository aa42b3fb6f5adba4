/** npm run bench:brain: densely/brain beside brain.js 2, in one process, in turns: samples per second of train, and run. */

import { createRequire } from "node:module";
import { addressOf } from "./lib/library.js";
import { uniform } from "./lib/random.js";
import { machine } from "./lib/report.js";

type Door = typeof import("../src/brain.js");

const { NeuralNetwork }: Door = await import(addressOf("brain.js"));

interface Subject {
  train(data: object[], options: object): unknown;
  run(input: number[]): unknown;
}

const { NeuralNetwork: Brain } = createRequire(import.meta.url)("brain.js-2") as {
  NeuralNetwork: Door["NeuralNetwork"];
};

/** Rows of which a share of the inputs is 0, as of pictures of digits. */
function rows(count: number, inputs: number, outputs: number, zeros: number) {
  const random = uniform(1);
  return Array.from({ length: count }, () => ({
    input: Array.from({ length: inputs }, () => (random() < zeros ? 0 : random())),
    output: Array.from({ length: outputs }, () => (random() < 0.3 ? 1 : 0)),
  }));
}

/** Milliseconds of the fastest of five turns of each call. */
function fastest(calls: readonly (() => void)[]): number[] {
  const times = calls.map(() => Number.POSITIVE_INFINITY);
  for (let turn = 0; turn < 5; turn++) {
    calls.forEach((call, i) => {
      const start = performance.now();
      call();
      times[i] = Math.min(times[i], performance.now() - start);
    });
  }
  return times;
}

const { date, processor, node } = machine();
console.log(`The fastest of five turns, ${date}, ${processor}, Node ${node}\n`);

for (const [sizes, samples, zeros, iterations, runs] of [
  [[2, 3, 1], 4, 0, 50_000, 1_000_000],
  [[784, 128, 10], 300, 0.81, 3, 3_000],
  [[784, 128, 10], 300, 0, 3, 3_000],
] as const) {
  const data = rows(samples, sizes[0], sizes[2], zeros);
  const brain = new Brain({ hiddenLayers: [sizes[1]], inputSize: sizes[0], outputSize: sizes[2] });
  brain.initialize();
  const own = new NeuralNetwork().fromJSON(brain.toJSON());
  const options = { iterations, errorThresh: 1e-12 };
  const subjects = [brain as Subject, own as Subject];
  const trained = fastest(subjects.map((subject) => () => subject.train(data, options)));
  const [trainBrain, train] = trained.map((time) => (samples * iterations) / time);
  const ran = fastest(
    subjects.map((subject) => () => {
      for (let i = 0; i < runs; i++) subject.run(data[i % samples].input);
    }),
  );
  const [runBrain, run] = ran.map((time) => (1000 * time) / runs);
  console.log(
    `${sizes.join("-")}, ${100 * zeros} % zeros: train ${train.toFixed(1)} k/s, brain.js 2 ${trainBrain.toFixed(1)} k/s (${(train / trainBrain).toFixed(1)}x); run ${run.toFixed(2)} µs, brain.js 2 ${runBrain.toFixed(2)} µs (${(runBrain / run).toFixed(1)}x)`,
  );
}
