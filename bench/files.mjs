import { performance } from "node:perf_hooks";
import { median } from "./lib/judge.mjs";
import { hintIfNotInstalled } from "./lib/node.mjs";
import { machine, threeDigits } from "./lib/report.mjs";

// npm run bench:files: what a model of MNIST's size weighs, and how long it takes from its bytes to a first answer.

const ROUNDS = 51;

hintIfNotInstalled();
const tf = await import("@tensorflow/tfjs");
const { Network } = await import("../dist/index.js");
const { toModule, toONNX, toTFJS } = await import("../dist/formats.js");

const network = new Network([784, 128, 10]);
const parameters = Object.values(network.getParams()).reduce((sum, { length }) => sum + length, 0);
const file = network.save();
const { model, weights } = toTFJS(network);
const json = JSON.stringify(model);
const x = new Float32Array(784).fill(0.5);

/** From what stands in model.json and the file beside it, once they have arrived. */
async function answerThere() {
  const { modelTopology, weightsManifest } = JSON.parse(json);
  const artifacts = { modelTopology, weightSpecs: weightsManifest[0].weights, weightData: weights.buffer };
  const loaded = await tf.loadLayersModel({ load: async () => artifacts });
  tf.tidy(() => loaded.predict(tf.tensor2d(x, [1, x.length])).dataSync());
  loaded.dispose();
}

async function answerHere() {
  const loaded = Network.load(file);
  loaded.predict(x);
  loaded.dispose();
}

async function time(answer) {
  const start = performance.now();
  await answer();
  return performance.now() - start;
}

const times = { densely: [], "TensorFlow.js": [] };
for (let round = 0; round < ROUNDS; round++) {
  times.densely.push(await time(answerHere));
  times["TensorFlow.js"].push(await time(answerThere));
}

const sizes = {
  "network.save()": file.length,
  "model.json and weights.bin": json.length + weights.length,
  "model.onnx": toONNX(network).length,
  "module.js": toModule(network).length,
  "JSON.stringify(network)": JSON.stringify(network).length,
};
const { date, processor, node } = machine();
console.log(`784-128-10, ${parameters} parameters; ${date}, ${processor}, Node ${node}`);
for (const [name, bytes] of Object.entries(sizes)) {
  console.log(`${name.padEnd(28)} ${bytes} bytes, ${(bytes / parameters).toFixed(3)} a parameter`);
}
for (const [name, all] of Object.entries(times)) {
  console.log(
    `${name.padEnd(28)} answers after ${threeDigits(median(all))} ms; the first time after ${threeDigits(all[0])} ms`,
  );
}
