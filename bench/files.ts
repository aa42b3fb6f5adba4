/** npm run bench:files: the bytes of a saved model of MNIST's size, and the time from its bytes to a first answer. */

import { median } from "./lib/judge.js";
import { addressOf, loadLibrary } from "./lib/library.js";
import { hintIfNotInstalled } from "./lib/node.js";
import { machine, threeDigits } from "./lib/report.js";

const ROUNDS = 51;

/** The part of TensorFlow.js that is used here. */
interface TensorFlow {
  loadLayersModel(handler: { load: () => Promise<object> }): Promise<{
    predict(x: object): { dataSync(): Float32Array };
    dispose(): void;
  }>;
  tensor2d(values: Float32Array, shape: [number, number]): object;
  tidy<T>(work: () => T): T;
}

hintIfNotInstalled();
const tensorFlow = "@tensorflow/tfjs";
const tf: TensorFlow = await import(tensorFlow);
const { Network } = await loadLibrary();
const { toModule, toONNX, toTFJS }: typeof import("../src/formats.js") = await import(
  addressOf("formats.js")
);

const network = new Network([784, 128, 10]);
const parameters = Object.values(network.getParams()).reduce((sum, { length }) => sum + length, 0);
const file = network.save();
const { model, weights } = toTFJS(network);
const json = JSON.stringify(model);
const x = new Float32Array(784).fill(0.5);

/** Loads the model from the contents of model.json and of the file beside it, which have already arrived. */
async function answerThere(): Promise<void> {
  const { modelTopology, weightsManifest } = JSON.parse(json);
  const artifacts = { modelTopology, weightSpecs: weightsManifest[0].weights, weightData: weights.buffer };
  const loaded = await tf.loadLayersModel({ load: async () => artifacts });
  tf.tidy(() => loaded.predict(tf.tensor2d(x, [1, x.length])).dataSync());
  loaded.dispose();
}

async function answerHere(): Promise<void> {
  const loaded = Network.load(file);
  loaded.predict(x);
  loaded.dispose();
}

/** Milliseconds of one answer. */
async function time(answer: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await answer();
  return performance.now() - start;
}

const contestants = [
  { name: "densely", answer: answerHere, times: [] as number[] },
  { name: "TensorFlow.js", answer: answerThere, times: [] as number[] },
];
for (let round = 0; round < ROUNDS; round++) {
  for (const { answer, times } of contestants) times.push(await time(answer));
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
  console.log(`${name.padEnd(28)} ${bytes} bytes, ${(bytes / parameters).toFixed(3)} per parameter`);
}
for (const { name, times } of contestants) {
  const [usual, first] = [median(times), times[0]].map(threeDigits);
  console.log(`${name.padEnd(28)} answers after ${usual} ms; the first time after ${first} ms`);
}
